from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from face_matching.assignment import assign_judged
from face_matching.decision import DecisionPolicy, Match, Provenance
from face_matching.group_thresholds import (
    ALONE,
    CLASSROOM_FPIR,
    CONFIRMED,
    FalseMatchBudget,
    classroom_policy,
)
from face_matching.threshold_curve import ThresholdCurve, fmr_for
from face_matching.thresholds import DLIB_1_MTCNN, POLICIES
from tests.face_matching.proven import proven_threshold

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


def budget(policy: DecisionPolicy, faces: int, students: int, proof: float = ALONE) -> FalseMatchBudget:
    """The budget of a room in which plain scores decide."""
    return FalseMatchBudget.initial(policy, policy.plain(np.zeros((faces, students))), proof)


def strangers(rng: np.random.Generator, faces: int, students: int) -> np.ndarray:
    """Scores of which a share of ``10**-p`` reaches ``p / 12``."""
    return np.asarray(-np.log10(1 - rng.random((faces, students))) / 12)


@pytest.mark.parametrize("pair", POLICIES)
def test_in_a_room_the_threshold_is_higher_than_alone_unless_the_policy_asks_for_more(
    pair: tuple[str, str],
) -> None:
    policy = POLICIES[pair]
    assert classroom_policy(policy).fpir == CLASSROOM_FPIR
    assert proven_threshold(classroom_policy(policy), 60) > proven_threshold(policy, 60)
    strict = replace(policy, fpir=0.001)
    assert classroom_policy(strict) == strict


def test_at_first_every_face_has_the_room_s_chance() -> None:
    thresholds = budget(DLIB_1_MTCNN, 30, 60).thresholds()
    strict = classroom_policy(DLIB_1_MTCNN)
    assert thresholds.passes == pytest.approx(strict.search_threshold(60))
    assert thresholds.proven == pytest.approx(proven_threshold(strict, 60))


@pytest.mark.parametrize("pair", POLICIES)
def test_what_a_person_confirms_needs_less_proof_and_passes_no_sooner(pair: tuple[str, str]) -> None:
    alone = budget(POLICIES[pair], 30, 60)
    confirmed = budget(POLICIES[pair], 30, 60, CONFIRMED)
    assert confirmed.thresholds().passes == alone.thresholds().passes
    assert alone.thresholds().passes < confirmed.thresholds().proven < alone.thresholds().proven
    after = confirmed.after(20)
    assert after is not None
    assert after.proof == CONFIRMED


def test_the_more_are_matched_the_lower_the_threshold_for_the_others() -> None:
    first = budget(DLIB_1_MTCNN, 40, 60)
    second = first.after(20)
    assert second is not None
    third = second.after(28)
    assert third is not None
    thresholds = [each.thresholds() for each in (first, second, third)]
    assert thresholds[0].proven > thresholds[1].proven > thresholds[2].proven
    assert thresholds[0].passes > thresholds[1].passes > thresholds[2].passes


def test_no_face_ever_risks_more_than_at_a_check_in() -> None:
    nearly_all = budget(DLIB_1_MTCNN, 200, 200).after(190)
    assert nearly_all is not None
    assert nearly_all.fpir == DLIB_1_MTCNN.fpir
    assert nearly_all.thresholds().proven == pytest.approx(proven_threshold(DLIB_1_MTCNN, 10))


@pytest.mark.parametrize("pair", POLICIES)
def test_a_proposal_needs_less_than_a_match_and_never_more_than_what_passes(pair: tuple[str, str]) -> None:
    room = budget(POLICIES[pair], 30, 60)
    assert room.proposal_thresholds().passes < room.thresholds().passes < room.proposal_thresholds().proven
    lenient = budget(replace(POLICIES[pair], fpir=0.2), 30, 60)
    few = replace(lenient, matched=29, allowed=1.0)
    assert few.proposal_thresholds().passes == few.thresholds().passes


def test_a_room_of_relative_scores_has_the_thresholds_of_its_class() -> None:
    policy = POLICIES["retail-1", "mtcnn"]
    curves = policy.relative
    assert curves is not None
    scores = np.zeros((30, 60))
    room = FalseMatchBudget.initial(policy, policy.judge_relative(curves, scores, scores, 60))
    assert room.thresholds().passes == pytest.approx(curves.at(fmr_for(CLASSROOM_FPIR, 60), 60))
    after = room.after(20)
    assert after is not None
    assert after.thresholds().passes == pytest.approx(curves.at(fmr_for(after.fpir, 40), 60))


def test_what_strangers_of_the_class_reach_is_not_proven_in_a_room_either() -> None:
    judged = DLIB_1_MTCNN.plain(np.zeros((30, 60)), least_proven=0.99)
    assert FalseMatchBudget.initial(DLIB_1_MTCNN, judged, CONFIRMED).thresholds().proven == 0.99


@pytest.mark.parametrize("matched", [0, 30])
def test_it_ends_where_nobody_was_added_and_where_nobody_is_left(matched: int) -> None:
    assert budget(DLIB_1_MTCNN, 30, 60).after(matched) is None


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
        for face, decision in enumerate(assign_judged(EXACT.plain(scores), ids, EXACT)):
            if isinstance(decision, Match):
                false += face >= members or decision.student_id != ids[face]
    allowed = rooms * faces * CLASSROOM_FPIR
    assert false <= allowed + 3 * allowed**0.5
