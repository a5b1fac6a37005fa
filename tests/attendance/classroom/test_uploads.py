"""Accepted uploads: photos or one video, recognised by their bytes, each within its limits."""

from __future__ import annotations

import io
import os
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from attendance.classroom.jobs.errors import ClassroomBusyError, ClassroomError
from attendance.classroom.jobs.limits import (
    LONGEST_NAME,
    MOST_IN_LINE,
    MOST_PHOTO_BYTES,
    MOST_PHOTOS,
    MOST_VIDEO_BYTES,
    MOST_VIDEO_SECONDS,
    UNSENT_LIFETIME,
)
from attendance.classroom.jobs.states import ClassroomProblem, FaceState, JobState
from attendance.classroom.jobs.values import ClassroomJob, ClassroomUpload
from attendance.classroom.media_kinds import UploadKind, kind_of_bytes
from attendance.classroom.upload_sorting import shown_name
from attendance.errors import StoreUnavailableError
from tests.attendance.classroom.school_room import COLLINS, HOPPER, STRANGER, Room, matches, room_photo
from tests.videos import write_video

NO_PHOTO = b"Dear Sir or Madam, I was ill yesterday."
CUT_SHORT = room_photo(COLLINS)[:-40]
WALL = room_photo()


def as_format(content: bytes, name: str) -> bytes:
    """The same picture in another format."""
    out = io.BytesIO()
    Image.open(io.BytesIO(content)).save(out, name, quality=95)
    return out.getvalue()


def as_video(folder: Path, *contents: bytes, suffix: str = ".mp4") -> bytes:
    """A video of two seconds of each of these pictures."""
    pictures = [np.asarray(Image.open(io.BytesIO(content)).convert("RGB")) for content in contents]
    frames = [picture for picture in pictures for _ in range(20)]
    return write_video(folder / f"room{suffix}", frames).read_bytes()


def problems_of(job: ClassroomJob) -> dict[int, str]:
    return {problem.number: problem.problem for problem in job.upload_problems}


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP"])
def test_photos_of_these_formats_are_read_whatever_they_are_called(room: Room, name: str) -> None:
    upload = room.upload(as_format(room_photo(COLLINS), name), "holiday.exe")
    job = room.settled(room.classroom.submit(room.session, [upload], by="teacher").id)
    assert [face.state for face in job.faces] == [FaceState.MATCH]
    assert job.uploads == ("holiday.exe",)


def test_heic_is_read(room: Room) -> None:
    heif = pytest.importorskip("pillow_heif")
    out = io.BytesIO()
    heif.from_pillow(Image.open(io.BytesIO(room_photo(COLLINS)))).save(out, quality=95)
    assert [face.state for face in room.read(out.getvalue()).faces] == [FaceState.MATCH]


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".webm"])
def test_a_video_marks_everybody_in_it_once(room: Room, tmp_path: Path, suffix: str) -> None:
    video = as_video(tmp_path, room_photo(COLLINS, STRANGER), suffix=suffix)
    job = room.read(video)
    assert (job.state, job.is_video) == (JobState.READY, True)
    assert sorted(face.state for face in job.faces) == [FaceState.MATCH, FaceState.UNKNOWN]
    assert all(picture.at is not None for picture in job.pictures)
    assert room.classroom.picture(job.id, 0)[:3] == b"\xff\xd8\xff"
    marks = room.classroom.confirm(job.id, matches(job), by="teacher")
    assert marks.marked == (room.student(COLLINS).id,)


def test_a_bad_upload_is_left_out_and_the_others_go_on(room: Room) -> None:
    job = room.read(NO_PHOTO, room_photo(COLLINS), CUT_SHORT, WALL, room_photo(HOPPER))
    assert job.state is JobState.READY
    assert problems_of(job) == {0: "neither_photo_nor_video", 2: "not_an_image", 3: "no_face"}
    assert [picture.upload for picture in job.pictures] == [1, 4]
    assert [picture.number for picture in job.pictures] == [0, 1]
    assert [problem.name for problem in job.upload_problems] == ["0.jpg", "2.jpg", "3.jpg"]
    assert not any(".inbox" in name for name in room.files())


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (NO_PHOTO, "neither_photo_nor_video"),
        (b"", "neither_photo_nor_video"),
        (CUT_SHORT, "not_an_image"),
        (WALL, "no_face"),
        (b"\0\0\0\x18ftypisom" + bytes(200), "not_readable"),
    ],
)
def test_a_job_with_nothing_usable_has_failed_and_says_why(room: Room, content: bytes, problem: str) -> None:
    job = room.read(content)
    assert (job.state, job.problem) == (JobState.FAILED, ClassroomProblem.NOTHING_USABLE)
    assert problems_of(job) == {0: problem}
    with pytest.raises(ClassroomError) as refused:
        room.classroom.confirm(job.id, {}, by="teacher")
    assert refused.value.problem is ClassroomProblem.NOT_READY
    assert room.pictures() == set()


def test_a_video_that_is_too_long_is_left_out(room: Room, tmp_path: Path) -> None:
    frame = np.asarray(Image.open(io.BytesIO(room_photo(COLLINS))).convert("RGB"))
    path = write_video(tmp_path / "long.mp4", [frame] * 20, per_second=0.1)
    assert MOST_VIDEO_SECONDS < 20 / 0.1
    assert problems_of(room.read(path.read_bytes())) == {0: "too_long"}


@pytest.mark.parametrize(
    ("head", "size"), [(room_photo(COLLINS), MOST_PHOTO_BYTES), (b"\0\0\0\x18ftypmp42", MOST_VIDEO_BYTES)]
)
def test_a_file_that_is_too_large_is_left_out(room: Room, head: bytes, size: int) -> None:
    upload = room.upload(head)
    os.truncate(upload.path, size + 1)
    job = room.classroom.submit(room.session, [upload], by="teacher")
    assert problems_of(job) == {0: "too_many_bytes"}
    assert job.problem is ClassroomProblem.NOTHING_USABLE


def refusal(room: Room, *contents: bytes) -> ClassroomProblem:
    """Why sending these is refused, having changed nothing."""
    before = room.files()
    uploads = [room.upload(content) for content in contents]
    with pytest.raises(ClassroomError) as refused:
        room.classroom.submit(room.session, uploads, by="teacher")
    assert all(upload.path.read_bytes() == content for upload, content in zip(uploads, contents, strict=True))
    assert room.files() - before == {f".inbox/{upload.path.name}" for upload in uploads}
    return refused.value.problem


def test_what_can_not_be_one_job_is_refused(room: Room, tmp_path: Path) -> None:
    video, photo = as_video(tmp_path, room_photo(COLLINS)), room_photo(COLLINS)
    assert refusal(room) is ClassroomProblem.NO_UPLOADS
    assert refusal(room, *[photo] * (MOST_PHOTOS + 1)) is ClassroomProblem.TOO_MANY_PHOTOS
    assert refusal(room, video, photo) is ClassroomProblem.PHOTOS_OR_ONE_VIDEO
    assert refusal(room, video, video) is ClassroomProblem.PHOTOS_OR_ONE_VIDEO


def test_a_session_that_has_not_begun_takes_no_photo(room: Room) -> None:
    later = room.register.class_sessions.plan(
        "physics", day="2026-11-24", start="10:00", minutes=60, by="teacher"
    )
    with pytest.raises(ClassroomError) as refused:
        room.send(room_photo(COLLINS), session=later)
    assert refused.value.problem is ClassroomProblem.NOT_OPENED_YET
    room.register.closing.close(later.id, by="teacher")
    room.clock.advance(days=2)
    cancelled = room.register.sessions.get(later.id)
    with pytest.raises(ClassroomError) as refused:
        room.send(room_photo(COLLINS), session=cancelled)
    assert refused.value.problem is ClassroomProblem.NOT_OPENED_YET


def test_the_line_has_an_end(room: Room) -> None:
    room.classroom.close()
    jobs = [room.send(room_photo(COLLINS)) for _ in range(MOST_IN_LINE)]
    assert [room.classroom.job(job.id).ahead for job in jobs] == list(range(MOST_IN_LINE))
    upload = room.upload(room_photo(COLLINS))
    with pytest.raises(ClassroomBusyError) as refused:
        room.classroom.submit(room.session, [upload], by="teacher")
    assert refused.value.problem is ClassroomProblem.LINE_FULL
    assert upload.path.exists()
    room.classroom.discard(jobs[0].id, by="teacher")
    assert room.classroom.submit(room.session, [upload], by="teacher").ahead == MOST_IN_LINE - 1


def test_a_full_disk_leaves_no_half_job_and_every_upload_where_it_was(room: Room) -> None:
    resource = pytest.importorskip("resource", reason="needs a limit on the size of files")
    uploads = [room.upload(room_photo(COLLINS)), room.upload(room_photo(HOPPER))]
    before = room.files()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, limits[1]))  # no file may grow beyond ten bytes
    try:
        with pytest.raises(StoreUnavailableError):
            room.classroom.submit(room.session, uploads, by="teacher")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert room.files() == before
    assert room.classroom.jobs_of(room.session.id) == []
    job = room.classroom.submit(room.session, uploads, by="teacher")
    assert len(room.settled(job.id).pictures) == 2


def test_an_upload_that_is_gone_leaves_the_others_where_they_were(room: Room) -> None:
    there, gone = room.upload(room_photo(COLLINS)), room.upload(room_photo(HOPPER))
    gone.path.unlink()
    with pytest.raises(FileNotFoundError):
        room.classroom.submit(room.session, [there, gone], by="teacher")
    assert there.path.exists()
    assert room.classroom.jobs_of(room.session.id) == []


def test_files_that_were_never_sent_off_go_after_a_day(room: Room) -> None:
    old, new = room.upload(b"old"), room.upload(b"new")
    a_day_ago = old.path.stat().st_mtime - UNSENT_LIFETIME / timedelta(seconds=1)
    os.utime(old.path, (a_day_ago, a_day_ago))
    room.classroom.purge()
    assert (old.path.exists(), new.path.exists()) == (False, True)


def test_the_uploads_are_nobody_elses_business(room: Room) -> None:
    job = room.read(room_photo(COLLINS))
    for path in (room.classroom.inbox, room.folder / job.id, room.folder / job.id / "pictures"):
        assert path.stat().st_mode & 0o077 == 0
    for path in (room.folder / job.id).rglob("*.*"):
        assert path.stat().st_mode & 0o077 == 0


@pytest.mark.slow
@given(st.text(max_size=300))
def test_every_name_can_be_shown(name: str) -> None:
    shown = shown_name(name)
    assert 1 <= len(shown) <= LONGEST_NAME
    assert shown.isprintable()
    shown.encode()


@given(st.binary(max_size=64))
def test_any_bytes_are_sorted(head: bytes) -> None:
    assert kind_of_bytes(head) in (None, *UploadKind)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\0\0\0\x1cftypheic", UploadKind.PHOTO),
        (b"\0\0\0\x1cftypmif1", UploadKind.PHOTO),
        (b"\0\0\0\x14ftypqt  ", UploadKind.VIDEO),
        (b"\0\0\0\x08wide", UploadKind.VIDEO),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm", UploadKind.VIDEO),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x88matroska", None),
        (b"RIFF\0\0\0\0AVI LIST", None),
        (b"GIF89a", None),
        (b"%PDF-1.7", None),
        (b"<svg xmlns=", None),
    ],
)
def test_formats_are_told_by_their_signatures(head: bytes, kind: UploadKind | None) -> None:
    assert kind_of_bytes(head) is kind


def test_the_name_can_not_lead_anywhere(room: Room) -> None:
    upload = ClassroomUpload(room.upload(room_photo(COLLINS)).path, "../../../etc/passwd")
    job = room.settled(room.classroom.submit(room.session, [upload], by="teacher").id)
    assert job.state is JobState.READY
    assert not any("passwd" in name for name in room.files())
