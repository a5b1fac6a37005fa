"""Comparing the ways of using several templates."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.apparatus.face_folder import BenchmarkError
from benchmarks.templates import MOST_TEMPLATES, WAYS, compare
from face_matching.evaluation.error_rates import tar_at_far
from tests.benchmarks.test_accuracy import crowd


def test_one_template_is_the_same_in_every_way() -> None:
    scores = compare(*crowd(8, 6, 0.8), templates=1)
    first = scores[WAYS[0]]
    for way in WAYS:
        assert scores[way][0].values == pytest.approx(first[0].values, abs=1e-6)
        assert scores[way][1].values == pytest.approx(first[1].values, abs=1e-6)


def test_more_templates_recognise_more() -> None:
    rows, names = crowd(20, 8, 1.2)
    one, four = (compare(rows, names, count)["root-normalised mean (ours)"] for count in (1, MOST_TEMPLATES))
    assert tar_at_far(*four, 1e-2) > tar_at_far(*one, 1e-2) + 0.05


def test_the_best_of_four_lets_more_strangers_pass_than_ours() -> None:
    scores = compare(*crowd(20, 8, 1.2), templates=MOST_TEMPLATES)
    threshold = compare(*crowd(20, 8, 1.2), templates=1)[WAYS[0]][1].threshold_at(1e-2)
    passing = {way: float(impostor.fraction_at_or_above(threshold)) for way, (_, impostor) in scores.items()}
    assert passing["best template"] > 2 * passing["root-normalised mean (ours)"]


def test_people_with_few_photos_are_too_little() -> None:
    rows, names = crowd(5, MOST_TEMPLATES, 0.5)
    with pytest.raises(BenchmarkError, match="more than 4 photos"):
        compare(np.asarray(rows), names, templates=2)
