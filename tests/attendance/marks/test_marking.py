"""Marks by hand, with every change in the history."""

from __future__ import annotations

import pytest

from attendance.errors import StudentNotFoundError
from attendance.people.new_student import NewStudent
from attendance.values import MarkMethod, MarkStatus
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.site import COLLINS, Site


@pytest.mark.parametrize("status", MarkStatus)
def test_a_student_is_marked_by_hand(class_of_two: Site, status: MarkStatus) -> None:
    mark = class_of_two.marking.mark(" 1 ", status, by="teacher", note="told  me")
    assert mark == class_of_two.mark_of("1")
    assert (mark.status, mark.method, mark.reviewer) == (status, MarkMethod.MANUAL, "teacher")
    [event] = mark.history
    assert (event.by, event.note, event.at) == ("teacher", "told me", class_of_two.clock.now())


def test_a_student_without_a_face_is_marked_the_same_way(site: Site) -> None:
    site.enrolment.enrol(NewStudent("7"), {}, None)
    assert site.marking.mark("7", MarkStatus.PRESENT, by="teacher").counts_as_there


def test_a_mark_of_a_face_can_be_changed_and_is_not_forgotten(class_of_two: Site) -> None:
    site = class_of_two
    site.submit(photo_of(COLLINS))
    site.clock.advance(minutes=5)
    mark = site.marking.mark("1", MarkStatus.EXCUSED, by="teacher", note="fell ill")
    assert [(e.status, e.method) for e in mark.history] == [
        (MarkStatus.LATE, MarkMethod.FACE),
        (MarkStatus.EXCUSED, MarkMethod.MANUAL),
    ]
    assert (mark.at, mark.version, mark.score) == (site.clock.now(), 2, None)


def test_saying_what_is_so_changes_nothing_unless_there_is_a_note(class_of_two: Site) -> None:
    first = class_of_two.marking.mark("1", MarkStatus.PRESENT, by="teacher")
    class_of_two.clock.advance(minutes=1)
    assert class_of_two.marking.mark("1", MarkStatus.PRESENT, by="another") == first
    noted = class_of_two.marking.mark("1", MarkStatus.PRESENT, by="another", note="saw them too")
    assert [event.note for event in noted.history] == ["", "saw them too"]


def test_by_hand_a_mark_under_review_is_settled(class_of_two: Site) -> None:
    site = class_of_two
    photo = photo_of(COLLINS)
    attempt = site.attempt(photo)
    site.submit(photo, attempt=attempt)
    site.check_in.not_me(site.session, attempt)
    mark = site.marking.mark("1", MarkStatus.LATE, by="teacher")
    assert mark.counts_as_there
    assert len(mark.history) == 3


def test_a_session_of_the_past_can_be_marked(class_of_two: Site) -> None:
    yesterday = class_of_two.session
    class_of_two.clock.advance(days=1)
    mark = class_of_two.marking.mark("1", MarkStatus.EXCUSED, by="office", session=yesterday)
    assert mark.session_id == yesterday.id
    assert class_of_two.mark_of("1") is None


def test_an_unknown_student_is_an_error(class_of_two: Site) -> None:
    with pytest.raises(StudentNotFoundError, match="'99'"):
        class_of_two.marking.mark("99", MarkStatus.PRESENT, by="teacher")
