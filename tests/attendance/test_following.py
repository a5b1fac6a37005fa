"""Faces of a video are followed, embedded a few times and then left alone, and named when frames agree."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from PIL import Image

from attendance.following import Followed, Following
from face_detection.problems import PhotoProblem
from face_detection.progress import Progress, silent
from face_detection.room import SeenFace
from face_detection.values import Face, Photo
from face_matching.decision import Match, Unknown
from face_matching.gallery import Gallery
from face_matching.track_evidence import NotYet
from tests.attendance.fake_pipeline import FakeRoom, embedding_of, fake_policy, photo_of

ANNA, BERTA, STRANGER = 0, 4, 9
GALLERY = Gallery.build("fake-1", ["anna", "berta"], np.stack([embedding_of(ANNA), embedding_of(BERTA)]))


class CountingRoom(FakeRoom):
    """Counts the faces that it embeds."""

    def __init__(self) -> None:
        super().__init__()
        self.embedded = 0

    def embed(self, photo: Photo, faces: Sequence[Face], *, told: Progress = silent) -> tuple[SeenFace, ...]:
        self.embedded += len(faces)
        return super().embed(photo, faces, told=told)


@pytest.fixture
def room() -> CountingRoom:
    return CountingRoom()


@pytest.fixture
def following(room: CountingRoom) -> Following:
    return Following(room, GALLERY, fake_policy("fake-1", "fake"))


def frame_of(faces: Mapping[bytes, tuple[int, int]]) -> Photo:
    wall = Image.new("RGB", (480, 200), (255, 255, 255))
    for face, place in faces.items():
        wall.paste(Image.open(io.BytesIO(face)), place)
    return Photo(np.asarray(wall), (200, 480))


def look_for(
    following: Following, seconds: float, *faces: bytes, since: float = 0.0, decide: bool = True
) -> tuple[Followed, ...]:
    """Let faces walk to the right for so long, at ten frames a second; what the last frame said."""
    followed: tuple[Followed, ...] = ()
    for number in range(round(seconds * 10)):
        places = {face: (10 + 150 * place + number // 2, 60) for place, face in enumerate(faces)}
        followed = following.look(frame_of(places), since + number / 10, decide=decide)
    return followed


def test_each_face_is_named_by_itself(following: Following) -> None:
    anna, stranger, berta = look_for(following, 10, photo_of(ANNA), photo_of(STRANGER), photo_of(BERTA))
    assert isinstance(anna.standing, Match)
    assert anna.standing.student_id == "anna"
    assert isinstance(berta.standing, Match)
    assert berta.standing.student_id == "berta"
    assert isinstance(stranger.standing, Unknown)
    assert [one.track.id for one in (anna, stranger, berta)] == [1, 2, 3]
    assert all(one.settled for one in (anna, stranger, berta))


def test_a_face_is_embedded_a_few_times_in_a_hundred_frames(room: CountingRoom, following: Following) -> None:
    look_for(following, 10, photo_of(ANNA))
    assert 3 <= room.embedded <= 7


def test_a_face_that_is_not_fit_is_followed_and_not_named(room: CountingRoom, following: Following) -> None:
    (face,) = look_for(following, 3, photo_of(ANNA, problem=PhotoProblem.BLURRED))
    assert face.standing == NotYet(0)
    assert face.track.hits == 30
    assert room.embedded <= 16


def test_only_faces_of_this_frame_are_given(following: Following) -> None:
    look_for(following, 1, photo_of(ANNA), photo_of(BERTA))
    (face,) = look_for(following, 0.1, photo_of(ANNA), since=1.0)
    assert face.track.id == 1


def test_what_is_to_be_decided_at_the_end_is_only_gathered(following: Following) -> None:
    (face,) = look_for(following, 2, photo_of(ANNA), decide=False)
    assert isinstance(face.standing, NotYet)
    assert len(following.evidence.looks(face.track.id)) >= 3


def test_faces_that_are_gone_are_forgotten(following: Following) -> None:
    look_for(following, 1, photo_of(ANNA))
    assert following.evidence.looks(1)
    look_for(following, 2, since=1.0)
    assert not following.evidence.looks(1)
