"""Embeddings of two engines never meet, and where they would, the register reports it as its own error."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from attendance.classroom.faces.face_naming import ReadPicture, name_faces
from attendance.enrolment.enrolled_faces import EnrolledFaces
from attendance.errors import EngineMismatchError
from attendance.recognition.face_tracking import FaceTracker
from attendance.recognition.recogniser import Recogniser
from face_detection.classroom_photo import SeenFace
from face_detection.photo import decode
from face_detection.quality import QualityLimits
from face_detection.runtime.progress import Progress, silent
from face_detection.values import Embedding, Face, Photo, Probe
from face_matching.errors import GalleryMismatchError
from tests.attendance.fake_pipeline import FakePipeline, FakeRoom, fake_matcher, fake_policy, photo_of
from tests.attendance.site import COLLINS, Site


class ExchangedRoom(FakeRoom):
    """Its network was exchanged for one with twice as many numbers, and kept its name."""

    def embed(
        self, photo: Photo, faces: Sequence[Face], *, progress: Progress = silent
    ) -> tuple[SeenFace, ...]:
        return tuple(
            replace(seen, embedding=_longer(seen.embedding))
            for seen in super().embed(photo, faces, progress=progress)
        )


class ExchangedPipeline(FakePipeline):
    """The same for a single face."""

    def __init__(self) -> None:
        super().__init__()
        self.room = ExchangedRoom()

    def read(self, data: bytes, limits: QualityLimits) -> Probe:
        probe = super().read(data, limits)
        return replace(probe, embedding=_longer(probe.embedding))


def _longer(embedding: Embedding | None) -> Embedding | None:
    return None if embedding is None else np.concatenate([embedding, np.zeros_like(embedding)])


def _identify(site: Site, photo: bytes) -> None:
    matcher = fake_matcher(site.store, ExchangedPipeline)()
    embedding = matcher.pipeline.room.read(photo).faces[0].embedding
    assert embedding is not None
    matcher.identify(embedding, site.sessions.course_of(site.session))


def _recognise_everybody(site: Site, photo: bytes) -> None:
    course = site.sessions.course_of(site.session)
    Recogniser(site.store, fake_matcher(site.store, ExchangedPipeline)).everybody(photo, course)


def _verify(site: Site, photo: bytes) -> None:
    recogniser = Recogniser(site.store, fake_matcher(site.store, ExchangedPipeline))
    recogniser.verify(photo, site.student("1"))


def _follow(site: Site, photo: bytes) -> None:
    gallery = site.matcher().gallery(site.sessions.course_of(site.session))
    tracker = FaceTracker(ExchangedRoom(), gallery, fake_policy("fake-1", "fake"))
    for frame in range(20):
        tracker.look(decode(photo), frame / 2)


def _name_a_classroom_photo(site: Site, photo: bytes) -> None:
    gallery = site.matcher().gallery(site.sessions.course_of(site.session))
    faces = ExchangedRoom().read(photo).faces
    name_faces([ReadPicture(0, (64, 64), (64, 64), faces)], gallery, fake_policy("fake-1", "fake"))


def _look_for_others(site: Site, photo: bytes) -> None:
    enrolled = EnrolledFaces(site.store, engine="fake-1", detector="fake")
    enrolled.refresh()
    embedding = ExchangedRoom().read(photo).faces[0].embedding
    assert embedding is not None
    enrolled.nearest_other(embedding, "somebody")


@pytest.mark.parametrize(
    "compare",
    [_identify, _recognise_everybody, _verify, _follow, _name_a_classroom_photo, _look_for_others],
)
def test_two_engines_are_the_registers_error(
    class_of_two: Site, compare: Callable[[Site, bytes], None]
) -> None:
    with pytest.raises(EngineMismatchError, match=r"32 values .* 16: .*\. To re-embed, run: .*") as caught:
        compare(class_of_two, photo_of(COLLINS))
    assert isinstance(caught.value.__cause__, GalleryMismatchError)
