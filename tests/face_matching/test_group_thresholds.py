from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from face_matching.assignment import assign_scores
from face_matching.decision import DecisionPolicy, Match, Provenance
from face_matching.group_thresholds import CONFIRMED, ROOM_FPIR, Risk, room_policy
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
    assert room_policy(policy).fpir == ROOM_FPIR
    assert room_policy(policy).proven_threshold(60) > policy.proven_threshold(60)
    strict = replace(policy, fpir=0.001)
    assert room_policy(strict) == strict


def test_at_first_every_face_has_the_room_s_chance() -> None:
    level = Risk.at_first(DLIB_1_MTCNN, 30, 60).level()
    strict = room_policy(DLIB_1_MTCNN)
    assert level.passes == pytest.approx(strict.search_threshold(60))
    assert level.proven == pytest.approx(strict.proven_threshold(60))


@pytest.mark.parametrize("pair", POLICIES)
def test_what_a_person_confirms_needs_less_proof_and_passes_no_sooner(pair: tuple[str, str]) -> None:
    alone = Risk.at_first(POLICIES[pair], 30, 60)
    confirmed = Risk.at_first(POLICIES[pair], 30, 60, CONFIRMED)
    assert confirmed.level().passes == alone.level().passes
    assert alone.level().passes < confirmed.level().proven < alone.level().proven
    after = confirmed.after(20)
    assert after is not None
    assert after.proof == CONFIRMED


def test_the_more_are_matched_the_lower_the_threshold_for_the_others() -> None:
    first = Risk.at_first(DLIB_1_MTCNN, 40, 60)
    second = first.after(20)
    assert second is not None
    third = second.after(28)
    assert third is not None
    levels = [risk.level() for risk in (first, second, third)]
    assert levels[0].proven > levels[1].proven > levels[2].proven
    assert levels[0].passes > levels[1].passes > levels[2].passes


def test_no_face_ever_risks_more_than_at_a_check_in() -> None:
    nearly_all = Risk.at_first(DLIB_1_MTCNN, 200, 200).after(190)
    assert nearly_all is not None
    assert nearly_all.chance == DLIB_1_MTCNN.fpir
    assert nearly_all.level().proven == pytest.approx(DLIB_1_MTCNN.proven_threshold(10))


@pytest.mark.parametrize("pair", POLICIES)
def test_a_proposal_needs_less_than_a_match_and_never_more_than_what_passes(pair: tuple[str, str]) -> None:
    risk = Risk.at_first(POLICIES[pair], 30, 60)
    assert risk.proposal().passes < risk.level().passes < risk.proposal().proven
    lenient = Risk.at_first(replace(POLICIES[pair], fpir=0.2), 30, 60)
    few = replace(lenient, matched=29, allowed=1.0)
    assert few.proposal().passes == few.level().passes


@pytest.mark.parametrize("pair", [("facenet-1", "mtcnn"), ("facenet-1", "haar")])
def test_facenet_is_judged_by_relative_scores_where_there_are_enough_others(pair: tuple[str, str]) -> None:
    policy = POLICIES[pair]
    assert policy.relative is not None
    rate = fmr_for(ROOM_FPIR, 60)
    assert Risk.at_first(policy, 30, 60).level().proven == pytest.approx(policy.relative.proven.at(rate))
    few = LEAST_SEARCHED - 1
    assert Risk.at_first(policy, 30, few).level().proven == pytest.approx(
        room_policy(policy).proven_threshold(few)
    )


@pytest.mark.parametrize("matched", [0, 30])
def test_it_ends_where_nobody_was_added_and_where_nobody_is_left(matched: int) -> None:
    assert Risk.at_first(DLIB_1_MTCNN, 30, 60).after(matched) is None


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
    allowed = rooms * faces * ROOM_FPIR
    assert false <= allowed + 3 * allowed**0.5
