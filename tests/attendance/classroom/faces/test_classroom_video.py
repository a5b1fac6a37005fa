"""A video of a room names everybody in it once, in the frame that shows them best."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from attendance.classroom.faces.classroom_video import FRAME, ClassroomVideo, read_room_video
from face_detection.errors import VideoError
from face_detection.problems import PhotoProblem, VideoProblem
from face_detection.values import Pixels
from face_detection.video.video_limits import VideoLimits
from face_matching.decision import Decision, Doubtful, Match, Unknown
from face_matching.gallery import Gallery
from tests.attendance.fake_pipeline import FakePipeline, embedding_of, fake_policy, photo_of
from tests.videos import write_video

ANNA, BERTA, CARLA = 0, 4, 8
STUDENTS = {"anna": ANNA, "berta": BERTA, "carla": CARLA}
STRANGER = 12
POLICY = fake_policy("fake-1", "fake")
GALLERY = Gallery.build("fake-1", list(STUDENTS), np.stack([embedding_of(n) for n in STUDENTS.values()]))
SIZE = (480, 200)

Places = Mapping[bytes, tuple[int, int]]


def frame_of(places: Places) -> Pixels:
    """A white room with faces whose upper left corners are at these places."""
    room = Image.new("RGB", SIZE, (255, 255, 255))
    for face, place in places.items():
        room.paste(Image.open(io.BytesIO(face)), place)
    return np.asarray(room)


def seen_in(
    tmp_path: Path, frames: Sequence[Places], *, gallery: Gallery | None = GALLERY, per_second: float = 10.0
) -> ClassroomVideo:
    """What is read of a video with these frames; AVI keeps the colours that identify people."""
    path = write_video(tmp_path / "room.avi", [frame_of(places) for places in frames], per_second=per_second)
    return read_room_video(path, room=FakePipeline().room, gallery=gallery, policy=POLICY)


def decisions_of(video: ClassroomVideo) -> list[Decision]:
    return [decision for still in video.stills for decision in still.decisions]


def names_in(video: ClassroomVideo) -> list[str]:
    return sorted(d.student_id for d in decisions_of(video) if isinstance(d, Match))


def test_everybody_in_the_room_is_named_once(tmp_path: Path) -> None:
    places = {photo_of(ANNA): (20, 60), photo_of(BERTA): (160, 60), photo_of(STRANGER): (300, 60)}
    video = seen_in(tmp_path, [places] * 20)
    assert names_in(video) == ["anna", "berta"]
    assert sum(isinstance(decision, Unknown) for decision in decisions_of(video)) == 1
    assert len(video.stills) == 1
    assert len(video.stills[0].faces) == 3
    assert video.frames == 10
    assert video.seconds == pytest.approx(1.8)


def test_the_frame_that_shows_somebody_best_is_taken(tmp_path: Path) -> None:
    far = {photo_of(ANNA, side=40): (20, 60)}
    near = {photo_of(ANNA, side=52): (16, 54)}
    video = seen_in(tmp_path, [far] * 10 + [near] * 10)
    (still,) = video.stills
    (face,) = still.faces
    assert face.face.width == pytest.approx(52, abs=4)
    assert 1.0 <= still.seconds < 2.0
    assert names_in(video) == ["anna"]
    x, y = (int(value) for value in (face.face.box[:2] + face.face.box[2:]) / 2)
    assert np.abs(still.photo.pixels[y, x].astype(int) - frame_of(near)[80, 40]).max() < 12


def test_who_goes_out_of_view_and_comes_back_is_one_person(tmp_path: Path) -> None:
    anna, stranger = photo_of(ANNA), photo_of(STRANGER)
    away: Places = {}
    video = seen_in(
        tmp_path,
        [{anna: (20, 60), stranger: (150, 60)}] * 10
        + [away] * 25
        + [{stranger: (20, 60), anna: (350, 60)}] * 10,
    )
    assert names_in(video) == ["anna"]
    assert len(decisions_of(video)) == 2


def test_as_the_camera_pans_everybody_is_in_one_still(tmp_path: Path) -> None:
    row = [photo_of(person) for person in (ANNA, BERTA, CARLA)]
    frames = [
        {face: (400 * place - shift + 200, 60) for place, face in enumerate(row)}
        for shift in range(0, 860, 12)
    ]
    video = seen_in(tmp_path, frames)
    assert names_in(video) == ["anna", "berta", "carla"]
    assert len(decisions_of(video)) == 3


def test_two_faces_of_one_student_in_one_frame_are_for_a_person_to_decide(tmp_path: Path) -> None:
    places = {photo_of(ANNA): (20, 60), photo_of(ANNA, side=65): (200, 60)}
    video = seen_in(tmp_path, [places] * 12)
    assert names_in(video) == []
    assert all(isinstance(decision, Doubtful) for decision in decisions_of(video))


def test_a_face_in_hardly_any_frame_is_none(tmp_path: Path) -> None:
    flash = {photo_of(ANNA): (20, 60), photo_of(BERTA): (200, 60)}
    video = seen_in(
        tmp_path, [{photo_of(ANNA): (20, 60)}] * 8 + [flash] * 2 + [{photo_of(ANNA): (20, 60)}] * 8
    )
    assert names_in(video) == ["anna"]
    assert sum(len(still.faces) for still in video.stills) == 1


def test_a_face_that_is_not_fit_is_shown_without_a_decision(tmp_path: Path) -> None:
    places = {photo_of(ANNA): (20, 60), photo_of(BERTA, problem=PhotoProblem.BLURRED): (200, 60)}
    (still,) = seen_in(tmp_path, [places] * 12).stills
    assert len(still.faces) == 2
    assert len(still.decisions) == 1
    assert [face.problems for face in still.faces if face.embedding is None] == [(PhotoProblem.BLURRED,)]


def test_where_nobody_is_enrolled_all_are_unknown(tmp_path: Path) -> None:
    video = seen_in(tmp_path, [{photo_of(ANNA): (20, 60)}] * 12, gallery=None)
    assert decisions_of(video) == [Unknown(None)]


def test_a_room_without_anybody_has_no_stills(tmp_path: Path) -> None:
    assert seen_in(tmp_path, [{}] * 6).stills == ()


def test_it_tells_how_far_it_is_and_can_be_ended_by_that(tmp_path: Path) -> None:
    path = write_video(tmp_path / "room.avi", [frame_of({photo_of(ANNA): (20, 60)})] * 20)
    told: list[tuple[str, int, int]] = []

    def note(stage: str, done: int, total: int) -> None:
        told.append((stage, done, total))
        if done == 5:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        read_room_video(path, room=FakePipeline().room, gallery=GALLERY, policy=POLICY, told=note)
    assert told == [(FRAME, done, 10) for done in range(1, 6)]


def test_a_video_that_can_not_be_read_is_said(tmp_path: Path) -> None:
    room = FakePipeline().room
    (tmp_path / "photo.mp4").write_bytes(photo_of(ANNA))
    with pytest.raises(VideoError) as raised:
        read_room_video(tmp_path / "photo.mp4", room=room, gallery=GALLERY, policy=POLICY)
    assert raised.value.problem is VideoProblem.NOT_A_VIDEO
    path = write_video(tmp_path / "room.avi", [frame_of({})] * 30)
    with pytest.raises(VideoError) as raised:
        read_room_video(path, room=room, gallery=GALLERY, policy=POLICY, limits=VideoLimits(seconds=2))
    assert raised.value.problem is VideoProblem.TOO_LONG
