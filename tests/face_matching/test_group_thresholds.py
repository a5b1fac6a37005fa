from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from face_matching.assignment import assign_scores
from face_matching.decision import DecisionPolicy, Match, Provenance
from face_matching.group_thresholds import CLASSROOM_FPIR, CONFIRMED, FalseMatchBudget, classroom_policy
from face_matching.score_normalisation import LEAST_SEARCHED
from face_matching.threshold_curve import ThresholdCurve, fmr_for
from face_matching.thresholds import DLIB_1_MTCNN, POLICIES

RATES = tuple(10.0**-power for power in range(1, 13))
CURVE = ThresholdCurve(RATES, tuple(power / 12 for power in range(1, 13)))
EXACT = DecisionPolicy(
    engine="made-1",
    detector="made",
    search=CURVE,
    proven=CURVE,
    margin=1e-6,
    same_person_at=0.5,
    provenance=Provenance("made up", 2, 2, 1, "2026-11-21", "none", 0.0, 1.0),
)
"""A rule that is right to the last digit about scores of strangers that `strangers` draws."""


def strangers(rng: np.random.Generator, faces: int, students: int) -> np.ndarray:
    """Scores of which a share of ``10**-p`` reaches ``p / 12``."""
    return np.asarray(-np.log10(1 - rng.random((faces, students))) / 12)


@pytest.mark.parametrize("pair", POLICIES)
def test_in_a_room_the_threshold_is_higher_than_alone_unless_the_policy_asks_for_more(
    pair: tuple[str, str],
) -> None:
    policy = POLICIES[pair]
    assert classroom_policy(policy).fpir == CLASSROOM_FPIR
    assert classroom_policy(policy).proven_threshold(60) > policy.proven_threshold(60)
    strict = replace(policy, fpir=0.001)
    assert classroom_policy(strict) == strict


def test_at_first_every_face_has_the_room_s_chance() -> None:
    thresholds = FalseMatchBudget.initial(DLIB_1_MTCNN, 30, 60).thresholds()
    strict = classroom_policy(DLIB_1_MTCNN)
    assert thresholds.passes == pytest.approx(strict.search_threshold(60))
    assert thresholds.proven == pytest.approx(strict.proven_threshold(60))


@pytest.mark.parametrize("pair", POLICIES)
def test_what_a_person_confirms_needs_less_proof_and_passes_no_sooner(pair: tuple[str, str]) -> None:
    alone = FalseMatchBudget.initial(POLICIES[pair], 30, 60)
    confirmed = FalseMatchBudget.initial(POLICIES[pair], 30, 60, CONFIRMED)
    assert confirmed.thresholds().passes == alone.thresholds().passes
    assert alone.thresholds().passes < confirmed.thresholds().proven < alone.thresholds().proven
    after = confirmed.after(20)
    assert after is not None
    assert after.proof == CONFIRMED


def test_the_more_are_matched_the_lower_the_threshold_for_the_others() -> None:
    first = FalseMatchBudget.initial(DLIB_1_MTCNN, 40, 60)
    second = first.after(20)
    assert second is not None
    third = second.after(28)
    assert third is not None
    thresholds = [budget.thresholds() for budget in (first, second, third)]
    assert thresholds[0].proven > thresholds[1].proven > thresholds[2].proven
    assert thresholds[0].passes > thresholds[1].passes > thresholds[2].passes


def test_no_face_ever_risks_more_than_at_a_check_in() -> None:
    nearly_all = FalseMatchBudget.initial(DLIB_1_MTCNN, 200, 200).after(190)
    assert nearly_all is not None
    assert nearly_all.fpir == DLIB_1_MTCNN.fpir
    assert nearly_all.thresholds().proven == pytest.approx(DLIB_1_MTCNN.proven_threshold(10))


@pytest.mark.parametrize("pair", POLICIES)
def test_a_proposal_needs_less_than_a_match_and_never_more_than_what_passes(pair: tuple[str, str]) -> None:
    budget = FalseMatchBudget.initial(POLICIES[pair], 30, 60)
    assert (
        budget.proposal_thresholds().passes < budget.thresholds().passes < budget.proposal_thresholds().proven
    )
    lenient = FalseMatchBudget.initial(replace(POLICIES[pair], fpir=0.2), 30, 60)
    few = replace(lenient, matched=29, allowed=1.0)
    assert few.proposal_thresholds().passes == few.thresholds().passes


@pytest.mark.parametrize("pair", [("facenet-1", "mtcnn"), ("facenet-1", "haar")])
def test_facenet_is_judged_by_relative_scores_where_there_are_enough_others(pair: tuple[str, str]) -> None:
    policy = POLICIES[pair]
    assert policy.relative is not None
    rate = fmr_for(CLASSROOM_FPIR, 60)
    assert FalseMatchBudget.initial(policy, 30, 60).thresholds().proven == pytest.approx(
        policy.relative.proven.at(rate)
    )
    few = LEAST_SEARCHED - 1
    assert FalseMatchBudget.initial(policy, 30, few).thresholds().proven == pytest.approx(
        classroom_policy(policy).proven_threshold(few)
    )


@pytest.mark.parametrize("matched", [0, 30])
def test_it_ends_where_nobody_was_added_and_where_nobody_is_left(matched: int) -> None:
    assert FalseMatchBudget.initial(DLIB_1_MTCNN, 30, 60).after(matched) is None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("faces", "members", "students"), [(40, 30, 60), (40, 0, 60), (40, 38, 60), (8, 4, 6)]
)
def test_false_matches_stay_within_the_share_whoever_is_there(
    faces: int, members: int, students: int
) -> None:
    """Counted over rooms whose strangers' scores are drawn as the curve says; seeded."""
    rng = np.random.default_rng(faces * members + students)
    ids = [f"s{student:02}" for student in range(students)]
    rooms, false = 300, 0
    for _ in range(rooms):
        scores = strangers(rng, faces, students)
        scores[np.arange(members), np.arange(members)] = rng.uniform(0.25, 1.0, members)
        for face, decision in enumerate(assign_scores(scores, ids, EXACT)):
            if isinstance(decision, Match):
                false += face >= members or decision.student_id != ids[face]
    allowed = rooms * faces * CLASSROOM_FPIR
    assert false <= allowed + 3 * allowed**0.5
