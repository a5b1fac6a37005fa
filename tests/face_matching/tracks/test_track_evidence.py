"""A face that is followed is named once several frames agree, and a stranger gets few chances."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from face_matching.decision import DecisionPolicy, Doubt, Doubtful, Match, Provenance, Unknown
from face_matching.errors import EmbeddingError, GalleryMismatchError
from face_matching.gallery import Gallery
from face_matching.threshold_curve import ThresholdCurve
from face_matching.tracks.evidence_rules import EvidenceRules
from face_matching.tracks.probe_fusion import Agreement, Observation, decide_together, fused_probe
from face_matching.tracks.track_evidence import TrackDecision, TrackEvidence, Undecided

DIMENSION = 128
PASSES, PROVEN = 0.6, 0.7
RATES = (0.5, 1e-12)
POLICY = DecisionPolicy(
    engine="made-up-1",
    detector="made up",
    search=ThresholdCurve(RATES, (PASSES, PASSES)),
    proven=ThresholdCurve(RATES, (PROVEN, PROVEN)),
    margin=0.1,
    same_person_at=0.45,
    provenance=Provenance("made up", 4, 4, 6, "2026-11-21", "none", 0.0, 1.0),
)
NAMES = ("a", "b", "c", "d")
STRANGER = len(NAMES)

Row = NDArray[np.float32]


def person(number: int) -> Row:
    """Whoever this is; people have nothing in common."""
    row = np.zeros(DIMENSION, np.float32)
    row[number] = 1.0
    return row


def look_of(number: int, likeness: float = 0.9, *, other: int | None = None, grain: int = 0) -> Row:
    """A picture of somebody: so alike, with the rest of it another person or a grain of its own."""
    rest = person(other) if other is not None else person(STRANGER + 1 + grain % 100)
    return np.asarray(likeness * person(number) + np.sqrt(1 - likeness**2) * rest, np.float32)


GALLERY = Gallery.build("made-up-1", NAMES, np.stack([person(number) for number in range(len(NAMES))]))


GALLERY_WITHOUT_A = Gallery.build(
    "made-up-1", NAMES[1:], np.stack([person(number) for number in range(1, len(NAMES))])
)


def evidence_of(rules: EvidenceRules | None = None, gallery: Gallery | None = GALLERY) -> TrackEvidence:
    return TrackEvidence(gallery, POLICY, rules)


def shown(
    evidence: TrackEvidence, rows: Sequence[Row], *, track: int = 1, since: float = 0.0, step: float = 0.2
) -> TrackDecision:
    """Show a face frame by frame, and decide after each."""
    for number, row in enumerate(rows):
        evidence.add(track, row, quality=0.8, at=since + number * step)
        evidence.decide([track])
    return evidence.decision(track)


def test_nobody_is_named_before_three_frames_agree() -> None:
    evidence = evidence_of()
    assert evidence.decide([1]) == {1: Undecided(0)}
    for number in range(2):
        evidence.add(1, look_of(0, grain=number), quality=0.8, at=number * 0.2)
        assert evidence.decide([1]) == {1: Undecided(number + 1)}
    evidence.add(1, look_of(0, grain=2), quality=0.8, at=0.4)
    (standing,) = evidence.decide([1]).values()
    assert isinstance(standing, Match)
    assert standing.student_id == "a"
    assert evidence.is_settled(1)


def test_frames_of_one_moment_do_not_make_a_match() -> None:
    standing = shown(evidence_of(), [look_of(0, grain=number) for number in range(3)], step=0.01)
    assert isinstance(standing, Doubtful)
    assert standing.reason is Doubt.UNPROVEN


def test_a_match_by_frames_that_find_different_people_is_a_doubt() -> None:
    """Two frames show a; the third is nearest to b, so that only two agree."""
    rows = [look_of(0, 0.98, other=1), look_of(0, 0.98, other=1), look_of(1, 0.75, other=0)]
    standing = shown(evidence_of(), rows)
    assert isinstance(standing, Doubtful)
    assert [candidate.student_id for candidate in standing.candidates] == ["a"]


def test_later_frames_can_turn_a_doubt_into_a_match() -> None:
    evidence = evidence_of()
    assert isinstance(shown(evidence, [look_of(0, 0.65, other=STRANGER)] * 3), Doubtful)
    assert not evidence.is_settled(1)
    assert isinstance(shown(evidence, [look_of(0, 0.95)] * 2, since=1.0), Match)


def test_a_stranger_is_unknown_and_is_decided_about_three_times_only() -> None:
    evidence, decided = evidence_of(), 0
    before: TrackDecision = Undecided(0)
    for number in range(40):
        evidence.add(1, look_of(STRANGER, grain=number % 5), quality=0.8, at=number * 0.2)
        standing = evidence.decide([1])[1]
        decided += standing is not before and not isinstance(standing, Undecided)
        before = standing
    assert isinstance(before, Unknown)
    assert decided == 3
    assert evidence.is_settled(1)


def test_a_settled_stranger_who_starts_to_look_like_a_student_is_not_taken_for_one() -> None:
    evidence = evidence_of()
    shown(evidence, [look_of(STRANGER, grain=number) for number in range(8)])
    assert isinstance(shown(evidence, [look_of(0, 0.8, other=STRANGER)] * 20, since=10.0), Unknown)


def test_a_face_is_embedded_a_few_times_and_then_only_now_and_then() -> None:
    evidence, observations = evidence_of(), 0
    for frame in range(20 * 60):  # a minute at 20 frames a second
        at = frame / 20
        if evidence.due(1, at):
            evidence.add(1, look_of(0, grain=observations), quality=0.8, at=at)
            evidence.decide([1])
            observations += 1
    assert isinstance(evidence.decision(1), Match)
    assert 3 < observations < 3 + 60 / evidence.rules.check_again + 2


def test_a_face_that_is_not_fit_is_not_tried_in_each_frame() -> None:
    evidence = evidence_of()
    assert evidence.due(1, 0.0)
    evidence.skip(1, 0.0)
    assert not evidence.due(1, 0.1)
    assert evidence.due(1, 0.2)
    assert evidence.decision(1) == Undecided(0)


def test_a_track_that_passes_to_another_face_starts_anew() -> None:
    evidence = evidence_of()
    assert isinstance(shown(evidence, [look_of(0)] * 3), Match)
    evidence.add(1, look_of(1), quality=0.8, at=4.0)
    assert isinstance(evidence.decision(1), Match), "one odd frame is no other face"
    assert evidence.due(1, 4.2)
    evidence.add(1, look_of(1), quality=0.8, at=4.2)
    assert evidence.decision(1) == Undecided(2)
    standing = shown(evidence, [look_of(1)], since=4.4)
    assert isinstance(standing, Match)
    assert standing.student_id == "b"


def test_one_odd_frame_changes_nothing() -> None:
    evidence = evidence_of()
    rows = [look_of(0), look_of(0), look_of(1), look_of(0)]
    assert isinstance(shown(evidence, rows), Match)
    assert len(evidence.observations(1)) == 3


def test_a_track_that_changes_its_face_again_and_again_is_nobody() -> None:
    evidence = evidence_of(EvidenceRules(most_restarts=2))
    for turn in range(3):
        shown(evidence, [look_of(turn)] * 3, since=turn * 5.0)
        assert isinstance(evidence.decision(1), Match)
    assert shown(evidence, [look_of(3)] * 20, since=20.0) == Unknown(None)


def test_two_faces_at_once_are_not_one_student() -> None:
    evidence = evidence_of()
    for number in range(3):
        for track in (1, 2):
            evidence.add(track, look_of(0, grain=track * 10 + number), quality=0.8, at=number * 0.2)
    decisions = evidence.decide([1, 2])
    assert not [standing for standing in decisions.values() if isinstance(standing, Match)]
    assert all(isinstance(standing, Doubtful) for standing in decisions.values())


def test_a_student_who_is_named_and_still_in_view_is_not_named_again() -> None:
    evidence = evidence_of()
    assert isinstance(shown(evidence, [look_of(0, 0.9)] * 3, track=1), Match)
    for number in range(8):
        evidence.add(2, look_of(0, 0.99), quality=0.8, at=1 + number * 0.2)
        decisions = evidence.decide([1, 2])
    assert isinstance(decisions[1], Match)
    assert not isinstance(decisions[2], Match)


def test_a_student_who_comes_back_is_named_again() -> None:
    evidence = evidence_of()
    shown(evidence, [look_of(0)] * 3, track=1)
    evidence.keep_only([2])
    assert evidence.decision(1) == Undecided(0)
    assert isinstance(shown(evidence, [look_of(0)] * 3, track=2, since=10.0), Match)


def test_where_nobody_is_enrolled_everybody_is_unknown() -> None:
    assert shown(evidence_of(gallery=None), [look_of(0)] * 3) == Unknown(None)


def test_a_new_gallery_counts_for_what_is_decided_from_then_on() -> None:
    evidence = evidence_of(gallery=None)
    assert shown(evidence, [look_of(0)] * 3) == Unknown(None)
    evidence.gallery = GALLERY
    assert isinstance(shown(evidence, [look_of(0)] * 2, since=1.0), Match)


@pytest.mark.parametrize("others", [GALLERY_WITHOUT_A, None])
def test_who_is_no_longer_in_the_gallery_is_no_longer_named(others: Gallery | None) -> None:
    evidence = evidence_of()
    assert isinstance(shown(evidence, [look_of(0)] * 3, track=1), Match)
    shown(evidence, [look_of(1)] * 3, track=3)
    evidence.gallery = others
    assert evidence.decision(1) == Unknown(None)
    assert evidence.is_settled(1)
    assert isinstance(evidence.decision(3), Unknown if others is None else Match)


def test_the_best_looks_are_kept() -> None:
    evidence = evidence_of(EvidenceRules(keep=2, decide_at=(9,), pauses=(0.1,)))
    for number, quality in enumerate((0.3, 0.9, 0.2, 0.5)):
        evidence.add(1, look_of(0, grain=number), quality=quality, at=float(number))
    assert [observation.quality for observation in evidence.observations(1)] == [0.9, 0.5]


def test_what_is_no_embedding_of_this_engine_is_refused() -> None:
    evidence = evidence_of()
    with pytest.raises(EmbeddingError):
        evidence.add(1, 2 * person(0), quality=1.0, at=0.0)
    with pytest.raises(GalleryMismatchError):
        shown(evidence, [np.eye(DIMENSION // 2, dtype=np.float32)[0]] * 3)


def test_a_single_look_is_its_own_probe() -> None:
    direction, factor = fused_probe([Observation(look_of(0), 0.3, 0.0)])
    np.testing.assert_allclose(direction, look_of(0), atol=1e-6)
    assert factor == pytest.approx(1.0)


@settings(max_examples=80, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    qualities=st.lists(st.floats(0, 1), min_size=1, max_size=8),
)
def test_a_fused_probe_scores_no_less_than_the_mean_of_its_looks(seed: int, qualities: list[float]) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(len(qualities), DIMENSION)) + 3 * person(0)
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    direction, factor = fused_probe([Observation(r, q, 0.0) for r, q in zip(rows, qualities, strict=True)])
    assert np.linalg.norm(direction) == pytest.approx(1.0, abs=1e-5)
    assert 0 <= factor <= 1 + 1e-6
    weights = np.maximum(qualities, 0.05)
    mean = float(weights @ (rows @ person(0)) / weights.sum())
    if mean > 0:
        assert float(direction @ person(0)) * factor >= mean - 1e-5


@settings(max_examples=60, deadline=None)
@given(people=st.lists(st.integers(0, STRANGER), min_size=1, max_size=6), seed=st.integers(0, 1000))
def test_no_student_is_ever_matched_twice_in_one_decision(people: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    faces = [
        [
            Observation(look_of(number, float(rng.uniform(0.6, 1.0)), grain=int(rng.integers(100))), 0.5, at)
            for at in (0.0, 0.2, 0.4)
        ]
        for number in people
    ]
    decisions = decide_together(GALLERY, faces, POLICY, Agreement())
    named = [decision.student_id for decision in decisions if isinstance(decision, Match)]
    assert len(named) == len(set(named))
    for number, decision in zip(people, decisions, strict=True):
        if isinstance(decision, Match):
            assert decision.student_id == NAMES[number]
