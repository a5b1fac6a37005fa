"""The photos of a student are read at the same time, and reported as if one after the other."""

from __future__ import annotations

from threading import Barrier

from attendance.enrolment.enrolment_result import PhotoStatus
from attendance.enrolment.photo_reading import READ_AHEAD, read_photos
from face_detection.quality import QualityLimits
from face_detection.values import Probe
from tests.attendance.fake_pipeline import FakePipeline, photo_of

USED, KNOWN, REFUSED = PhotoStatus.USED, PhotoStatus.KNOWN, PhotoStatus.REFUSED


class MeetingPipeline(FakePipeline):
    """Reads a photo when it has two."""

    def __init__(self) -> None:
        super().__init__()
        self._two = Barrier(2, timeout=20)

    def read(self, data: bytes, limits: QualityLimits) -> Probe:
        """The face, as soon as another photo has come."""
        self._two.wait()
        return super().read(data, limits)


def test_photos_are_read_at_the_same_time() -> None:
    photos = {"a.png": photo_of(1), "b.png": photo_of(2)}
    read = read_photos(MeetingPipeline(), photos, ())
    assert [photo.name for photo in read.usable] == ["a.png", "b.png"]


def test_they_are_reported_in_their_order_and_each_is_read_once() -> None:
    pipeline = FakePipeline()
    photos = {f"{number:02}.png": photo_of(number % 8) for number in range(2 * READ_AHEAD)}
    photos["damaged.png"] = photos["damaged again.png"] = b"no photo"
    read = read_photos(pipeline, photos, ())
    assert [outcome.name for outcome in read.outcomes] == list(photos)
    twins = 2 * READ_AHEAD - 8
    statuses = [outcome.status for outcome in read.outcomes]
    assert statuses == [USED] * 8 + [KNOWN] * twins + [REFUSED] * 2
    assert [photo.name for photo in read.usable] == list(photos)[:8]
    assert pipeline.reads == 8 + 1


def test_a_known_photo_is_read_only_if_something_of_it_is_missing() -> None:
    pipeline = FakePipeline()
    photos = {"a.png": photo_of(1)}
    (source,) = (photo.source for photo in read_photos(pipeline, photos, ()).usable)
    assert not read_photos(pipeline, photos, {source}).usable
    assert pipeline.reads == 1
    again = read_photos(pipeline, photos, {source}, {source})
    assert [outcome.status for outcome in again.outcomes] == [KNOWN]
    assert [photo.source for photo in again.usable] == [source]
    assert pipeline.reads == 2
