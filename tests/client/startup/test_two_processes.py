"""Two app processes on one register agree on codes, grants, boards and logins."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from attendance.people.new_student import NewStudent
from attendance.register import Register
from attendance.values import Consent, LivenessMode, MarkStatus, Role, Session
from tests.attendance.fake_engines import open_fake_register
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.site import COLLINS, HOPPER
from tests.client.app_process import app_process, settings_in
from tests.client.served_app import wait_until
from tests.client.signed_in import PASSWORD
from tests.client.visitor import Visitor

ANOTHER_FACE = 2
PROMPT = 3.0  # seconds until a board shows it: its server looks twice a second, and may be busy
GRANT = re.compile(r'name="grant" value="([^"]+)"')

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a register with two students who check in, one who never does, and a course."""
    folder = tmp_path_factory.mktemp("two-processes")
    with open_fake_register(settings_in(folder)) as register:
        consent = Consent(given_at=register.clock.now(), recorded_by="office", how="signed form")
        faces = {"Eileen Collins": COLLINS, "Grace Hopper": HOPPER}
        for number, (name, face) in enumerate(faces.items(), 1):
            register.enrolment.enrol(NewStudent(str(number), name), {"1.png": photo_of(face)}, consent)
        register.accounts.add("teacher", "The teacher", Role.TEACHER, password=PASSWORD)
        register.students.add(NewStudent("3", "Katherine Johnson"))
        # its visitors send photos alone
        register.courses.add("Physics", roster=["1", "2", "3"], liveness=LivenessMode.FLAG)
    return folder


@pytest.fixture(scope="module")
def ports(site: Path) -> Iterator[tuple[int, int]]:
    """The ports of two processes started at the same time."""
    with app_process(site) as one, app_process(site) as other:
        yield one, other


@pytest.fixture(scope="module")
def register(site: Path) -> Iterator[Register]:
    """The processes' register, as a third process sees it."""
    with open_fake_register(settings_in(site)) as opened:
        yield opened


@pytest.fixture(scope="module")
def teacher(ports: tuple[int, int]) -> Visitor:
    """A teacher's browser, logged in at the first process only."""
    visitor = Visitor(*ports)
    visitor.post(0, "/login", username="teacher", password=PASSWORD)
    return visitor


@pytest.fixture
def session(teacher: Visitor, register: Register) -> Session:
    """An open session, opened at the first process if necessary."""
    teacher.post(0, "/teach/sessions/open", course="physics")
    found = register.class_sessions.open_of("physics")
    assert found is not None
    return found


def _walls(teacher: Visitor, session: Session) -> tuple[dict[str, Any], dict[str, Any]]:
    """The codes of both projector pages, within one code's interval."""
    while True:
        one, other = (json.loads(teacher.get(at, f"/wall/{session.id}/now")) for at in (0, 1))
        if other["next_in_ms"] <= one["next_in_ms"]:  # both were read in the same interval
            return one, other


def _scan(phone: Visitor, at: int, teacher: Visitor, session: Session, shown_by: int) -> str:
    typed = json.loads(teacher.get(shown_by, f"/wall/{session.id}/now"))["typed"]
    found = GRANT.search(phone.get(at, "/c", code=typed))
    assert found is not None, "the code of one process was not let in by the other"
    return found[1]


def test_a_login_at_one_process_holds_at_the_other(teacher: Visitor) -> None:
    assert "Log out" in teacher.get(1, "/teach/account/")


def test_both_taps_open_one_session(teacher: Visitor, session: Session, register: Register) -> None:
    teacher.post(1, "/teach/sessions/open", course="physics")
    assert [one.id for one in register.class_sessions.open_ones()] == [session.id]


def test_both_walls_show_the_same_code(teacher: Visitor, session: Session) -> None:
    one, other = _walls(teacher, session)
    assert one["typed"]
    assert one["typed"] == other["typed"]


def test_a_code_from_one_wall_lets_in_at_the_other_and_a_grant_is_spent_once(
    teacher: Visitor, session: Session, ports: tuple[int, int], register: Register
) -> None:
    phone = Visitor(*ports)
    grant = _scan(phone, 1, teacher, session, shown_by=0)
    assert phone.submit(0, grant, photo_of(COLLINS)) == "present"
    assert phone.submit(1, grant, photo_of(HOPPER)) == "grant_used"
    assert len(register.store.marks(session.id)) == 1


def test_a_board_hears_of_a_check_in_at_the_other_process(
    teacher: Visitor, session: Session, ports: tuple[int, int]
) -> None:
    phone = Visitor(*ports)
    grant = _scan(phone, 1, teacher, session, shown_by=1)
    with teacher.events(0, f"/teach/sessions/{session.id}/events") as stream:
        assert stream.readline().startswith(b"retry:")
        before = stream.readline()
        assert phone.submit(1, grant, photo_of(HOPPER)) == "present"
        assert next(line for line in stream if line.startswith(b"data:")) != before
    boards = [json.loads(teacher.get(at, f"/teach/sessions/{session.id}/board/changes")) for at in (0, 1)]
    assert boards[0]["counts"] == boards[1]["counts"]
    assert boards[0]["rows"] == boards[1]["rows"]


def test_what_one_closes_the_other_refuses_and_may_open_again(
    teacher: Visitor, session: Session, ports: tuple[int, int], register: Register
) -> None:
    phone = Visitor(*ports)
    grant = _scan(phone, 0, teacher, session, shown_by=0)
    teacher.post(0, f"/teach/sessions/{session.id}/close")
    assert phone.submit(1, grant, photo_of(COLLINS)) == "session_closed"
    assert json.loads(teacher.get(1, f"/wall/{session.id}/now"))["phase"] == "closed"
    assert any(mark.status is MarkStatus.ABSENT for mark in register.store.marks(session.id))
    teacher.post(1, f"/teach/sessions/{session.id}/reopen")
    wait_until(lambda: json.loads(teacher.get(0, f"/wall/{session.id}/now"))["phase"] == "open")
    assert all(mark.status is not MarkStatus.ABSENT for mark in register.store.marks(session.id))


def test_what_one_process_changes_the_others_show_and_know_at_once(
    teacher: Visitor, session: Session, ports: tuple[int, int], register: Register
) -> None:
    def at_once(change: Callable[[], object]) -> bytes:
        """What the board at the second process is told of, and when."""
        with teacher.events(1, f"/teach/sessions/{session.id}/events") as stream:
            assert stream.readline().startswith(b"retry:")
            before = stream.readline()
            change()
            began = time.monotonic()
            event: bytes = next(line for line in stream if line.startswith(b"data:") and line != before)
            assert time.monotonic() - began < PROMPT
            return event

    consent = Consent(given_at=register.clock.now(), recorded_by="office", how="signed form")
    at_once(
        lambda: register.enrolment.enrol(
            NewStudent("3", "Katherine Johnson"), {"1.png": photo_of(ANOTHER_FACE)}, consent
        )
    )
    phone = Visitor(*ports)
    scanned = [_scan(phone, at, teacher, session, shown_by=at) for at in (1, 0)]
    at_once(lambda: phone.submit(1, scanned[0], photo_of(ANOTHER_FACE)))
    johnson = register.students.get("3")
    assert register.store.mark(session.id, johnson.id) is not None, (
        "the gallery of the other had the new face"
    )
    corrected = partial(register.marking.mark, "3", MarkStatus.EXCUSED, by="teacher", session=session)
    at_once(corrected)
    at_once(lambda: register.students.remove("3"))
    assert phone.submit(0, scanned[1], photo_of(ANOTHER_FACE)) == "not_found"
