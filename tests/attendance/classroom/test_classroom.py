"""A teacher photographs the classroom, confirms the recognised faces, and the marks are written."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image

from attendance.classroom.jobs.errors import ClassroomError, ClassroomJobNotFoundError
from attendance.classroom.jobs.forgetting import forget_others
from attendance.classroom.jobs.job_folder import JobFolder
from attendance.classroom.jobs.job_folders import JobFolders
from attendance.classroom.jobs.states import ClassroomProblem, FaceState, JobState, JobStep
from attendance.files.snapshots import SNAPSHOT_LIFETIME
from attendance.store.protocol import Store
from attendance.store.protocols.jobs import PhotoJob
from attendance.values import MarkMethod, MarkStatus, Withdrawal
from face_detection.problems import PhotoProblem
from face_matching.decision import Doubt
from tests.attendance.classroom.school_room import (
    COLLINS,
    HOPPER,
    JOHNSON,
    RIDE,
    STRANGER,
    Room,
    face_at,
    matches,
    room_photo,
)
from tests.attendance.fake_pipeline import photo_of, room_of
from tests.attendance.fragile_store import FragileStore


def test_from_photo_to_marks(room: Room) -> None:
    job = room.read(room_photo(COLLINS, STRANGER, HOPPER))
    assert (job.state, job.progress, job.step, job.problem) == (JobState.READY, 1.0, JobStep.DONE, None)
    states = [face_at(job, 0, place).state for place in range(3)]
    assert states == [FaceState.MATCH, FaceState.UNKNOWN, FaceState.MATCH]
    assert face_at(job, 0, 2).candidates[0].student_id == room.student(HOPPER).id
    marks = room.classroom.confirm(job.id, matches(job), by="teacher")
    assert set(marks.marked) == {room.student(COLLINS).id, room.student(HOPPER).id}
    mark = room.mark_of(HOPPER)
    assert mark is not None
    assert (mark.status, mark.method) == (MarkStatus.PRESENT, MarkMethod.CLASSROOM_PHOTO)
    assert (mark.reviewer, mark.at) == ("teacher", job.created_at)
    assert mark.score == pytest.approx(1.0)
    assert room.mark_of(JOHNSON) is None
    done = room.classroom.job(job.id)
    assert (done.state, done.marked, done.marks) == (JobState.CONFIRMED, 2, marks)
    assert (done.decided_by, done.pictures) == ("teacher", ())
    assert room.pictures() == set()


def test_the_board_shows_the_marks_at_once(room: Room) -> None:
    before = room.register.boards.change(room.session.id)
    job = room.read(room_photo(COLLINS))
    room.classroom.confirm(job.id, matches(job), by="teacher")
    assert room.register.boards.change(room.session.id) > before
    assert room.register.boards.of(room.session.id).counts.present == 1


def test_who_is_late_is_told_by_when_the_photo_was_sent(room: Room) -> None:
    room.clock.advance(minutes=9)
    in_time = room.read(room_photo(COLLINS))
    room.clock.advance(minutes=1)
    late = room.read(room_photo(HOPPER))
    room.clock.advance(minutes=50)
    for job in (in_time, late):
        room.classroom.confirm(job.id, matches(job), by="teacher")
    for person, status in ((COLLINS, MarkStatus.PRESENT), (HOPPER, MarkStatus.LATE)):
        mark = room.mark_of(person)
        assert mark is not None
        assert mark.status is status
        assert mark.history[-1].at == room.clock.now()


def test_several_photos_mark_each_student_once_with_the_best_sighting(room: Room) -> None:
    job = room.read(
        room_of(photo_of(COLLINS, blend=4), photo_of(HOPPER)), room_of(photo_of(STRANGER), photo_of(COLLINS))
    )
    worse, better = face_at(job, 0, 0), face_at(job, 1, 1)
    assert (worse.state, worse.seen_as) == (FaceState.MATCH, better.key)
    assert (better.state, better.seen_as) == (FaceState.MATCH, None)
    marks = room.classroom.confirm(job.id, matches(job), by="teacher")
    assert len(marks.marked) == 2
    mark = room.mark_of(COLLINS)
    assert mark is not None
    assert mark.score == pytest.approx(better.candidates[0].score)
    assert len(mark.history) == 1


def test_a_doubt_about_one_who_is_certain_in_another_photo_is_none(room: Room) -> None:
    doubt = room_of(photo_of(COLLINS, blend=15))
    alone = room.read(doubt)
    assert face_at(alone, 0, 0).state is FaceState.DOUBTFUL
    assert face_at(alone, 0, 0).problem == Doubt.UNPROVEN.value
    with_another = room.read(doubt, room_photo(COLLINS))
    assert face_at(with_another, 0, 0).seen_as == face_at(with_another, 1, 0).key


def test_a_face_that_is_not_fit_says_why_and_can_be_named_by_hand(room: Room) -> None:
    dark = photo_of(STRANGER, problem=PhotoProblem.TOO_DARK)
    job = room.read(room_of(photo_of(COLLINS), dark))
    face = face_at(job, 0, 1)
    assert (face.state, face.problem, face.candidates) == (FaceState.UNFIT, "too_dark", ())
    ride = room.student(RIDE).id
    marks = room.classroom.confirm(job.id, {face.key: ride}, by="teacher")
    assert marks.marked == (ride,)
    mark = room.mark_of(RIDE)
    assert mark is not None
    assert (mark.score, mark.counts_as_there) == (None, True)
    assert room.mark_of(COLLINS) is None


def test_faces_are_where_they_are_in_the_picture(room: Room) -> None:
    job = room.read(room_photo(COLLINS, HOPPER))
    [picture] = job.pictures
    with Image.open(io.BytesIO(room.classroom.picture(job.id, 0))) as shown:
        assert shown.size == (picture.width, picture.height)
        for place, person in enumerate((COLLINS, HOPPER)):
            x, y, width, height = face_at(job, 0, place).box
            centre = int((x + width / 2) * shown.width), int((y + height / 2) * shown.height)
            colour = shown.convert("RGB").getpixel(centre)
            assert isinstance(colour, tuple)
            assert colour[0] // 16 == person


def test_a_picture_is_no_larger_than_it_is_shown_and_says_nothing_of_the_camera(room: Room) -> None:
    photo = Image.open(io.BytesIO(room_photo(COLLINS))).resize((3000, 1500), Image.Resampling.NEAREST)
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    out = io.BytesIO()
    photo.save(out, "JPEG", exif=exif)
    job = room.read(out.getvalue())
    with Image.open(io.BytesIO(room.classroom.picture(job.id, 0))) as shown:
        assert (shown.format, shown.size, dict(shown.getexif())) == ("JPEG", (2048, 1024), {})
    assert (job.pictures[0].width, job.pictures[0].height) == (2048, 1024)


def test_uploads_are_deleted_once_they_are_read(room: Room) -> None:
    job = room.read(room_photo(COLLINS), room_photo(HOPPER))
    assert room.pictures() == {f"{job.id}/pictures/0.jpg", f"{job.id}/pictures/1.jpg"}


def test_what_a_crash_kept_from_being_deleted_goes_within_a_day(room: Room) -> None:
    read, confirmed = room.read(room_photo(COLLINS)), room.read(room_photo(HOPPER))
    room.classroom.confirm(confirmed.id, {}, by="teacher")
    for job in (read, confirmed):
        (room.folder / job.id / "uploads").mkdir()
        (room.folder / job.id / "uploads" / "000").write_bytes(room_photo(COLLINS))
    (room.folder / confirmed.id / "pictures").mkdir()
    (room.folder / confirmed.id / "pictures" / "0.jpg").write_bytes(room_photo(HOPPER))
    room.clock.advance(days=1)
    room.register.tidy()
    assert room.pictures() == {f"{read.id}/pictures/0.jpg"}


def test_a_job_that_is_discarded_leaves_no_picture_and_no_mark(room: Room) -> None:
    job = room.read(room_photo(COLLINS))
    for _ in range(2):
        room.classroom.discard(job.id, by="teacher")
    assert room.classroom.job(job.id).state is JobState.DISCARDED
    assert room.pictures() == set()
    with pytest.raises(ClassroomError) as refused:
        room.classroom.confirm(job.id, matches(job), by="teacher")
    assert refused.value.problem is ClassroomProblem.NOT_READY
    assert room.mark_of(COLLINS) is None
    with pytest.raises(ClassroomJobNotFoundError):
        room.classroom.picture(job.id, 0)


def test_what_is_confirmed_can_not_be_discarded(room: Room) -> None:
    job = room.read(room_photo(COLLINS))
    room.classroom.confirm(job.id, matches(job), by="teacher")
    with pytest.raises(ClassroomError) as refused:
        room.classroom.discard(job.id, by="other")
    assert refused.value.problem is ClassroomProblem.CONFIRMED_OTHERWISE
    assert room.classroom.job(job.id).state is JobState.CONFIRMED


def test_jobs_of_a_session_come_newest_first(room: Room) -> None:
    ids = []
    for _ in range(3):
        ids.append(room.read(room_photo(COLLINS)).id)
        room.clock.advance(seconds=1)
    assert [job.id for job in room.classroom.jobs_of(room.session.id)] == ids[::-1]
    assert room.classroom.jobs_of("other") == []


@pytest.mark.parametrize("job_id", ["", "0" * 32, "../secret", "0" * 31 + "x", "٣" * 32])
def test_a_job_that_is_not_there_is_told(room: Room, job_id: str) -> None:
    with pytest.raises(ClassroomJobNotFoundError):
        room.classroom.job(job_id)
    with pytest.raises(ClassroomJobNotFoundError):
        room.classroom.picture(job_id, 0)
    with pytest.raises(ClassroomJobNotFoundError):
        room.classroom.confirm(job_id, {}, by="teacher")
    with pytest.raises(ClassroomJobNotFoundError):
        room.classroom.discard(job_id, by="teacher")


@pytest.mark.parametrize("number", [-1, 1, 10**9])
def test_a_picture_that_is_not_there_is_told(room: Room, number: int) -> None:
    job = room.read(room_photo(COLLINS))
    with pytest.raises(ClassroomJobNotFoundError):
        room.classroom.picture(job.id, number)


def test_everything_of_a_job_goes_after_fourteen_days(room: Room) -> None:
    old = room.read(room_photo(COLLINS))
    room.classroom.confirm(room.read(room_photo(HOPPER)).id, {}, by="teacher")
    room.clock.moment += SNAPSHOT_LIFETIME - (SNAPSHOT_LIFETIME / 1000)
    room.classroom.purge()
    assert room.classroom.job(old.id).state is JobState.READY
    room.clock.moment += SNAPSHOT_LIFETIME / 1000
    room.register.tidy()
    assert room.files() == set()
    with pytest.raises(ClassroomJobNotFoundError):
        room.classroom.job(old.id)


def test_an_erased_student_is_nobody_in_what_waits(room: Room) -> None:
    job = room.read(room_photo(COLLINS, HOPPER))
    erased = room.student(COLLINS).id
    room.register.students.remove(str(COLLINS))
    face = face_at(room.classroom.job(job.id), 0, 0)
    assert (face.state, face.candidates) == (FaceState.UNKNOWN, ())
    everything = b"".join((room.folder / name).read_bytes() for name in room.files())
    assert erased.encode() not in everything


def test_an_erased_student_is_taken_out_of_what_is_confirmed(room: Room) -> None:
    job = room.read(room_photo(COLLINS, HOPPER))
    erased = room.student(COLLINS).id
    room.classroom.confirm(job.id, matches(job), by="teacher")
    room.register.students.remove(str(COLLINS))
    marks = room.classroom.job(job.id).marks
    assert marks is not None
    assert marks.marked == (room.student(HOPPER).id,)
    assert room.classroom.confirm(job.id, matches(job), by="teacher") == marks
    everything = b"".join((room.folder / name).read_bytes() for name in room.files())
    assert erased.encode() not in everything


def test_who_withdraws_consent_is_recognised_no_more_in_what_waits(room: Room) -> None:
    waiting, confirmed = room.read(room_photo(COLLINS)), room.read(room_photo(COLLINS))
    student = room.student(COLLINS)
    marks = room.classroom.confirm(confirmed.id, matches(confirmed), by="teacher")
    room.register.students.withdraw_consent(student.id, Withdrawal(room.clock.now(), "office"))
    [face] = room.classroom.job(waiting.id).faces
    assert (face.state, face.candidates) == (FaceState.UNKNOWN, ())
    assert room.classroom.confirm(confirmed.id, matches(confirmed), by="teacher") == marks
    by_hand = room.classroom.confirm(waiting.id, {face.key: student.id}, by="teacher")
    assert by_hand.standing == (student.id,)


def test_a_class_without_any_face_is_named_by_hand(room: Room) -> None:
    for person in (COLLINS, JOHNSON, HOPPER):
        room.register.students.remove(str(person))
    job = room.read(room_photo(STRANGER))
    [face] = job.faces
    assert (face.state, face.candidates) == (FaceState.UNKNOWN, ())
    marks = room.classroom.confirm(job.id, {face.key: room.student(RIDE).id}, by="teacher")
    assert marks.marked == (room.student(RIDE).id,)


def test_of_two_students_who_are_erased_at_once_neither_stays(room: Room) -> None:
    waiting, confirmed = room.read(room_photo(COLLINS, HOPPER)), room.read(room_photo(COLLINS, HOPPER))
    room.classroom.confirm(confirmed.id, matches(confirmed), by="teacher")
    collins, hopper = room.student(COLLINS).id, room.student(HOPPER).id
    store = room.register.store

    def forget_hopper(job_id: str) -> None:
        forget_others(JobFolder(room.folder / job_id, store), lambda each: each != hopper)

    JobFolders(room.folder, _Interrupted(store, forget_hopper)).forget(collins)
    for job in (waiting, confirmed):
        record = store.job(job.id)
        assert record is not None
        texts = f"{record.reading} {record.decision} {record.marks}"
        assert (collins in texts, hopper in texts) == (False, False)


class _Interrupted(FragileStore):
    """A store in which something happens just before a job is changed for the first time.

    Args:
        store: what everything is passed on to.
        happens: what, given the job's id.
    """

    def __init__(self, store: Store, happens: Callable[[str], None]) -> None:
        super().__init__(store, "", written=False)
        self._happens = happens
        self._changed = set[str]()

    def replace_job(self, job: PhotoJob) -> bool:
        if job.id not in self._changed:
            self._changed.add(job.id)
            self._happens(job.id)
        return self._store.replace_job(job)
