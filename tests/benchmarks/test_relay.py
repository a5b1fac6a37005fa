"""The measurement of relays: who is in the room, who is not, and what the table counts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks.apparatus.face_folder import labelled_photos
from benchmarks.relay import __main__ as relay
from benchmarks.scenes.people import Cast, Numbers, People, gallery_of
from face_detection.pipeline import FacePipeline, load_pipeline
from tests.portraits import render


@pytest.fixture(scope="module")
def pipeline(models: Path) -> FacePipeline:
    return load_pipeline("dlib", "mtcnn", models=models, precision="f32")


@pytest.fixture(scope="module")
def casts(
    tmp_path_factory: pytest.TempPathFactory,
    pipeline: FacePipeline,
    astronaut_jpeg: bytes,
    hopper_jpeg: bytes,
) -> tuple[Sequence[Cast], People]:
    """Two photos of a room with one of two students; the other one has checked in from elsewhere."""
    place = tmp_path_factory.mktemp("people")
    for name, data in (("collins", astronaut_jpeg), ("hopper", hopper_jpeg)):
        (place / name).mkdir()
        for number, brightness in enumerate((0.9, 1.0, 1.1)):
            (place / name / f"{number}.jpg").write_bytes(render(data, brightness=brightness, scale=0.6))
    people = People(labelled_photos([place]), pipeline.detector, lambda _: None)
    options = {"size": (1600, 1200), "sides": (90, 110)}
    return people.casts(Numbers(1, 1, 0), (3,), pictures=2, **options), people


def test_two_pictures_of_a_room_have_the_same_people_at_other_places(
    casts: tuple[Sequence[Cast], People],
) -> None:
    first, second = casts[0]
    assert first.enrolled == second.enrolled
    assert [each.identity for each in first.scene.placed] == [each.identity for each in second.scene.placed]
    assert first.scene.jpeg != second.scene.jpeg


@pytest.mark.networks
def test_the_student_elsewhere_is_listed_and_the_one_in_the_room_is_not(
    casts: tuple[Sequence[Cast], People], pipeline: FacePipeline
) -> None:
    both, people = casts
    gallery = gallery_of(both[0], pipeline.engine_name, people.templates(pipeline.detector, pipeline.engine))
    listed = list(relay.listed_students(both, pipeline, gallery, [0.01]))
    assert {each.relayed: each.claimed[0] for each in listed} == {True: (True, True), False: (False, False)}
    assert sorted(each.identity for each in listed) == ["collins", "hopper"]
    table = relay._table(listed, "one room", [0.01])
    assert table.row_count == 4
    assert "1 relayed and 1 present students, of 2 people." in str(table.caption)
