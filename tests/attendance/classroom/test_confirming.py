"""What confirming writes over existing marks, repeated and concurrently."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attendance.classroom.classroom import Classroom
from attendance.classroom.confirming import Confirming
from attendance.classroom.faces.job_reader import JobReader
from attendance.classroom.jobs.errors import ClassroomError
from attendance.classroom.jobs.job_folder import JobFolder
from attendance.classroom.jobs.job_folders import JobFolders
from attendance.classroom.jobs.states import ClassroomProblem, JobState
from attendance.classroom.jobs.values import ClassroomJob, ClassroomMarks
from attendance.errors import StoreUnavailableError
from attendance.files.snapshots import SNAPSHOT_LIFETIME
from attendance.marks.last_word import SEEN
from attendance.people.new_student import NewStudent
from attendance.reports.content.arrivals import arrived_at
from attendance.values import MarkMethod, MarkStatus
from tests.attendance.classroom.school_room import (
    COLLINS,
    HOPPER,
    JOHNSON,
    NAMES,
    PATIENCE,
    RIDE,
    STRANGER,
    Room,
    face_at,
    matches,
    open_room,
    room_photo,
)
from tests.attendance.fake_pipeline import fake_matcher
from tests.attendance.fragile_store import FragileStore
from tests.attendance.store.databases import NXServer

THREADS = 8
THERE = (MarkStatus.PRESENT, MarkStatus.LATE)
NOT_THERE = (MarkStatus.ABSENT, MarkStatus.EXCUSED, MarkStatus.WITHDRAWN)


def status_of(room: Room, person: int) -> MarkStatus | None:
    """A student's mark in the register."""
    mark = room.mark_of(person)
    return mark.status if mark else None


def confirmed(room: Room, *people: int) -> ClassroomMarks:
    """Confirm a photo of these people."""
    job = room.read(room_photo(*people))
    return room.classroom.confirm(job.id, matches(job), by="teacher")


@pytest.mark.parametrize("status", THERE)
def test_a_mark_that_stands_stays(room: Room, status: MarkStatus) -> None:
    room.register.marking.mark(str(COLLINS), status, by="office", session=room.session)
    before = room.mark_of(COLLINS)
    marks = confirmed(room, COLLINS, HOPPER)
    assert room.mark_of(COLLINS) == before
    assert marks.standing == (room.student(COLLINS).id,)
    assert marks.marked == (room.student(HOPPER).id,)


@pytest.mark.parametrize("status", NOT_THERE)
def test_what_a_person_said_of_a_student_stands_with_a_note(room: Room, status: MarkStatus) -> None:
    said = room.register.marking.mark(str(COLLINS), status, by="office", session=room.session)
    marks = confirmed(room, COLLINS, HOPPER)
    assert (marks.standing, marks.marked) == ((room.student(COLLINS).id,), (room.student(HOPPER).id,))
    mark = room.mark_of(COLLINS)
    assert mark is not None
    assert (mark.status, mark.history[:-1]) == (status, said.history)
    assert (mark.history[-1].note, mark.history[-1].noted) == (SEEN, True)


def test_an_absence_that_closing_wrote_is_corrected(room: Room) -> None:
    job = room.read(room_photo(COLLINS, STRANGER))
    room.clock.advance(minutes=30)
    room.register.closing.close(room.session.id, by="teacher")
    assert status_of(room, COLLINS) is MarkStatus.ABSENT
    room.clock.advance(minutes=1)
    room.classroom.confirm(job.id, matches(job), by="teacher")
    mark = room.mark_of(COLLINS)
    assert mark is not None
    assert (mark.status, mark.method) == (MarkStatus.PRESENT, MarkMethod.CLASSROOM_PHOTO)
    assert [event.status for event in mark.history] == [MarkStatus.ABSENT, MarkStatus.PRESENT]
    assert status_of(room, HOPPER) is MarkStatus.ABSENT


def test_who_was_seen_came_when_the_photo_was_sent_whatever_is_corrected_later(room: Room) -> None:
    job = room.read(room_photo(COLLINS))
    sent = job.created_at
    room.clock.advance(minutes=5)
    room.classroom.confirm(job.id, matches(job), by="teacher")
    room.clock.advance(minutes=5)
    room.register.marking.mark(str(COLLINS), MarkStatus.LATE, by="office", session=room.session)
    late = room.mark_of(COLLINS)
    assert late is not None
    assert arrived_at(late) == sent
    corrections, student = room.register.corrections, room.student(COLLINS).id
    back = corrections.undo(room.session.id, student, version=late.version, by="office")
    assert back is not None
    assert (back.status, back.at, arrived_at(back)) == (MarkStatus.PRESENT, sent, sent)


def test_a_photo_can_be_sent_after_the_session_was_closed(room: Room) -> None:
    room.register.closing.close(room.session.id, by="teacher")
    room.clock.advance(minutes=20)
    confirmed(room, COLLINS)
    assert status_of(room, COLLINS) is MarkStatus.LATE


def test_opening_the_session_again_leaves_what_the_photo_said(room: Room) -> None:
    job = room.read(room_photo(COLLINS))
    room.register.closing.close(room.session.id, by="teacher")
    room.classroom.confirm(job.id, matches(job), by="teacher")
    room.register.closing.reopen(room.session.id, by="teacher")
    assert status_of(room, COLLINS) is MarkStatus.PRESENT
    assert status_of(room, HOPPER) is MarkStatus.WITHDRAWN


def test_the_rest_made_absent_while_the_photo_waits_does_not_outvote_it(room: Room) -> None:
    job = room.read(room_photo(COLLINS))
    room.clock.advance(minutes=1)
    room.register.corrections.mark_rest(room.session.id, MarkStatus.ABSENT, by="teacher")
    room.clock.advance(minutes=1)
    room.classroom.confirm(job.id, matches(job), by="teacher")
    assert status_of(room, COLLINS) is MarkStatus.PRESENT
    assert status_of(room, HOPPER) is MarkStatus.ABSENT


def test_what_is_corrected_after_confirming_is_not_undone_by_confirming_again(room: Room) -> None:
    job = room.read(room_photo(COLLINS))
    marks = room.classroom.confirm(job.id, matches(job), by="teacher")
    room.clock.advance(minutes=1)
    room.register.corrections.take_back(room.session.id, room.student(COLLINS).id, by="teacher")
    assert room.classroom.confirm(job.id, matches(job), by="teacher") == marks
    assert status_of(room, COLLINS) is MarkStatus.WITHDRAWN


def test_other_names_after_confirming_are_refused(room: Room) -> None:
    job = room.read(room_photo(COLLINS, HOPPER))
    room.classroom.confirm(job.id, matches(job), by="teacher")
    with pytest.raises(ClassroomError) as refused:
        room.classroom.confirm(job.id, {}, by="other")
    assert refused.value.problem is ClassroomProblem.CONFIRMED_OTHERWISE
    assert status_of(room, COLLINS) is MarkStatus.PRESENT


def test_one_student_can_not_be_two_faces_of_a_picture(room: Room) -> None:
    job = room.read(room_photo(COLLINS, STRANGER), room_photo(STRANGER))
    ride = room.student(RIDE).id
    left, right = face_at(job, 0, 0).key, face_at(job, 0, 1).key
    with pytest.raises(ClassroomError) as refused:
        room.classroom.confirm(job.id, {left: ride, right: ride}, by="teacher")
    assert refused.value.problem is ClassroomProblem.TWICE_IN_ONE_PICTURE
    assert set(refused.value.faces) == {left, right}
    assert room.classroom.job(job.id).state is JobState.READY
    other_picture = face_at(job, 1, 0).key
    marks = room.classroom.confirm(job.id, {right: ride, other_picture: ride, left: None}, by="teacher")
    assert marks.marked == (ride,)


@pytest.mark.parametrize("key", ["0-9", "7-0", "", "0", "x-y", "-"])
def test_a_face_that_is_not_there_is_refused(room: Room, key: str) -> None:
    job = room.read(room_photo(COLLINS))
    for name in (room.student(COLLINS).id, None):
        with pytest.raises(ClassroomError) as refused:
            room.classroom.confirm(job.id, {key: name, "0-0": None}, by="teacher")
        assert (refused.value.problem, refused.value.faces) == (ClassroomProblem.UNKNOWN_FACE, (key,))
    assert room.classroom.job(job.id).state is JobState.READY


def test_who_left_meanwhile_is_told_and_the_others_are_marked(room: Room) -> None:
    job = room.read(room_photo(COLLINS, JOHNSON, HOPPER))
    choices = {face_at(job, 0, n).key: room.student(p).id for n, p in enumerate((COLLINS, JOHNSON, HOPPER))}
    room.register.students.remove(str(COLLINS))
    course = room.register.courses.get("physics")
    johnson = room.student(JOHNSON)
    room.register.students.change(johnson.id, NewStudent(johnson.roll_number, johnson.name), active=False)
    assert course.roster is not None
    marks = room.classroom.confirm(job.id, choices, by="teacher")
    assert marks.marked == (room.student(HOPPER).id,)
    assert {(choice.face, choice.problem) for choice in marks.refused} == {
        (face_at(job, 0, 0).key, ClassroomProblem.STUDENT_GONE),
        (face_at(job, 0, 1).key, ClassroomProblem.NOT_ON_ROSTER),
    }
    assert room.register.store.mark(room.session.id, johnson.id) is None


def test_who_is_not_on_the_roster_is_not_marked(room: Room) -> None:
    job = room.read(room_photo(COLLINS))
    guest = room.register.students.add(NewStudent("77", "Guest"))
    marks = room.classroom.confirm(job.id, {"0-0": guest.id}, by="teacher")
    [refused] = marks.refused
    assert (refused.student_id, refused.problem) == (guest.id, ClassroomProblem.NOT_ON_ROSTER)
    assert room.register.store.marks(room.session.id) == []


def test_what_is_not_read_yet_can_not_be_confirmed(room: Room) -> None:
    room.classroom.close()
    job = room.send(room_photo(COLLINS))
    with pytest.raises(ClassroomError) as refused:
        room.classroom.confirm(job.id, {}, by="teacher")
    assert refused.value.problem is ClassroomProblem.NOT_READY


def test_eight_who_confirm_the_same_at_once_are_told_the_same(room: Room) -> None:
    job = room.read(room_photo(COLLINS, HOPPER))
    start = Barrier(THREADS)

    def confirm(number: int) -> ClassroomMarks:
        start.wait()
        return room.classroom.confirm(job.id, matches(job), by=f"teacher-{number}")

    with ThreadPoolExecutor(THREADS) as pool:
        told = list(pool.map(confirm, range(THREADS)))
    assert len(set(told)) == 1
    for person in (COLLINS, HOPPER):
        mark = room.mark_of(person)
        assert mark is not None
        assert (mark.version, len(mark.history)) == (1, 1)
    assert room.pictures() == set()


@pytest.mark.server
def test_on_mongodb_it_is_the_same(tmp_path: Path) -> None:
    server = NXServer(tmp_path / "server")
    server.start()
    try:
        with open_room(tmp_path, mongodb_uri=server.place().address) as room:
            test_eight_who_confirm_the_same_at_once_are_told_the_same(room)
            room.register.closing.close(room.session.id, by="teacher")
            confirmed(room, JOHNSON)
            mark = room.mark_of(JOHNSON)
            assert mark is not None
            assert [event.status for event in mark.history] == [MarkStatus.ABSENT, MarkStatus.PRESENT]
            room.register.students.remove(str(JOHNSON))
            assert room.register.store.job_ids() != []
            room.clock.moment += SNAPSHOT_LIFETIME
            room.register.tidy()
            assert room.register.store.job_ids() == []
            assert room.files() == set()
    finally:
        server.kill()


def test_of_several_who_confirm_differently_at_once_one_has_confirmed(room: Room) -> None:
    people = (COLLINS, JOHNSON, HOPPER, RIDE)
    job = room.read(room_photo(STRANGER))
    start = Barrier(len(people))

    def confirm(person: int) -> ClassroomMarks | ClassroomProblem:
        start.wait()
        try:
            return room.classroom.confirm(job.id, {"0-0": room.student(person).id}, by=str(person))
        except ClassroomError as error:
            return error.problem

    with ThreadPoolExecutor(len(people)) as pool:
        told = list(pool.map(confirm, people))
    kinds = Counter(type(each).__name__ for each in told)
    assert kinds == {"ClassroomMarks": 1, "ClassroomProblem": len(people) - 1}
    assert {each for each in told if isinstance(each, ClassroomProblem)} == {
        ClassroomProblem.CONFIRMED_OTHERWISE
    }
    [marked] = [person for person, each in zip(people, told, strict=True) if isinstance(each, ClassroomMarks)]
    assert [mark.student_id for mark in room.register.store.marks(room.session.id)] == [
        room.student(marked).id
    ]


def test_confirming_and_discarding_at_once_is_one_of_them(room: Room) -> None:
    for _ in range(10):
        room.clock.advance(seconds=1)
        job = room.read(room_photo(HOPPER))
        start = Barrier(2)

        def confirm(job: ClassroomJob = job, start: Barrier = start) -> bool:
            start.wait()
            try:
                room.classroom.confirm(job.id, {"0-0": None}, by="one")
            except ClassroomError:
                return False
            return True

        def discard(job: ClassroomJob = job, start: Barrier = start) -> bool:
            start.wait()
            try:
                room.classroom.discard(job.id, by="other")
            except ClassroomError:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            first, second = pool.submit(confirm), pool.submit(discard)
            has_confirmed, has_discarded = first.result(), second.result()
        assert has_confirmed != has_discarded
        state = room.classroom.job(job.id).state
        assert state is (JobState.CONFIRMED if has_confirmed else JobState.DISCARDED)
        assert room.pictures() == set()


@pytest.mark.parametrize("written", [False, True])
def test_a_decision_that_an_outage_cut_short_is_carried_out_later(room: Room, *, written: bool) -> None:
    job = room.read(room_photo(COLLINS, HOPPER))
    room.classroom.close()  # its thread would carry it out as soon as somebody looks
    folder = JobFolder(room.folder / job.id, room.register.store)
    order = folder.order()
    assert order is not None
    broken = FragileStore(room.register.store, "insert_mark", written=written)
    fragile = Confirming(broken, room.clock, room.register.sessions, room.register.presence.pictures)
    with pytest.raises(StoreUnavailableError):
        fragile.confirm(folder, order, matches(job), by="teacher")
    assert room.classroom.job(job.id).state is JobState.CONFIRMED
    assert len(room.register.store.marks(room.session.id)) == int(written)
    room.classroom.purge()
    assert {status_of(room, COLLINS), status_of(room, HOPPER)} == {MarkStatus.PRESENT}
    assert room.pictures() == set()
    again = room.classroom.confirm(job.id, matches(job), by="teacher")
    assert len(again.marked) == 2
    mark = room.mark_of(COLLINS)
    assert mark is not None
    assert len(mark.history) == 1


def test_what_a_person_says_before_a_decision_is_finished_stays(room: Room) -> None:
    job = room.read(room_photo(COLLINS, HOPPER))
    folder = JobFolder(room.folder / job.id, room.register.store)
    order = folder.order()
    assert order is not None
    broken = FragileStore(room.register.store, "insert_mark", written=True)
    with pytest.raises(StoreUnavailableError):
        Confirming(broken, room.clock, room.register.sessions, room.register.presence.pictures).confirm(
            folder, order, matches(job), by="teacher"
        )
    [written] = room.register.store.marks(room.session.id)
    other = next(person for person in (COLLINS, HOPPER) if room.student(person).id != written.student_id)
    # Within the same millisecond, so that the time alone does not tell what came first.
    room.register.corrections.take_back(room.session.id, written.student_id, by="teacher")
    room.clock.advance(minutes=1)
    room.register.marking.mark(str(other), MarkStatus.ABSENT, by="teacher", session=room.session)
    room.classroom.purge()
    statuses = {mark.student_id: mark.status for mark in room.register.store.marks(room.session.id)}
    assert statuses == {
        written.student_id: MarkStatus.WITHDRAWN,
        room.student(other).id: MarkStatus.ABSENT,
    }


def test_marks_that_an_outage_held_up_are_written_once_somebody_looks(room: Room) -> None:
    job = room.read(room_photo(COLLINS, HOPPER))
    away = Classroom(
        JobFolders(room.folder, room.register.store),
        FragileStore(room.register.store, "insert_mark", written=False),
        room.clock,
        sessions=room.register.sessions,
        reader=JobReader(
            room.register.sessions, fake_matcher(room.register.store, lambda: room.pipeline), lambda _: ()
        ),
        rooms=room.register.presence.pictures,
        tidy=lambda: None,
    )
    with pytest.raises(StoreUnavailableError):
        away.confirm(job.id, matches(job), by="teacher")
    away.close()
    deadline = time.monotonic() + PATIENCE
    while (now := room.classroom.job(job.id)).marks is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert (now.state, now.marked) == (JobState.CONFIRMED, 2)
    assert {status_of(room, COLLINS), status_of(room, HOPPER)} == {MarkStatus.PRESENT}


PEOPLE = tuple(NAMES)
earlier = st.dictionaries(
    st.sampled_from(PEOPLE),
    st.sampled_from([*MarkStatus, "closing"]),
)


@given(earlier=earlier, named=st.lists(st.sampled_from(PEOPLE), unique=True), minutes=st.integers(0, 20))
@settings(max_examples=25, deadline=None)
def test_whatever_stood_before_a_photo_only_ever_adds_who_is_there(
    earlier: dict[int, MarkStatus | str], named: list[int], minutes: int
) -> None:
    with TemporaryDirectory() as folder, open_room(Path(folder)) as room:
        room.clock.advance(minutes=minutes)
        job = room.read(room_photo(*([STRANGER] * len(PEOPLE))))
        for person, status in earlier.items():
            if isinstance(status, MarkStatus):
                room.register.marking.mark(str(person), status, by="office", session=room.session)
        if "closing" in earlier.values():
            room.register.closing.close(room.session.id, by="teacher")
        before = {person: room.mark_of(person) for person in PEOPLE}
        choices = {face.key: room.student(person).id for face, person in zip(job.faces, named, strict=False)}
        first = room.classroom.confirm(job.id, choices, by="teacher")
        after = {person: room.mark_of(person) for person in PEOPLE}
        assert room.classroom.confirm(job.id, choices, by="teacher") == first
        assert {person: room.mark_of(person) for person in PEOPLE} == after

    expected = MarkStatus.LATE if minutes >= 10 else MarkStatus.PRESENT
    for person in PEOPLE:
        old, new = before[person], after[person]
        if person not in named or (old is not None and old.status in THERE):
            assert new == old
        elif isinstance(earlier.get(person), MarkStatus):
            assert new is not None
            assert old is not None
            assert (new.status, new.history) == (old.status, (*old.history, new.history[-1]))
            assert new.history[-1].noted
        else:
            assert new is not None
            assert (new.status, new.method) == (expected, MarkMethod.CLASSROOM_PHOTO)
            assert new.history[:-1] == (old.history if old else ())
    assert len(first.marked) + len(first.standing) == len(named)
