"""The current code admits a phone, scanned or typed; any other code explains what to do."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from attendance.classes.entering.entrances import EntryCode
from attendance.values import Course, Session
from tests.attendance.site import Site, open_site


@pytest.fixture
def physics(class_of_two: Site) -> Course:
    return class_of_two.courses.add("Physics", roster=["1"])


@pytest.fixture
def session(class_of_two: Site, physics: Course) -> Session:
    return class_of_two.class_sessions.open_now(physics.id, by="t1")


def test_the_rotating_code_lets_any_number_in_for_two_windows(class_of_two: Site, session: Session) -> None:
    site = class_of_two
    showing = site.entrances.showing(session)
    assert showing.valid_from <= site.clock.now() < showing.next_at
    for moment, code in (
        (showing.valid_from, EntryCode.VALID),
        (showing.next_at + timedelta(seconds=14.9), EntryCode.VALID),
        (showing.next_at + timedelta(seconds=15), EntryCode.TOO_OLD),
    ):
        site.clock.moment = max(moment, session.opens_at)
        for _ in range(3):
            entry = site.entrances.enter(showing.address)
            assert (entry.code, entry.session) == (code, session)


def test_a_code_counts_as_of_when_the_phone_asked(class_of_two: Site, session: Session) -> None:
    """However long the request waited for its turn since."""
    site = class_of_two
    showing = site.entrances.showing(session)
    asked = site.clock.now()
    site.clock.advance(seconds=75)
    assert site.entrances.enter(showing.address).code is EntryCode.TOO_OLD
    assert site.entrances.enter(showing.address, asked).code is EntryCode.VALID
    assert site.entrances.enter_typed(showing.typed).code is EntryCode.TOO_OLD
    assert site.entrances.enter_typed(showing.typed, asked).code is EntryCode.VALID
    site.closing.close(session.id, by="t1")
    assert site.entrances.enter(showing.address, asked).code is EntryCode.CLOSED


def test_the_next_code_comes_when_the_page_was_told(class_of_two: Site, session: Session) -> None:
    first = class_of_two.entrances.showing(session)
    class_of_two.clock.moment = first.next_at - timedelta(milliseconds=1)
    assert class_of_two.entrances.showing(session) == first
    class_of_two.clock.moment = first.next_at
    second = class_of_two.entrances.showing(session)
    assert second.address != first.address
    assert second.typed != first.typed


def test_a_typed_code_finds_its_session_among_all_that_are_open(class_of_two: Site, session: Session) -> None:
    site = class_of_two
    other = site.class_sessions.open_now(site.courses.add("Chemistry").id, by="t1")
    for one in (session, other):
        showing = site.entrances.showing(one)
        assert site.entrances.enter_typed(showing.typed_pretty.lower()).session == one
        assert site.entrances.enter_typed(showing.typed).code is EntryCode.VALID
    site.clock.advance(seconds=60)
    assert site.entrances.enter_typed(showing.typed).code is EntryCode.TOO_OLD
    assert site.entrances.enter_typed("222222").code is EntryCode.UNKNOWN
    site.closing.close(other.id, by="t1")
    assert site.entrances.enter_typed(site.entrances.showing(other).typed).code is EntryCode.UNKNOWN


@pytest.mark.parametrize("after", [10, 20, 30, 60])
def test_changing_the_interval_shuts_nobody_out(
    class_of_two: Site, physics: Course, session: Session, after: int
) -> None:
    site = class_of_two
    before = site.entrances.showing(session)
    site.courses.change(physics.id, code_interval=after)
    assert site.entrances.enter(before.address).code is EntryCode.VALID
    assert site.entrances.enter_typed(before.typed).code is EntryCode.VALID
    now = site.entrances.showing(session)
    assert now.next_at - now.valid_from == timedelta(seconds=after)
    assert site.entrances.enter(now.address).code is EntryCode.VALID
    assert site.entrances.enter_typed(now.typed).code is EntryCode.VALID


def test_without_the_rotating_part_only_a_course_that_allows_it_is_entered(
    class_of_two: Site, physics: Course, session: Session
) -> None:
    site = class_of_two
    assert site.entrances.static_address(session) is None
    assert site.entrances.enter(session.token).code is EntryCode.TOO_OLD
    site.courses.change(physics.id, static_code=True)
    assert site.entrances.static_address(session) == session.token
    assert site.entrances.enter(session.token).code is EntryCode.VALID


def test_general_rotates_as_every_other_course_unless_a_fixed_code_was_chosen(class_of_two: Site) -> None:
    session, entrances = class_of_two.session, class_of_two.entrances
    assert entrances.static_address(session) is None
    assert entrances.enter(session.token).code is EntryCode.TOO_OLD
    assert entrances.enter(entrances.address(session)).code is EntryCode.VALID
    class_of_two.courses.change("general", static_code=True)
    assert entrances.static_address(session) == session.token
    assert entrances.enter(session.token).code is EntryCode.VALID


def test_too_early_and_too_late_are_told(class_of_two: Site, physics: Course, session: Session) -> None:
    site = class_of_two
    planned = site.class_sessions.plan(physics.id, day="2026-11-24", start="09:00", minutes=60, by="t1")
    assert site.entrances.enter(site.entrances.address(planned)).code is EntryCode.NOT_OPEN_YET
    site.clock.moment = session.closes_at
    entry = site.entrances.enter(site.entrances.address(session))
    assert (entry.code, entry.session) == (EntryCode.CLOSED, session)


@pytest.mark.parametrize("address", ["", ".", "nonsense", "nonsense.f.1.0000000000000000"])
def test_what_is_no_code_of_ours_is_unknown(class_of_two: Site, session: Session, address: str) -> None:
    entry = class_of_two.entrances.enter(address)
    assert (entry.code, entry.session) == (EntryCode.UNKNOWN, None)


def test_a_code_of_one_session_does_not_open_another(class_of_two: Site, session: Session) -> None:
    site = class_of_two
    other = site.class_sessions.open_now(site.courses.add("Chemistry").id, by="t1")
    code = site.entrances.address(session).partition(".")[2]
    assert site.entrances.enter(f"{other.token}.{code}").code is EntryCode.UNKNOWN


def test_two_processes_show_and_take_the_same_codes(
    tmp_path: Path, class_of_two: Site, session: Session
) -> None:
    other = open_site(tmp_path, clock=class_of_two.clock)
    assert other.entrances.showing(session) == class_of_two.entrances.showing(session)
    seen = other.class_sessions.get(session.id)
    assert class_of_two.entrances.enter(other.entrances.address(seen)).code is EntryCode.VALID
    other.store.close()


def test_the_secret_is_never_shown(class_of_two: Site, session: Session) -> None:
    assert session.secret not in repr(session)
    assert session.secret not in repr(class_of_two.entrances.showing(session))
