"""Composed classrooms: their truth, what is counted on them, and the command."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks import classroom
from benchmarks.apparatus.face_folder import BenchmarkError, labelled_photos
from benchmarks.scenes.outcomes import FaceResult, SceneOutcome, decided, face_results, share
from benchmarks.scenes.people import Cast, Numbers, People, gallery_of
from benchmarks.scenes.scene import Placed, Scene, Sitter, compose
from face_detection.classroom_photo import SeenFace
from face_detection.photo import decode
from face_detection.pipeline import FacePipeline, load_pipeline
from face_detection.values import Face
from face_matching.candidates import Candidate
from face_matching.decision import Decision, Doubt, Doubtful, Match, Unknown
from face_matching.evaluation.calibration import half_of
from face_matching.thresholds import policy_for
from tests.portraits import render

SMALL = (1600, 1200)


@pytest.fixture(scope="module")
def pipeline(models: Path) -> FacePipeline:
    return load_pipeline("dlib", "mtcnn", models=models, precision="f32")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, astronaut_jpeg: bytes, hopper_jpeg: bytes) -> Path:
    """Two people, three renderings of one photo each."""
    place = tmp_path_factory.mktemp("people")
    for name, data in (("collins", astronaut_jpeg), ("hopper", hopper_jpeg)):
        (place / name).mkdir()
        for number, brightness in enumerate((0.9, 1.0, 1.1)):
            (place / name / f"{number}.jpg").write_bytes(render(data, brightness=brightness, scale=0.6))
    return place


@pytest.fixture(scope="module")
def people(folder: Path, pipeline: FacePipeline) -> People:
    return People(labelled_photos([folder]), pipeline.detector, lambda _: None)


@pytest.fixture(scope="module")
def sitter(pipeline: FacePipeline, hopper_jpeg: bytes) -> Sitter:
    photo = decode(hopper_jpeg)
    return Sitter("hopper", photo.pixels, pipeline.detector.detect(photo)[0])


def test_the_same_seed_gives_the_same_scene_and_another_one_another(sitter: Sitter) -> None:
    first, again, other = (
        compose([sitter] * 4, np.random.default_rng(seed), size=SMALL) for seed in (1, 1, 2)
    )
    assert first.jpeg == again.jpeg
    assert first.jpeg != other.jpeg
    assert [placed.side for placed in first.placed] != [placed.side for placed in other.placed]


def test_everybody_sits_inside_the_picture_and_apart_from_the_others(sitter: Sitter) -> None:
    scene = compose([sitter] * 12, np.random.default_rng(4), size=SMALL, sides=(32, 100))
    boxes = np.stack([placed.box for placed in scene.placed])
    assert (boxes >= 0).all()
    assert (boxes[:, [0, 2]] <= SMALL[0]).all()
    assert (boxes[:, [1, 3]] <= SMALL[1]).all()
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    for number, placed in enumerate(scene.placed):
        assert 32 <= placed.side <= 100
        away = np.abs(middles - middles[number]).max(axis=1)
        assert (np.delete(away, number) > 150).all()


def test_more_heads_than_there_is_room_for_are_refused(sitter: Sitter) -> None:
    with pytest.raises(ValueError, match=r"100 heads of up to 160 px don't fit in 1600x1200 pixels"):
        compose([sitter] * 100, np.random.default_rng(0), size=SMALL)


def test_nobody_is_enrolled_with_the_photo_in_the_scene_and_strangers_not_at_all(people: People) -> None:
    cast = people.cast(Numbers(1, 0, 1, photos=5), (1,), size=SMALL)
    assert len(cast.scene.placed) == 2
    assert len(cast.roster) == 1
    assert len(cast.enrolled) == 2  # of three photos, one is in the scene
    seated = {placed.identity for placed in cast.scene.placed}
    assert seated == {"collins", "hopper"}


def test_too_few_people_are_told(people: People) -> None:
    with pytest.raises(BenchmarkError, match="2 people have at least two photos; a scene needs 5"):
        people.cast(Numbers(2, 2, 1), (1,))


def test_a_scene_of_two_is_read_right(people: People, pipeline: FacePipeline) -> None:
    """One of the two is enrolled, and the other is a stranger."""
    policy = policy_for(pipeline.engine_name, pipeline.detector_name)
    templates = people.templates(pipeline.detector, pipeline.engine)
    assert len(templates) == 6
    for seed in range(3):
        cast = people.cast(Numbers(1, 0, 1), (seed,), size=SMALL, sides=(90, 110))
        seen = pipeline.room.read(cast.scene.jpeg).faces
        results = face_results(
            cast, seen, decided(seen, gallery_of(cast, pipeline.engine_name, templates), policy)
        )
        (member,) = [result for result in results if result.enrolled]
        (stranger,) = [result for result in results if not result.enrolled]
        assert member.outcome is SceneOutcome.RIGHT
        assert stranger.outcome is SceneOutcome.UNKNOWN


def face_at(x: float, y: float) -> Face:
    return Face(np.array([x - 20, y - 20, x + 20, y + 20], np.float32), 1.0, np.zeros((5, 2), np.float32))


def placed_at(name: str, x: float, y: float) -> Placed:
    return Placed(name, face_at(x, y).box, 40.0, 15.0, blurred=False, light=0.3)


MATCH = Match("anna", 0.9)
DOUBT = Doubtful((Candidate("anna", 0.8), Candidate("bert", 0.7)), Doubt.LOOK_ALIKE)


@pytest.mark.parametrize(
    ("truth", "decision", "outcome"),
    [
        ("anna", MATCH, SceneOutcome.RIGHT),
        ("bert", MATCH, SceneOutcome.WRONG),
        ("stranger", MATCH, SceneOutcome.WRONG),
        ("anna", DOUBT, SceneOutcome.DOUBTFUL_RIGHT),
        ("bert", DOUBT, SceneOutcome.DOUBTFUL_WRONG),
        ("stranger", DOUBT, SceneOutcome.DOUBTFUL_WRONG),
        ("anna", Unknown(0.3), SceneOutcome.UNKNOWN),
        ("anna", None, SceneOutcome.UNFIT),
    ],
)
def test_what_is_said_of_a_face_is_held_against_the_truth(
    truth: str, decision: Decision | None, outcome: SceneOutcome
) -> None:
    cast = Cast(Scene(b"", (placed_at(truth, 100, 100),)), (("anna", 0), ("bert", 0)))
    seen = [SeenFace(face_at(104, 97), 1.0, (), None)]
    (result,) = face_results(cast, seen, [decision])
    assert result == FaceResult(outcome, 40.0, truth != "stranger", frozenset({"dark", "inclined"}))


def test_who_is_not_found_is_missed_and_what_is_nobody_counts_too() -> None:
    cast = Cast(Scene(b"", (placed_at("anna", 100, 100),)), (("anna", 0),))
    missed, besides = face_results(cast, [SeenFace(face_at(400, 400), 1.0, (), None)], [MATCH])
    assert (missed.outcome, missed.enrolled) == (SceneOutcome.MISSED, True)
    assert (besides.outcome, besides.side, besides.enrolled) == (SceneOutcome.WRONG, 0.0, False)
    assert share([missed, besides], SceneOutcome.MISSED) == 0.5


@pytest.mark.networks
def test_the_command_prints_rates_and_times(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classroom, "WARM_UP", 0)
    monkeypatch.setattr(classroom, "TIMED", Numbers(present=2, absent=0, strangers=0))
    few = ["--present", "1", "--absent", "0", "--strangers", "1"]
    done = CliRunner().invoke(
        classroom.main,
        [str(folder), "--scenes", "1", "--rounds", "1", "--engine", "dlib", "--detector", "mtcnn", *few],
    )
    assert done.exit_code == 0, done.output
    assert "1 scenes of 1 enrolled people and 1 strangers" in done.output
    assert "Wrong: 0 of 2 faces" in done.output
    assert "12 megapixels with 2 faces" in done.output


@pytest.mark.networks
def test_a_folder_with_too_few_people_is_one_sentence(folder: Path) -> None:
    done = CliRunner().invoke(classroom.main, [str(folder), "--scenes", "1", "--engine", "dlib"])
    assert done.exit_code == 1
    assert "2 people have at least two photos; a scene needs 70" in done.output


def test_people_of_the_other_half_are_recognised_in_a_room(
    shared_faces: Path, pipeline: FacePipeline
) -> None:
    labelled = [photo for photo in labelled_photos([shared_faces / "lfw150gray"], 1) if photo.identity < "D"]
    assert all(half_of(photo.identity) == 1 for photo in labelled)
    people = People(labelled, pipeline.detector, lambda _: None)
    templates = people.templates(pipeline.detector, pipeline.engine)
    policy = policy_for(pipeline.engine_name, pipeline.detector_name)
    faces: list[FaceResult] = []
    for seed in range(2):
        cast = people.cast(Numbers(8, 2, 3), (seed,), size=(2400, 1800), sides=(48, 160))
        seen = pipeline.room.read(cast.scene.jpeg).faces
        faces += face_results(
            cast, seen, decided(seen, gallery_of(cast, pipeline.engine_name, templates), policy)
        )
    members = [face for face in faces if face.enrolled]
    assert len(members) == 16
    assert share(members, SceneOutcome.RIGHT) >= 0.7
    assert sum(face.outcome is SceneOutcome.WRONG for face in faces) <= 1
