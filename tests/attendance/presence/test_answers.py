"""A teacher's "here" and "not here": in the history, undoable, and the last word."""

from __future__ import annotations

from datetime import timedelta

import pytest

from attendance.errors import SessionCancelledError
from attendance.marks.last_word import has_last_word
from attendance.marks.sightings import Sighting
from attendance.presence.answers import NOTES, AskedBy
from attendance.presence.room_pictures import PictureKey
from attendance.values import Mark, MarkMethod, MarkStatus
from attendance.values.liveness import Place
from tests.attendance.classroom.school_room import COLLINS, RIDE, Room
from tests.attendance.presence.phones import check_in

LOOKING, CALLING = AskedBy.LOOKING, AskedBy.CALLING


def answer(room: Room, person: int, *, here: bool, asked: AskedBy = LOOKING) -> Mark:
    """What a teacher answers about somebody."""
    student_id = room.student(person).id
    return room.register.presence.answers.answer(room.session.id, student_id, here=here, asked=asked, by="t1")


def test_here_keeps_the_time_and_what_spoke_for_the_check_in(room: Room) -> None:
    before = check_in(room, COLLINS, place=Place.THIS_NETWORK)
    room.clock.advance(minutes=50)  # by now, others are late
    after = answer(room, COLLINS, here=True)
    assert (after.status, after.at, after.device) == (before.status, before.at, before.device)
    assert after.evidence == before.evidence
    event = after.history[-1]
    assert (event.note, event.by, event.by_person) == (NOTES[LOOKING, True], "t1", True)
    assert event.at == room.clock.now()
    assert has_last_word(after)


@pytest.mark.parametrize("asked", AskedBy)
def test_not_here_is_absent_by_the_teachers_word_whatever_a_camera_sees(room: Room, asked: AskedBy) -> None:
    check_in(room, COLLINS)
    gone = answer(room, COLLINS, here=False, asked=asked)
    assert (gone.status, gone.method, gone.history[-1].note) == (
        MarkStatus.ABSENT,
        MarkMethod.MANUAL,
        NOTES[asked, False],
    )
    seen = room.register.cameras.sightings.mark(
        room.session.id, Sighting(gone.student_id, 0.9, "camera", "door")
    )
    assert seen.mark.status is MarkStatus.ABSENT
    assert not seen.is_new


def test_an_answer_can_be_undone_and_given_again(room: Room) -> None:
    before = check_in(room, COLLINS, place=Place.THIS_NETWORK)
    gone = answer(room, COLLINS, here=False)
    back = room.register.corrections.undo(room.session.id, gone.student_id, version=gone.version, by="t1")
    assert back is not None
    assert (back.status, back.method, back.at, back.evidence) == (
        before.status,
        before.method,
        before.at,
        before.evidence,
    )
    assert answer(room, COLLINS, here=False).status is MarkStatus.ABSENT


def test_the_same_answer_twice_is_one_entry_and_another_replaces_it(room: Room) -> None:
    check_in(room, COLLINS)
    once = answer(room, COLLINS, here=False)
    assert answer(room, COLLINS, here=False) == once
    here = answer(room, COLLINS, here=True)
    assert here.status is MarkStatus.PRESENT
    assert [event.note for event in here.history[1:]] == [NOTES[LOOKING, False], NOTES[LOOKING, True]]


def test_who_was_only_seen_came_when_the_picture_was_taken(room: Room) -> None:
    taken = room.clock.now()
    student_id = room.student(RIDE).id
    room.register.presence.pictures.note(room.session.id, PictureKey(taken, "t1"), [student_id])
    room.clock.advance(minutes=50)
    mark = answer(room, RIDE, here=True)
    assert (mark.status, mark.at, mark.reviewer) == (MarkStatus.PRESENT, taken, "t1")
    assert mark.history[-1].at == taken + timedelta(minutes=50)


def test_nothing_is_answered_in_a_cancelled_session(room: Room) -> None:
    check_in(room, COLLINS)
    room.register.cancelling.cancel(room.session.id, by="t1")
    with pytest.raises(SessionCancelledError):
        answer(room, COLLINS, here=True)
