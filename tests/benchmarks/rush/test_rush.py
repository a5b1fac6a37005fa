"""A few phones check in at the real program, and the marks are compared with what they showed."""

from __future__ import annotations

import os
from pathlib import Path

import click
import pytest

from attendance.values import LivenessMode, MarkMethod, MarkStatus
from benchmarks.rush.arrivals import Arrivals, Promise
from benchmarks.rush.onlookers import WatchedPages
from benchmarks.rush.phone import Errand, Visit
from benchmarks.rush.phone_form import PhoneKey, PhonePicture
from benchmarks.rush.results import Machine, result_of
from benchmarks.rush.rush import address_of
from benchmarks.rush.sites import RushSite, door_of, opened
from benchmarks.rush.wire import ServerDoor
from tests.client.serving.loops import in_a_loop

FEW = Arrivals("few", 4, 0, Promise(1, 60.0), frames=8)
NOTHING = Machine(None, 0.0, None, None)


@pytest.mark.networks
@pytest.mark.server
@pytest.mark.slow
def test_phones_check_in_at_the_program_and_a_missing_mark_is_found(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATTENDANCE_CACHE", str(models))

    async def run() -> None:
        assert there.servers is not None
        await there.servers.ready()
        result = await there.rush.run(FEW)
        assert (result.codes, result.faults, result.kept) == ({"present": 4}, [], True)
        assert (result.turned_away, result.lost, result.watched_badly) == (0, 0, 0)
        assert result.probe_p50 > 0 < result.board_p95
        assert result.machine.server_ms is not None
        assert result.machine.server_ms > 0

    with opened(RushSite(students=60, engine="dlib"), os.environ) as there:
        in_a_loop(run())
        session = there.register.open_sessions(1, liveness=LivenessMode.OFF)[0]
        first, second = (member.student_id for member in there.register.members)
        marking = there.register.register.marking
        rolls = {student.id: student.roll_number for student in there.register.register.students.all()}
        for student in (first, second):
            marking.mark(rolls[student], MarkStatus.PRESENT, by="somebody", session=session)
        told = [(session.id, first), ("elsewhere", first)]
        faults = there.register.faults([session], told)
        assert len(faults) == 2
        assert "is not" in faults[0]
        assert "no phone showed it" in faults[1]
        assert there.register.faults([session], told[:1], {(session.id, second)}) == []
        marking.mark(rolls[first], MarkStatus.LATE, by="somebody", session=session)
        assert "marked 2 times" in there.register.faults([session], told[:1], {(session.id, second)})[0]
        assert there.register.register.store.marks(session.id)[0].method is MarkMethod.MANUAL


def visit(seconds: float, code: str = "present", *, turned_away: int = 0) -> Visit:
    errand = Errand("session", "student", str, PhonePicture(b""), PhoneKey())
    return Visit(errand, begun=10.0, page=seconds / 2, seconds=seconds, code=code, turned_away=turned_away)


def test_a_promise_is_kept_in_time_with_nobody_turned_away_and_nothing_lost() -> None:
    arrivals = Arrivals("four", 4, 0, Promise(0.5, 1.0))
    times = [visit(each) for each in (0.2, 0.9, 3.0)]
    seen = WatchedPages(probes=[0.01, 0.03, 0.02])
    kept = result_of(arrivals, [*times, visit(4.0)], seen, NOTHING)
    assert (kept.kept, kept.p50, kept.slowest, kept.whole) == (True, 0.9, 4.0, 4.0)
    assert (kept.probe_p50, kept.probe_slowest) == (0.02, 0.03)
    late = Arrivals("four", 4, 0, Promise(0.75, 1.0))
    assert not result_of(late, [*times, visit(4.0)], seen, NOTHING).kept
    assert not result_of(arrivals, [*times, visit(4.0, turned_away=1)], seen, NOTHING).kept
    assert not result_of(arrivals, [*times, visit(4.0, "gave_up")], seen, NOTHING).kept


def test_each_phone_has_an_address_on_this_computer() -> None:
    addresses = {address_of(phone) for phone in range(100_000)}
    assert len(addresses) == 100_000
    assert all(0 < int(part) < 255 for each in addresses for part in each.split(".")[1:])


def test_what_does_not_go_together_is_refused() -> None:
    with pytest.raises(click.UsageError, match="--mongodb"):
        RushSite(processes=2).check()
    with pytest.raises(click.UsageError, match="--url"):
        RushSite(urls=("http://127.0.0.1:1",), kill_every=1.0).check()
    assert RushSite(workers=4, options=("--no-qr",)).words == ("--no-qr", "--workers", "4")
    with pytest.raises(click.UsageError, match="not an address"):
        door_of("127.0.0.1:8080")
    assert door_of("http://127.0.0.1:8081/") == ServerDoor("127.0.0.1", 8081)
