"""Who is on the lists: checked in and not seen, seen and not checked in, and names to call out."""

from __future__ import annotations

from attendance.marks.live_board import BoardRow
from attendance.presence.answers import AskedBy
from attendance.presence.room_view import PresenceView
from attendance.values import MarkStatus
from attendance.values.liveness import Place
from tests.attendance.classroom.school_room import (
    COLLINS,
    HOPPER,
    JOHNSON,
    RIDE,
    STRANGER,
    Room,
    matches,
    room_photo,
)
from tests.attendance.presence.phones import check_in


def view(room: Room) -> PresenceView:
    """What a teacher sees now."""
    return room.register.presence.view(room.register.boards.of(room.session.id))


def names(rows: tuple[BoardRow, ...]) -> list[str]:
    """Who is on a list, by roll numbers."""
    return [row.student.roll_number for row in rows]


def answer(room: Room, person: int, *, here: bool) -> None:
    """What a teacher finds."""
    room.register.presence.answers.answer(
        room.session.id, room.student(person).id, here=here, asked=AskedBy.LOOKING, by="t1"
    )


def test_without_a_picture_nobody_is_missed(room: Room) -> None:
    check_in(room, COLLINS)
    seen = view(room)
    assert (seen.pictures, seen.checked_in, seen.seen, seen.not_seen) == (0, 1, 0, ())


def test_a_photo_lists_who_is_not_in_it_and_a_second_one_shortens_the_list(room: Room) -> None:
    for person in (COLLINS, JOHNSON, HOPPER):
        check_in(room, person)
    room.read(room_photo(COLLINS, STRANGER))
    first = view(room)
    assert (first.pictures, first.checked_in, first.seen) == (1, 3, 1)
    assert names(first.not_seen) == [str(JOHNSON), str(HOPPER)]
    room.clock.advance(minutes=1)
    room.read(room_photo(HOPPER))
    second = view(room)
    assert (second.pictures, second.seen) == (2, 2)
    assert names(second.not_seen) == [str(JOHNSON)]


def test_who_is_seen_has_the_strongest_place_and_a_note_in_the_history(room: Room) -> None:
    check_in(room, COLLINS, place=Place.THIS_NETWORK)
    check_in(room, JOHNSON, place=Place.THIS_NETWORK)
    room.read(room_photo(COLLINS))
    places = {person: room.mark_of(person) for person in (COLLINS, JOHNSON)}
    seen, other = places[COLLINS], places[JOHNSON]
    assert seen is not None
    assert other is not None
    assert seen.evidence.place is Place.ROOM_PHOTO
    assert other.evidence.place is Place.THIS_NETWORK
    assert [event.noted for event in seen.history] == [False, True]
    assert seen.counts_as_there
    assert len(other.history) == 1


def test_an_answer_takes_a_student_off_the_list_and_an_undo_puts_them_back(room: Room) -> None:
    for person in (COLLINS, JOHNSON):
        check_in(room, person)
    room.read(room_photo(STRANGER, HOPPER))
    answer(room, COLLINS, here=True)
    answer(room, JOHNSON, here=False)
    after = view(room)
    assert after.not_seen == ()
    assert (after.checked_in, after.seen) == (1, 0)
    mark = room.mark_of(JOHNSON)
    assert mark is not None
    room.register.corrections.undo(room.session.id, mark.student_id, version=mark.version, by="t1")
    assert names(view(room).not_seen) == [str(JOHNSON)]


def test_who_is_seen_and_did_not_check_in_is_listed_until_somebody_decides(room: Room) -> None:
    room.read(room_photo(COLLINS, JOHNSON))
    assert names(view(room).not_checked_in) == [str(COLLINS), str(JOHNSON)]
    answer(room, COLLINS, here=True)
    room.register.marking.mark(str(JOHNSON), MarkStatus.EXCUSED, by="t1", session=room.session)
    assert view(room).not_checked_in == ()


def test_a_discarded_picture_shows_nobody_any_more(room: Room) -> None:
    check_in(room, COLLINS)
    job = room.read(room_photo(COLLINS))
    assert view(room).seen == 1
    room.classroom.discard(job.id, by="teacher")
    after = view(room)
    assert (after.pictures, after.seen, after.not_seen) == (0, 0, ())
    mark = room.mark_of(COLLINS)
    assert mark is not None
    assert mark.evidence.place is Place.UNKNOWN


def test_confirming_corrects_whom_the_picture_shows(room: Room) -> None:
    for person in (COLLINS, JOHNSON):
        check_in(room, person)
    job = room.read(room_photo(COLLINS))
    [key] = matches(job)
    room.classroom.confirm(job.id, {key: room.student(JOHNSON).id}, by="teacher")
    after = view(room)
    assert names(after.not_seen) == [str(COLLINS)]
    assert after.seen == 1
    session = room.register.store.session(room.session.id)
    assert session is not None
    assert [picture.seen for picture in session.room_pictures] == [(room.student(JOHNSON).id,)]


def test_the_names_of_a_spot_check_stay_with_their_answers(room: Room) -> None:
    check_in(room, COLLINS)
    room.register.presence.spot_checks.draw(room.session.id, by="t1")
    assert [each.here for each in view(room).called] == [None]
    room.clock.advance(seconds=20)
    room.register.presence.answers.answer(
        room.session.id, room.student(COLLINS).id, here=False, asked=AskedBy.CALLING, by="t1"
    )
    again = view(room)
    assert [(each.row.student.roll_number, each.here) for each in again.called] == [(str(COLLINS), False)]
    assert room.student(COLLINS).id in again.named


def test_a_habit_proposes_a_spot_check_once_a_session(room: Room) -> None:
    room.register.courses.change(room.session.course_id, spot_check=True)
    check_in(room, COLLINS)
    early = view(room)
    assert not early.proposes
    assert early.wait is not None
    room.clock.advance(seconds=max(0, int(early.wait.total_seconds())) + 1)
    assert view(room).proposes
    room.register.presence.spot_checks.draw(room.session.id, by="t1")
    assert not view(room).proposes
    assert view(room).wait is None


def test_without_the_habit_nothing_is_proposed(room: Room) -> None:
    check_in(room, COLLINS)
    room.clock.advance(minutes=30)
    assert not view(room).proposes


def test_an_erased_student_leaves_pictures_and_spot_checks(room: Room) -> None:
    check_in(room, COLLINS)
    room.read(room_photo(COLLINS))
    room.register.presence.spot_checks.draw(room.session.id, by="t1")
    room.register.students.erase(room.student(COLLINS))
    session = room.register.store.session(room.session.id)
    assert session is not None
    assert [picture.seen for picture in session.room_pictures] == [()]
    assert [check.student_ids for check in session.spot_checks] == [()]
    assert view(room).named == frozenset()


def test_who_has_no_template_can_only_be_looked_for(room: Room) -> None:
    room.read(room_photo(RIDE, COLLINS))
    assert names(view(room).not_checked_in) == [str(COLLINS)]


def test_a_mark_from_a_classroom_photo_says_where_it_is_from(room: Room) -> None:
    job = room.read(room_photo(COLLINS))
    room.classroom.confirm(job.id, matches(job), by="teacher")
    mark = room.mark_of(COLLINS)
    assert mark is not None
    assert mark.evidence.place is Place.ROOM_PHOTO
    assert view(room).not_checked_in == ()
