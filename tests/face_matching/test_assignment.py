from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from face_matching.assignment import NOBODY, assign, best_pairs
from face_matching.decision import Decision, DecisionPolicy, Doubt, Doubtful, Match, Provenance, Unknown
from face_matching.errors import EmbeddingError, GalleryMismatchError
from face_matching.gallery import Gallery
from face_matching.group_thresholds import classroom_policy
from face_matching.threshold_curve import ThresholdCurve

PASSES, PROVEN, MARGIN = 0.5, 0.6, 0.1

Scores = NDArray[np.float64]


def policy_at(scale: float) -> DecisionPolicy:
    """The rule above, with every score multiplied."""
    rates = (0.5, 1e-12)
    return DecisionPolicy(
        engine="made-1",
        detector="made",
        search=ThresholdCurve(rates, (PASSES * scale, PASSES * scale)),
        proven=ThresholdCurve(rates, (PROVEN * scale, PROVEN * scale)),
        margin=MARGIN * scale,
        same_person_at=0.5,
        provenance=Provenance("made up", 2, 2, 1, "2026-11-21", "none", 0.0, 1.0),
    )


def name(student: int) -> str:
    return f"s{student:02}"


def seated(scores: Scores) -> tuple[Gallery, NDArray[np.float32], DecisionPolicy]:
    """A gallery and faces with such scores, all of them made smaller by one factor where they must be.

    Each student is an axis, and one more axis is what a face is made 1 long with.
    """
    faces, students = scores.shape
    scale = min(1.0, 0.999 / float(np.linalg.norm(scores, axis=1).max(initial=1e-9)))
    rows = np.zeros((faces, students + 1))
    rows[:, :students] = scores * scale
    rows[:, -1] = np.sqrt(1 - (rows**2).sum(axis=1))
    templates = np.eye(students, students + 1, dtype=np.float32)
    gallery = Gallery.build("made-1", [name(student) for student in range(students)], templates)
    return gallery, rows.astype(np.float32), policy_at(scale)


def decided(scores: Scores | list[list[float]]) -> tuple[Decision, ...]:
    return assign(*seated(np.array(scores, float)))


def named(decision: Decision) -> tuple[str, ...]:
    """Whom a decision speaks of, in its order."""
    if isinstance(decision, Match):
        return (decision.student_id,)
    return tuple(c.student_id for c in decision.candidates) if isinstance(decision, Doubtful) else ()


@st.composite
def rooms(draw: st.DrawFn, most_faces: int = 6, most_students: int = 6) -> Scores:
    """Scores of a few faces against a few students, many of them near a threshold, no two alike."""
    faces, students = draw(st.integers(1, most_faces)), draw(st.integers(1, most_students))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    low = draw(st.sampled_from([0.0, 0.4, 0.55]))
    return rng.uniform(low, 0.9, (faces, students))


@settings(deadline=None)
@given(rooms())
def test_a_student_is_one_face_at_most_and_then_nobody_elses_candidate(scores: Scores) -> None:
    decisions = decided(scores)
    matched = [decision.student_id for decision in decisions if isinstance(decision, Match)]
    assert len(matched) == len(set(matched))
    others = {student for d in decisions if isinstance(d, Doubtful) for student in named(d)}
    assert not others & set(matched)


@settings(deadline=None)
@given(rooms())
def test_nobody_below_the_threshold_is_ever_named_and_no_match_is_unproven(scores: Scores) -> None:
    for own, decision in zip(scores, decided(scores), strict=True):
        for student in named(decision):
            score = own[int(student[1:])]
            assert score >= (PROVEN if isinstance(decision, Match) else PASSES)


@settings(deadline=None)
@given(rooms())
def test_a_match_is_the_best_of_the_face_and_everybody_near_it_is_settled_elsewhere(scores: Scores) -> None:
    decisions = decided(scores)
    matched = {d.student_id: face for face, d in enumerate(decisions) if isinstance(d, Match)}
    for face, decision in enumerate(decisions):
        if not isinstance(decision, Match):
            continue
        student = int(decision.student_id[1:])
        assert student == scores[face].argmax()
        for other in range(scores.shape[1]):
            near = scores[face, other] > max(PASSES, scores[face, student] - MARGIN)
            assert other == student or not near or matched[name(other)] != face
        for rival in range(len(scores)):
            near = scores[rival, student] > max(PASSES, scores[face, student] - MARGIN)
            assert rival == face or not near or isinstance(decisions[rival], Match)


@settings(deadline=None)
@given(rooms(), st.integers(0, 999))
def test_the_order_of_faces_and_students_says_nothing(scores: Scores, seed: int) -> None:
    rng = np.random.default_rng(seed)
    faces, students = rng.permutation(len(scores)), rng.permutation(scores.shape[1])
    renamed = {name(new): name(int(old)) for new, old in enumerate(students)}
    straight = [(type(d), named(d)) for d in decided(scores)]
    shuffled = [
        (type(d), tuple(renamed[one] for one in named(d))) for d in decided(scores[faces][:, students])
    ]
    assert shuffled == [straight[face] for face in faces]


@settings(deadline=None)
@given(rooms(most_faces=1))
def test_one_face_alone_is_decided_as_at_a_check_in(scores: Scores) -> None:
    gallery, rows, policy = seated(scores)
    (decision,) = assign(gallery, rows, policy)
    alone = classroom_policy(policy).identify(gallery, rows[0])
    assert (type(decision), named(decision)) == (type(alone), named(alone))


def best_sum(weights: Scores) -> float:
    """The largest sum of any one-to-one pairing, by trying all of them."""
    faces, students = weights.shape
    padded = np.concatenate([np.maximum(weights, 0), np.zeros((faces, faces))], axis=1)
    return max(
        sum(float(padded[face, column]) for face, column in enumerate(chosen))
        for chosen in itertools.permutations(range(students + faces), faces)
    )


def sum_of(weights: Scores, pairs: NDArray[np.intp]) -> float:
    return sum(float(weights[face, student]) for face, student in enumerate(pairs) if student != NOBODY)


@settings(deadline=None)
@given(rooms(most_faces=4, most_students=4))
def test_the_pairing_is_the_best_of_all(scores: Scores) -> None:
    weights = scores - PASSES
    pairs = best_pairs(weights)
    taken = pairs[pairs != NOBODY]
    assert len(taken) == len(set(taken.tolist()))
    assert (weights[pairs != NOBODY, taken] > 0).all()
    assert sum_of(weights, pairs) == pytest.approx(best_sum(weights))


@settings(deadline=None)
@given(rooms(most_faces=30, most_students=60), st.integers(0, 3))
def test_the_pairing_is_as_good_as_scipys_even_among_equal_scores(scores: Scores, digits: int) -> None:
    weights = (scores - PASSES).round(digits)
    rows, columns = linear_sum_assignment(np.maximum(weights, 0), maximize=True)
    theirs = float(np.maximum(weights, 0)[rows, columns].sum())
    assert sum_of(weights, best_pairs(weights)) == pytest.approx(theirs)


def test_thirty_faces_that_are_themselves_are_all_marked() -> None:
    scores = np.full((30, 60), 0.1)
    scores[np.arange(30), np.arange(30) * 2] = 0.8
    assert [named(d) for d in decided(scores) if isinstance(d, Match)] == [(name(2 * i),) for i in range(30)]


def test_a_face_whose_student_is_somebody_else_is_nobody_rather_than_the_next_below_the_threshold() -> None:
    first, second = decided([[0.9, 0.1], [0.7, 0.45]])
    assert isinstance(first, Match)
    assert isinstance(second, Unknown)


def test_a_face_never_falls_to_its_second_best_without_a_person() -> None:
    first, second = decided([[0.9, 0.1], [0.75, 0.7]])
    assert named(first) == ("s00",)
    assert isinstance(second, Doubtful)
    assert (second.reason, named(second)) == (Doubt.RIVAL, ("s01",))


def test_two_faces_that_may_be_the_same_student_are_both_left_to_a_person() -> None:
    decisions = decided([[0.8, 0.1], [0.75, 0.1]])
    assert [named(decision) for decision in decisions] == [("s00",), ("s00",)]
    assert [d.reason for d in decisions if isinstance(d, Doubtful)] == [Doubt.RIVAL] * 2


def test_two_students_that_look_alike_are_left_to_a_person_with_a_proposal_for_each() -> None:
    decisions = decided([[0.80, 0.78], [0.79, 0.73]])
    assert [named(decision) for decision in decisions] == [("s01", "s00"), ("s00", "s01")]
    assert [d.reason for d in decisions if isinstance(d, Doubtful)] == [Doubt.LOOK_ALIKE] * 2


def test_who_is_surely_seen_elsewhere_is_no_look_alike() -> None:
    decisions = decided([[0.70, 0.65], [0.1, 0.9]])
    assert [named(decision) for decision in decisions] == [("s00",), ("s01",)]
    assert all(isinstance(decision, Match) for decision in decisions)


def test_what_passes_without_proof_is_left_to_a_person() -> None:
    (decision,) = decided([[0.55, 0.1]])
    assert isinstance(decision, Doubtful)
    assert decision.reason is Doubt.UNPROVEN


def test_without_faces_there_is_nothing_to_decide_and_without_students_nobody_is_known() -> None:
    gallery, rows, policy = seated(np.full((2, 3), 0.1))
    assert assign(gallery, rows[:0], policy) == ()
    empty = Gallery.build("made-1", [], np.empty((0, rows.shape[1]), np.float32))
    assert assign(empty, rows, policy) == (Unknown(None), Unknown(None))


def test_faces_of_another_engine_are_refused() -> None:
    gallery, rows, policy = seated(np.full((2, 3), 0.1))
    with pytest.raises(GalleryMismatchError, match="re-embed"):
        assign(gallery, rows, policy, engine="made-2")
    with pytest.raises(GalleryMismatchError, match="5 values"):
        assign(gallery, np.eye(2, 5, dtype=np.float32), policy)
    with pytest.raises(EmbeddingError, match="length"):
        assign(gallery, rows * 2, policy)
