"""Setting thresholds, on people whose true error rates are known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from face_matching.errors import EvaluationError
from face_matching.evaluation.calibration import (
    COUNTABLE,
    FMRS,
    calibrate,
    calibrate_relative,
    half_of,
    threshold_table,
    twin_margin,
)
from face_matching.evaluation.class_searches import EnrolledPeople, stranger_scores
from face_matching.evaluation.error_rates import false_match_rate, false_non_match_rate, pair_scores
from face_matching.threshold_curve import fmr_for
from face_matching.weighted_scores import scores_of

PHOTOS = 4


def crowd(seed: int, people: int = 60) -> tuple[NDArray[np.float32], list[str]]:
    rng = np.random.default_rng(seed)
    centres = np.repeat(rng.normal(size=(people, 24)), PHOTOS, axis=0)
    rows = centres + rng.normal(scale=0.5, size=centres.shape)
    names = [f"p{person:03}" for person in range(people) for _ in range(PHOTOS)]
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32), names


def test_counted_thresholds_give_the_rates_they_are_for() -> None:
    impostor = scores_of(np.random.default_rng(0).normal(size=100_000) / 10)
    for rate, threshold in zip(FMRS, threshold_table(impostor, FMRS), strict=True):
        if rate * impostor.total >= COUNTABLE:
            assert false_match_rate(impostor, threshold) == pytest.approx(rate, abs=1e-5)


def test_the_tail_goes_on_where_counting_ends() -> None:
    table = threshold_table(scores_of(np.random.default_rng(0).normal(size=100_000) / 10), FMRS)
    steps = np.diff(table)
    assert (steps > 0).all()
    assert steps[5:].max() < 2 * steps[:5].min()  # no jump between the two


def test_thresholds_hold_for_other_people() -> None:
    found = calibrate(*crowd(3, people=300))
    assert (found.people, found.photos) == (300, 1200)
    assert found.impostor_pairs == 1200 * 1199 // 2 - 300 * 6
    others = pair_scores(*crowd(1000, people=300)).impostor
    assert false_match_rate(others, found.search.at(1e-3)) == pytest.approx(1e-3, rel=0.5)


def test_everybody_counts_once_however_many_photos_there_are() -> None:
    rows, names = crowd(7)
    once = calibrate(rows, names)
    again = calibrate(np.concatenate([rows, rows[:4], rows[:4]]), names + names[:4] * 2)
    # The first person's photos are there three times, so the same pairs are; only equal scores move.
    assert again.search.at(1e-2) == pytest.approx(once.search.at(1e-2), abs=1e-6)


def test_relative_thresholds_hold_in_classes_of_other_people() -> None:
    curves = calibrate_relative(*crowd(3, people=300), sizes=(10, 40))
    others = EnrolledPeople.of(*crowd(2000, people=300))
    for size in (10, 25, 40):
        best = stranger_scores(others, size, draws=40)
        named = np.mean(best >= curves.at(fmr_for(0.03, size), size))
        assert named == pytest.approx(0.03, rel=0.5)


def test_one_honest_pair_in_a_hundred_disagrees() -> None:
    rows, names = crowd(4)
    pairs = pair_scores(rows, names)
    found = calibrate(rows, names)
    assert false_non_match_rate(pairs.genuine, found.same_person_at) == pytest.approx(0.01, abs=0.005)
    assert false_match_rate(pairs.impostor, found.same_person_at) < 0.01


def test_photos_without_a_face_do_not_make_the_folder_check_useless() -> None:
    rows, names = crowd(4)
    rows[::20] = crowd(99)[0][::20]  # what a detector took for a face is nobody's
    pairs = pair_scores(rows, names)
    found = calibrate(rows, names)
    assert false_match_rate(pairs.impostor, found.same_person_at) <= 0.01


def test_the_margin_sends_nineteen_of_twenty_twins_to_a_person() -> None:
    rows, names = crowd(5)
    margin = twin_margin(rows, names)
    # Twins who look exactly alike: split each person's photos between two students.
    close = [
        abs(float(rows[n] @ rows[n + 1]) - float(rows[n] @ rows[n + 2])) < margin
        for n in range(0, len(rows), PHOTOS)
    ]
    assert np.mean(close) == pytest.approx(0.95, abs=0.07)


def test_too_few_people_are_refused() -> None:
    with pytest.raises(EvaluationError, match="add people"):
        calibrate(*crowd(6, people=4))


def test_a_person_stays_in_their_half() -> None:
    # These may never change: the shipped thresholds were set on half 0.
    assert [half_of(name) for name in ("Eileen Collins", "Student One", "Student Two")] == [0, 0, 1]
    halves = [half_of(f"Student {n}") for n in range(1000)]
    assert 400 < sum(halves) < 600
