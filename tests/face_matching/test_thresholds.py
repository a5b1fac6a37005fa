"""The shipped policies: plausible, complete, and what the docs say of them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from face_matching.decision import PROVEN_SHARE, DecisionPolicy
from face_matching.errors import UnknownPolicyError
from face_matching.relative_scores.class_scores import LEAST_COHORT
from face_matching.threshold_curve import fmr_for
from face_matching.thresholds import POLICIES, policy_for
from tests.face_matching.proven import proven_threshold

PAIRS = sorted(POLICIES)


@pytest.fixture(params=PAIRS, ids="-".join)
def policy(request: pytest.FixtureRequest) -> DecisionPolicy:
    found: DecisionPolicy = POLICIES[request.param]
    return found


def test_each_policy_is_found_by_its_names(policy: DecisionPolicy) -> None:
    assert policy_for(policy.engine, policy.detector) is policy


def test_an_unknown_pair_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownPolicyError, match=r"facenet-9 with mtcnn, only for .*facenet-1 with mtcnn"):
        policy_for("facenet-9", "mtcnn")


def test_more_people_ask_for_more(policy: DecisionPolicy) -> None:
    sizes = [1, 10, 60, 300, 1000, 10_000]
    thresholds = [policy.search_threshold(size) for size in sizes]
    assert thresholds == sorted(thresholds)
    assert thresholds[0] < thresholds[-1] < 1


def test_what_is_proven_is_never_less_than_what_passes(policy: DecisionPolicy) -> None:
    for size in (1, 2, 60, 1000, 100_000):
        assert policy.search_threshold(size) <= proven_threshold(policy, size) < 1


def test_a_match_is_proven_at_three_tenths_of_the_rate(policy: DecisionPolicy) -> None:
    strict = replace(policy, fpir=policy.fpir * PROVEN_SHARE)
    assert proven_threshold(policy, 60) == pytest.approx(strict.search_threshold(60), abs=1e-3)


def test_only_retail_has_relative_scores_for_every_size_of_class(policy: DecisionPolicy) -> None:
    if policy.relative is None:
        assert policy.engine != "retail-1"
        return
    curves = policy.relative
    assert curves.sizes[0] == LEAST_COHORT
    assert curves.sizes[-1] > 1000
    for size in (10, 45, 1000, 5000):
        rate = fmr_for(policy.fpir, size)
        passes = curves.at(rate, size)
        assert curves.same_person_at(size) < passes < curves.at(rate * PROVEN_SHARE, size) < 1


def test_a_perfect_score_is_a_match_even_in_a_university(policy: DecisionPolicy) -> None:
    assert proven_threshold(policy, 100_000) < 1


def test_photos_of_one_folder_are_judged_more_leniently_than_a_search_of_a_class(
    policy: DecisionPolicy,
) -> None:
    assert policy.search.at(1e-2) <= policy.same_person_at < policy.search_threshold(60)


def test_the_margin_is_worth_something_and_not_everything(policy: DecisionPolicy) -> None:
    # Students that pass are at most 1 - threshold apart.
    assert 0 < policy.margin < 1 - policy.search_threshold(60)


def test_says_where_it_comes_from(policy: DecisionPolicy) -> None:
    where = policy.provenance
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", where.date)
    assert where.command.startswith("python -m benchmarks.calibrate")
    assert where.people > 50
    assert where.impostor_pairs > 50_000
    assert where.eer < 0.05
    assert where.tar_at_far_1e3 > 0.85
