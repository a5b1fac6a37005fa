"""Marks of students whom a camera or other software recognised."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from attendance.errors import SessionClosedError, SessionNotFoundError, StudentNotFoundError
from attendance.marks.last_word import SEEN
from attendance.marks.sightings import Sighting, Sightings
from attendance.reports.content.arrivals import arrived_at
from attendance.values import MarkMethod, MarkStatus
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.site import COLLINS, Site


@pytest.fixture
def sightings(class_of_two: Site) -> Sightings:
    return Sightings(class_of_two.store, class_of_two.clock)


def seen(site: Site, roll_number: str = "1") -> Sighting:
    return Sighting(site.student(roll_number).id, 0.9, by="kiosk", device="webcam")


def test_who_is_seen_is_marked_once(sightings: Sightings, class_of_two: Site) -> None:
    first = sightings.mark(class_of_two.session.id, seen(class_of_two))
    again = sightings.mark(class_of_two.session.id, seen(class_of_two))
    assert (first.is_new, again.is_new) == (True, False)
    assert again.mark == first.mark == class_of_two.mark_of("1")
    assert (first.mark.method, first.mark.score, first.mark.device) == (MarkMethod.FACE, 0.9, "webcam")
    assert first.mark.history[-1].by == "kiosk"


def test_who_comes_late_is_late(sightings: Sightings, class_of_two: Site) -> None:
    session = class_of_two.session
    assert session.late_at is not None
    class_of_two.clock.moment = session.late_at + timedelta(minutes=1)
    assert sightings.mark(session.id, seen(class_of_two)).mark.status is MarkStatus.LATE


def test_who_was_seen_in_a_recording_has_its_time(sightings: Sightings, class_of_two: Site) -> None:
    session = class_of_two.session
    assert session.late_at is not None
    recorded = session.late_at - timedelta(minutes=5)
    class_of_two.clock.moment = session.late_at + timedelta(minutes=1)
    mark = sightings.mark(session.id, replace(seen(class_of_two), at=recorded)).mark
    assert (mark.at, mark.status, arrived_at(mark)) == (recorded, MarkStatus.PRESENT, recorded)


def test_a_check_in_before_stays_as_it_is(sightings: Sightings, class_of_two: Site) -> None:
    class_of_two.submit(photo_of(COLLINS))
    before = class_of_two.mark_of("1")
    assert not sightings.mark(class_of_two.session.id, seen(class_of_two)).is_new
    assert class_of_two.mark_of("1") == before


def test_nobody_is_marked_where_nothing_is_open(sightings: Sightings, class_of_two: Site) -> None:
    class_of_two.closing.close(class_of_two.session.id, by="teacher")
    with pytest.raises(SessionClosedError):
        sightings.mark(class_of_two.session.id, seen(class_of_two))
    with pytest.raises(SessionNotFoundError):
        sightings.mark("none", seen(class_of_two))


def test_who_left_the_register_is_not_marked(sightings: Sightings, class_of_two: Site) -> None:
    who = seen(class_of_two)
    class_of_two.students.remove("1")
    with pytest.raises(StudentNotFoundError):
        sightings.mark(class_of_two.session.id, who)


@pytest.mark.parametrize("status", [MarkStatus.ABSENT, MarkStatus.EXCUSED, MarkStatus.WITHDRAWN])
def test_what_a_teacher_said_stays_and_the_sighting_is_noted_once(
    sightings: Sightings, class_of_two: Site, status: MarkStatus
) -> None:
    said = class_of_two.marking.mark("1", status, by="teacher", session=class_of_two.session)
    class_of_two.clock.advance(minutes=5)
    first = sightings.mark(class_of_two.session.id, seen(class_of_two))
    assert (first.is_new, first.is_kept, first.mark.status) == (False, True, status)
    note = first.mark.history[-1]
    assert (note.noted, note.note, note.at, note.status) == (True, SEEN, class_of_two.clock.now(), status)
    assert first.mark.history[:-1] == said.history
    again = sightings.mark(class_of_two.session.id, seen(class_of_two))
    assert again.mark == first.mark == class_of_two.mark_of("1")


def test_who_is_late_by_hand_is_there_for_a_camera(sightings: Sightings, class_of_two: Site) -> None:
    said = class_of_two.marking.mark("1", MarkStatus.LATE, by="teacher", session=class_of_two.session)
    found = sightings.mark(class_of_two.session.id, seen(class_of_two))
    assert (found.is_new, found.is_kept, found.mark) == (False, False, said)


def test_another_click_of_a_person_changes_what_a_person_said(
    sightings: Sightings, class_of_two: Site
) -> None:
    class_of_two.marking.mark("1", MarkStatus.ABSENT, by="teacher", session=class_of_two.session)
    found = sightings.mark(class_of_two.session.id, replace(seen(class_of_two), by_person=True))
    assert found.is_new
    assert found.mark.counts_as_there
    assert [event.status.is_there for event in found.mark.history] == [False, True]


def test_a_mark_that_was_taken_back_is_not_given_again(sightings: Sightings, class_of_two: Site) -> None:
    session = class_of_two.session
    sightings.mark(session.id, seen(class_of_two))
    class_of_two.corrections.take_back(session.id, class_of_two.student("1").id, by="teacher")
    found = sightings.mark(session.id, seen(class_of_two))
    assert (found.is_new, found.mark.status) == (False, MarkStatus.WITHDRAWN)


def test_what_closing_wrote_does_not_stand_against_being_seen_later(
    sightings: Sightings, class_of_two: Site
) -> None:
    session = class_of_two.session
    class_of_two.closing.close(session.id, by="teacher")
    class_of_two.closing.reopen(session.id, by="teacher")
    found = sightings.mark(session.id, seen(class_of_two))
    assert found.is_new
    assert found.mark.counts_as_there


def test_what_was_said_before_closing_stands_after_reopening(
    sightings: Sightings, class_of_two: Site
) -> None:
    session = class_of_two.session
    sightings.mark(session.id, seen(class_of_two))
    class_of_two.corrections.take_back(session.id, class_of_two.student("1").id, by="teacher")
    class_of_two.closing.close(session.id, by="teacher")
    class_of_two.closing.reopen(session.id, by="teacher")
    assert sightings.mark(session.id, seen(class_of_two)).is_kept
