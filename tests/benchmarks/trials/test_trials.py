"""Bursts and templates that follow, on made-up people."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.apparatus.face_folder import BenchmarkError, Embedded, LabelledPhoto
from benchmarks.trials.bursts import (
    FRAMES,
    STEP,
    any_frame,
    before_a_webcam,
    fused,
    measured,
    one_frame,
    other_days,
)
from benchmarks.trials.cells import percent
from benchmarks.trials.class_of_sixty import SIZE, classes, gallery_of, photos_of
from benchmarks.trials.detectors import first_of_each
from benchmarks.trials.following import (
    MOST_TEMPLATES,
    RULES,
    Class,
    anchored,
    fixed,
    gain,
    nearest,
    outcome,
    rolling,
    sessions_until_in,
)
from benchmarks.trials.low_light import first_two
from face_matching.decision import Match
from face_matching.evaluation.bootstrap import Estimate
from face_matching.thresholds import RETAIL_1_MTCNN
from face_matching.tracks.probe_fusion import Observation

Rows = np.ndarray


def unit(rows: Rows) -> Rows:
    return np.asarray(rows / np.linalg.norm(rows, axis=-1, keepdims=True), np.float32)


@pytest.fixture(scope="module")
def people() -> dict[str, Rows]:
    """80 people whose six photos are much alike."""
    rng = np.random.default_rng(1)
    centres = unit(rng.normal(size=(80, 1, 256)))
    photos = unit(centres + rng.normal(scale=0.02, size=(80, 6, 256)))
    return {f"p{number:02}": own for number, own in enumerate(photos)}


def seen(rows: Rows) -> list[Observation]:
    return [Observation(row, 1.0, 0.0) for row in rows]


def test_classes_are_drawn_with_everybody_else_as_strangers(people: dict[str, Rows]) -> None:
    [(members, others, _), (again, _, _)] = list(classes(sorted(people), 2))
    assert len(members) == SIZE
    assert sorted(members + others) == sorted(people)
    assert members != again
    with pytest.raises(BenchmarkError, match="60 people are too few"):
        list(classes(sorted(people)[:60], 1))
    rows = np.eye(3, 4, dtype=np.float32)
    assert photos_of(Embedded(rows, ("B", "A", "B"), ()))["B"].tolist() == rows[[0, 2]].tolist()


def test_one_bad_frame_is_outweighed_by_the_others(people: dict[str, Rows]) -> None:
    gallery = gallery_of("retail-1", {name: own[:2] for name, own in list(people.items())[:SIZE]})
    bad = unit(np.random.default_rng(5).normal(size=256))
    burst = [*seen(bad[None]), *seen(people["p00"][2:4])]
    other = seen(people["p01"][2:4])
    assert not isinstance(one_frame(RETAIL_1_MTCNN, gallery, [burst])[0], Match)
    for way in (fused, any_frame):
        found = way(RETAIL_1_MTCNN, gallery, [burst, other])
        assert [each.student_id for each in found if isinstance(each, Match)] == ["p00", "p01"]


def test_bursts_are_of_photos_that_are_not_enrolled(people: dict[str, Rows]) -> None:
    observations = {name: seen(own) for name, own in people.items()}
    observations["p00"] = observations["p00"][:4]
    cast = other_days(observations, 3)
    assert "p00" not in cast.bursts
    assert cast.bursts["p01"] == [observations["p01"][2:5]]
    missed, strangers = measured(RETAIL_1_MTCNN, cast, fused, 3)
    assert missed.value == strangers.value == 0
    long = {"w1": seen(np.repeat(people["p01"], 5, 0)), "w2": seen(np.repeat(people["p02"], 5, 0))}
    webcam = before_a_webcam(long, {name: own for name, own in observations.items() if name > "p02"})
    assert len(webcam.bursts["w1"]) == len(range(2, 30 - max(FRAMES) + 1, STEP))
    missed, strangers = measured(RETAIL_1_MTCNN, webcam, one_frame, 1)
    assert missed.value == strangers.value == 0


def test_the_rules_differ_in_which_photos_stay() -> None:
    template, probe = np.arange(5, dtype=np.float32)[:, None], np.array([5], np.float32)
    assert fixed(template, probe).ravel().tolist() == [0, 1, 2, 3, 4]
    assert rolling(template, probe).ravel().tolist() == [1, 2, 3, 4, 5]
    assert anchored(template, probe).ravel().tolist() == [0, 1, 3, 4, 5]
    assert anchored(template[:2], probe).ravel().tolist() == [0, 1, 5]
    assert len(rolling(template, probe)) == MOST_TEMPLATES


def test_a_photo_joins_only_if_it_matches_its_student(people: dict[str, Rows]) -> None:
    own_class = Class(RETAIL_1_MTCNN, {name: own[:2] for name, own in list(people.items())[:SIZE]})
    assert own_class.session(["p00"], people["p01"][2:3], rolling) == [False]
    assert len(own_class.templates["p00"]) == 2
    probes = np.stack([people["p00"][2], people["p02"][2]])
    assert own_class.session(["p00", "p01"], probes, rolling) == [True, False]
    assert own_class.templates["p00"][2].tolist() == people["p00"][2].tolist()
    assert own_class.marked(["p00"], people["p00"][3:4]) == [True]


def test_a_rolling_template_can_be_led_to_another_face_and_a_fixed_one_cannot(
    people: dict[str, Rows],
) -> None:
    templates = {name: own[:2] for name, own in list(people.items())[:SIZE]}
    steps = np.linspace(0, 1, 21)[:, None]
    blends = unit((1 - steps) * people["p00"][0] + steps * people["p70"][0])
    found = {
        name: sessions_until_in(Class(RETAIL_1_MTCNN, templates), "p00", blends, rule)
        for name, rule in RULES.items()
    }
    assert found["fixed"] is None
    assert found["rolling"] is not None
    assert found["rolling"] > 2
    own = np.repeat(people["p00"][2:3], 21, 0)
    assert sessions_until_in(Class(RETAIL_1_MTCNN, templates), "p00", own, fixed) == 1


def test_whoever_always_looks_the_same_is_always_marked(people: dict[str, Rows]) -> None:
    for rule in (fixed, None):
        assert gain(RETAIL_1_MTCNN, people, rule).value == 0


def test_attackers_are_counted_at_once_and_later() -> None:
    assert outcome([1, None, 3, 5, None, None, None, None]) == ("1", "2", "4", "37.5 (13.7-69.4)")
    assert outcome([None])[1:3] == ("0", "-")
    others = {"A": np.eye(3, dtype=np.float32)[:1], "B": np.eye(3, dtype=np.float32)[1:2]}
    assert nearest(np.array([[0.6, 0.8, 0]], np.float32), others) == "B"


def test_a_cell_has_the_value_with_its_interval() -> None:
    assert percent(Estimate(0.125, 0.1, 0.2)) == "12.5 (10.0-20.0)"
    assert percent(Estimate(0.0042, 0.001, 0.01), 1, 1000) == "4.2 (1.0-10.0)"


def test_the_first_photos_of_each_person_are_taken() -> None:
    photos = [
        LabelledPhoto(name, Path(name, str(n))) for name in ("A", "B") for n in range(3 if name == "A" else 1)
    ]
    assert [photo.path.name for photo in first_of_each(photos, 2)] == ["0", "1", "0"]
    assert first_two(photos) == [(Path("A", "0"), Path("A", "1"))]
