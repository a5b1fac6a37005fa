"""Error rates of searching a gallery, against plain counting."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from face_matching.errors import EvaluationError
from face_matching.evaluation.open_set import fnir, fnir_at_fpir, fpir, search_scores
from face_matching.template_fusion import fuse
from tests.face_matching.evaluation.test_error_rates import people

photo_counts = st.lists(st.integers(1, 5), min_size=2, max_size=6).filter(lambda counts: max(counts) > 1)


@given(st.integers(0, 999), photo_counts, st.integers(1, 3), st.floats(-1.0, 1.0))
def test_rates_are_plain_counts(seed: int, counts: list[int], templates: int, threshold: float) -> None:
    rows, names = people(seed, counts)
    photos = {name: [i for i, other in enumerate(names) if other == name] for name in set(names)}
    enrolled = {name: own[: max(1, min(templates, len(own) - 1))] for name, own in photos.items()}
    missed = alarms = probes = 0
    for name, own in photos.items():
        for probe in own[len(enrolled[name]) :]:
            best = {
                other: float(rows[probe] @ fuse(rows[ts], np.array([0]))[0]) for other, ts in enrolled.items()
            }
            stranger = max(score for other, score in best.items() if other != name)
            probes += 1
            missed += not (best[name] >= threshold and best[name] > stranger)
            alarms += stranger >= threshold

    scores = search_scores(rows, names, templates)

    assert scores.searched == len(counts)
    assert fnir(scores, threshold) == pytest.approx(missed / probes)
    assert fpir(scores, threshold) == pytest.approx(alarms / probes)


@given(st.integers(0, 999), photo_counts)
def test_fnir_is_taken_where_fpir_is_kept(seed: int, counts: list[int]) -> None:
    rows, names = people(seed, counts)
    scores = search_scores(rows, names)
    threshold = scores.non_mated.threshold_at(0.2)
    assert fpir(scores, threshold) <= 0.2
    assert fnir_at_fpir(scores, 0.2) == fnir(scores, threshold)


def test_drawing_people_anew_weighs_their_probes() -> None:
    rows, names = people(1, [3, 3, 3])
    scores = search_scores(rows, names, templates=2)
    drawn = scores.reweighted(np.array([3.0, 0.0, 0.0]))
    assert drawn.mated.total == drawn.non_mated.total == 3
    assert drawn.people == 3


def test_one_photo_each_leaves_nothing_to_search_with() -> None:
    with pytest.raises(EvaluationError, match="only one photo"):
        search_scores(np.eye(3, 4, dtype=np.float32), ["a", "b", "c"])


def test_one_person_is_no_gallery() -> None:
    with pytest.raises(EvaluationError, match="at least two people"):
        search_scores(np.eye(3, 4, dtype=np.float32), ["a", "a", "a"])
