"""Photos are made smaller as a phone does it, and what became of them is counted."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from benchmarks.apparatus.face_folder import BenchmarkError, LabelledPhoto
from benchmarks.photos.sizes import PhotoCheckIns, as_sent, chosen
from face_detection.problems import PhotoProblem
from tests.attendance.fake_pipeline import FakePipeline, fake_policy, photo_of

POLICY = fake_policy("fake-1", "fake")


def photos(*counts: int) -> list[LabelledPhoto]:
    """As many photos of each person, by number."""
    return [
        LabelledPhoto(str(person), Path(f"{person}/{number}.jpg"))
        for person, count in enumerate(counts)
        for number in range(count)
    ]


def test_a_photo_is_sent_in_its_proportions_and_never_larger(astronaut_jpeg: bytes) -> None:
    wide = io.BytesIO()
    Image.open(io.BytesIO(astronaut_jpeg)).crop((0, 0, 512, 384)).save(wide, "PNG")
    smaller = as_sent(wide.getvalue(), 320, 80)
    assert Image.open(io.BytesIO(smaller)).size == (320, 240)
    assert Image.open(io.BytesIO(as_sent(wide.getvalue(), 4000, 80))).size == (512, 384)
    assert len(as_sent(wide.getvalue(), 320, 60)) < len(smaller) < len(as_sent(wide.getvalue(), 320, 90))


def test_two_photos_are_enrolled_and_others_spread_over_the_rest() -> None:
    enrolled, probes = chosen(photos(2, 3, 12), most=3)
    assert [str(photo.path) for photo in enrolled] == ["1/0.jpg", "1/1.jpg", "2/0.jpg", "2/1.jpg"]
    assert [str(photo.path) for photo in probes] == ["1/2.jpg", "2/2.jpg", "2/6.jpg", "2/11.jpg"]
    with pytest.raises(BenchmarkError, match="more than 2 photos"):
        chosen(photos(2, 2), most=3)


def test_what_became_of_a_photo_is_told(tmp_path: Path) -> None:
    enrolled = []
    for person in (0, 4):
        path = tmp_path / f"{person}.png"
        path.write_bytes(photo_of(person))
        enrolled.append(LabelledPhoto(str(person), path))
    check_ins = PhotoCheckIns(FakePipeline(), POLICY, enrolled)
    assert check_ins.people == {"0", "4"}
    right, wrong = check_ins.send(photo_of(0, side=80), "0"), check_ins.send(photo_of(4), "0")
    refused = check_ins.send(photo_of(0, problem=PhotoProblem.BLURRED), "0")
    assert (right.marked, wrong.marked, refused.marked) == (True, False, False)
    assert (right.face, refused.face) == (40, None)
    assert right.score > wrong.score
