"""Faces of a video are followed, embedded a few times and then left alone, and named when frames agree."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from attendance.recognition.face_tracking import FaceTracker, TrackedFace
from face_detection.classroom_photo import SeenFace
from face_detection.problems import PhotoProblem
from face_detection.runtime.progress import Progress, silent
from face_detection.values import Face, Photo
from face_matching.decision import Match, Unknown
from face_matching.gallery import Gallery
from face_matching.tracks.track_evidence import Undecided
from tests.attendance.fake_pipeline import FakeRoom, embedding_of, fake_policy, photo_of

ANNA, BERTA, STRANGER = 0, 4, 9
GALLERY = Gallery.build("fake-1", ["anna", "berta"], np.stack([embedding_of(ANNA), embedding_of(BERTA)]))


class CountingRoom(FakeRoom):
    """Counts the faces that it embeds, and how often it looks for them everywhere and nearby."""

    def __init__(self) -> None:
        super().__init__()
        self.embedded = 0
        self.whole = 0
        self.near = 0

    def find(self, photo: Photo, *, smallest_face: float | None = None) -> tuple[Face, ...]:
        self.whole += 1
        return super().find(photo, smallest_face=smallest_face)

    def find_near(self, photo: Photo, boxes: NDArray[np.float32]) -> tuple[Face, ...]:
        self.near += 1
        found = super().find_near(photo, boxes)
        self.whole -= 1  # the one that the fake looks itself with
        return found

    def embed(
        self, photo: Photo, faces: Sequence[Face], *, progress: Progress = silent
    ) -> tuple[SeenFace, ...]:
        self.embedded += len(faces)
        return super().embed(photo, faces, progress=progress)


@pytest.fixture
def room() -> CountingRoom:
    return CountingRoom()


@pytest.fixture
def following(room: CountingRoom) -> FaceTracker:
    return FaceTracker(room, GALLERY, fake_policy("fake-1", "fake"))


def frame_of(faces: Mapping[bytes, tuple[int, int]]) -> Photo:
    wall = Image.new("RGB", (480, 200), (255, 255, 255))
    for face, place in faces.items():
        wall.paste(Image.open(io.BytesIO(face)), place)
    return Photo(np.asarray(wall), (200, 480))


def look_for(
    following: FaceTracker, seconds: float, *faces: bytes, since: float = 0.0, decide: bool = True
) -> tuple[TrackedFace, ...]:
    """Move faces to the right for so long, at ten frames a second; returns the last frame's result."""
    followed: tuple[TrackedFace, ...] = ()
    for number in range(round(seconds * 10)):
        places = {face: (10 + 150 * place + number // 2, 60) for place, face in enumerate(faces)}
        followed = following.look(frame_of(places), since + number / 10, decide=decide)
    return followed


def test_each_face_is_named_by_itself(following: FaceTracker) -> None:
    anna, stranger, berta = look_for(following, 10, photo_of(ANNA), photo_of(STRANGER), photo_of(BERTA))
    assert isinstance(anna.standing, Match)
    assert anna.standing.student_id == "anna"
    assert isinstance(berta.standing, Match)
    assert berta.standing.student_id == "berta"
    assert isinstance(stranger.standing, Unknown)
    assert [one.track.id for one in (anna, stranger, berta)] == [1, 2, 3]
    assert all(one.settled for one in (anna, stranger, berta))


def test_a_face_is_embedded_a_few_times_in_a_hundred_frames(
    room: CountingRoom, following: FaceTracker
) -> None:
    look_for(following, 10, photo_of(ANNA))
    assert 3 <= room.embedded <= 7


def test_a_face_that_is_not_fit_is_followed_and_not_named(room: CountingRoom, following: FaceTracker) -> None:
    (face,) = look_for(following, 3, photo_of(ANNA, problem=PhotoProblem.BLURRED))
    assert face.standing == Undecided(0)
    assert face.track.hits == 30
    assert room.embedded <= 16


def test_only_faces_of_this_frame_are_given(following: FaceTracker) -> None:
    look_for(following, 1, photo_of(ANNA), photo_of(BERTA))
    (face,) = look_for(following, 0.1, photo_of(ANNA), since=1.0)
    assert face.track.id == 1


def test_what_is_to_be_decided_at_the_end_is_only_gathered(following: FaceTracker) -> None:
    (face,) = look_for(following, 2, photo_of(ANNA), decide=False)
    assert isinstance(face.standing, Undecided)
    assert len(following.evidence.observations(face.track.id)) >= 3


def test_faces_that_are_gone_are_forgotten(following: FaceTracker) -> None:
    look_for(following, 1, photo_of(ANNA))
    assert following.evidence.observations(1)
    look_for(following, 2, since=1.0)
    assert not following.evidence.observations(1)


def nearby(room: CountingRoom, whole_every: int = 3) -> FaceTracker:
    """Looks everywhere in some frames only."""
    return FaceTracker(room, GALLERY, fake_policy("fake-1", "fake"), whole_every=whole_every)


def test_unless_asked_otherwise_each_frame_is_looked_at_in_whole(
    room: CountingRoom, following: FaceTracker
) -> None:
    look_for(following, 5, photo_of(ANNA))
    assert (room.whole, room.near) == (50, 0)


def test_faces_that_are_named_are_looked_for_where_they_are_expected(room: CountingRoom) -> None:
    following = nearby(room)
    anna, berta = look_for(following, 10, photo_of(ANNA), photo_of(BERTA))
    assert isinstance(anna.standing, Match)
    assert isinstance(berta.standing, Match)
    assert [one.track.id for one in (anna, berta)] == [1, 2]
    assert anna.track.hits == 100, "no frame was missed"
    assert room.whole < 45
    assert room.near > 55


def test_a_face_is_embedded_only_from_a_frame_that_was_looked_at_in_whole(room: CountingRoom) -> None:
    following = nearby(room)
    for number in range(100):
        before = room.whole
        (face,) = following.look(frame_of({photo_of(ANNA): (20 + number, 60)}), number / 10)
        assert face.seen is None or room.whole == before + 1


def test_an_empty_room_is_looked_at_in_some_frames_only(room: CountingRoom) -> None:
    look_for(nearby(room), 3)
    assert (room.whole, room.near) == (10, 0)


def test_who_comes_into_view_is_found_some_frames_later(room: CountingRoom) -> None:
    following = nearby(room)
    look_for(following, 5, photo_of(ANNA))
    seen = [
        len(look_for(following, 0.1, photo_of(ANNA), photo_of(BERTA), since=5 + n / 10)) for n in range(4)
    ]
    assert seen[-1] == 2


def test_a_face_that_is_not_where_it_is_expected_is_looked_for_everywhere_at_once(room: CountingRoom) -> None:
    following = nearby(room, whole_every=1000)
    for number in range(20):
        following.look(frame_of({photo_of(ANNA): (20, 60)}), number / 10)
    before = room.whole
    (face,) = following.look(frame_of({photo_of(ANNA): (110, 60)}), 2.0)
    assert room.whole == before + 1
    assert face.track.visible
