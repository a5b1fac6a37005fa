"""The support vector machine computes what scikit-learn's does, and names nobody whom cosine refuses."""

from __future__ import annotations

import io
import pickle
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from face_matching.decision import DecisionPolicy, Doubt, Doubtful, Match, Unknown
from face_matching.errors import ClassifierFileError, EvaluationError
from face_matching.gallery import Gallery
from face_matching.matchers.student_svm import StudentSvm
from face_matching.matchers.svm_decision import identify_with_svm
from face_matching.matchers.svm_training import (
    LEAST_ACCEPTED,
    SEED,
    TrainingSet,
    acceptance,
    set_aside,
    stranger_probabilities,
    train,
    try_split,
)
from tests.attendance.fake_pipeline import fake_policy
from tests.face_matching.matchers.test_euclidean import likened, unit

ENGINE = "fake-1"
SIZE = 24


def photos_of(students: int, each: int = 10, seed: int = 3) -> TrainingSet:
    """Photos of made-up students, some of them alike."""
    rng = np.random.default_rng(seed)
    owners = np.repeat(np.arange(students), each)
    rows = likened(rng, unit(rng, students, SIZE)[owners], rng.uniform(0.75, 0.95, len(owners)))
    return TrainingSet(ENGINE, "fake", "f" * 64, rows, tuple(f"s{owner:02}" for owner in owners))


@pytest.fixture(scope="module")
def photos() -> TrainingSet:
    return photos_of(6)


@pytest.fixture(scope="module")
def svm(photos: TrainingSet) -> StudentSvm:
    return train(photos, 0.5)


@pytest.mark.parametrize("students", [2, 3, 6])
def test_probabilities_are_those_of_scikit_learn(students: int) -> None:
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.model_selection import StratifiedKFold
    from sklearn.svm import LinearSVC

    photos = photos_of(students)
    folds = StratifiedKFold(5, shuffle=True, random_state=SEED)
    machine = LinearSVC(C=1.0, max_iter=10_000, random_state=SEED)
    theirs = CalibratedClassifierCV(machine, method="sigmoid", cv=folds, ensemble=False)
    theirs.fit(photos.embeddings.astype(np.float64), np.array(photos.student_ids))
    probes = unit(np.random.default_rng(9), 200, SIZE)
    ours = train(photos, 0.5)
    assert ours.student_ids == tuple(theirs.classes_)
    found = ours.probabilities(probes)
    normalised = found / found.sum(axis=1, keepdims=True)
    assert normalised == pytest.approx(theirs.predict_proba(probes.astype(np.float64)), abs=1e-9)


def test_a_file_gives_the_same_machine(svm: StudentSvm) -> None:
    again = StudentSvm.from_bytes(svm.to_bytes())
    probes = unit(np.random.default_rng(5), 50, SIZE)
    assert (again.probabilities(probes) == svm.probabilities(probes)).all()
    assert (again.engine, again.detector, again.fingerprint) == (svm.engine, svm.detector, svm.fingerprint)
    assert (again.student_ids, again.accepts_at) == (svm.student_ids, svm.accepts_at)


def changed(svm: StudentSvm, **arrays: object) -> bytes:
    with np.load(io.BytesIO(svm.to_bytes())) as kept:
        parts = dict(kept) | {name: np.asarray(value) for name, value in arrays.items()}
    out = io.BytesIO()
    np.savez(out, **parts)
    return out.getvalue()


def test_damaged_files_are_refused(svm: StudentSvm) -> None:
    whole = svm.to_bytes()
    wrong = [
        b"",
        b"no archive",
        whole[: len(whole) // 2],
        pickle.dumps({"weights": 1}),
        changed(svm, format=2),
        changed(svm, accepts_at=1.5),
        changed(svm, accepts_at=np.nan),
        changed(svm, weights=svm.weights[:3]),
        changed(svm, weights=np.full_like(svm.weights, np.nan)),
        changed(svm, weights=svm.weights.astype(np.float32)),
        changed(svm, weights=np.array(1.0)),
        changed(svm, sigmoids=svm.sigmoids[:, :1]),
        changed(svm, student_ids=[b"s00"] * 6),
        changed(svm, student_ids=[b"\xff%d" % number for number in range(6)]),
        changed(svm, student_ids=svm.student_ids),
        changed(svm, student_ids=np.arange(6)),
        changed(svm, engine=np.arange(3)),
    ]
    for data in wrong:
        with pytest.raises(ClassifierFileError, match="Train it again"):
            StudentSvm.from_bytes(data)


def test_pickled_objects_in_a_file_are_not_loaded(svm: StudentSvm) -> None:
    out = io.BytesIO()
    np.savez(out, engine=np.array([{"an": "object"}], dtype=object), allow_pickle=True)
    with pytest.raises(ClassifierFileError):
        StudentSvm.from_bytes(out.getvalue())


def test_too_few_students_or_photos_can_not_be_trained_on() -> None:
    with pytest.raises(EvaluationError, match="two students"):
        train(photos_of(1), 0.5)
    with pytest.raises(EvaluationError, match="not with 3"):
        list(stranger_probabilities(photos_of(3)))


def test_strangers_are_each_student_once(photos: TrainingSet) -> None:
    parts = list(stranger_probabilities(photos))
    assert sum(map(len, parts)) == len(photos.student_ids)
    assert all(((part >= 0) & (part <= 1)).all() for part in parts)


def test_the_accepted_probability_is_what_so_many_strangers_reach() -> None:
    strangers = np.linspace(0.501, 0.9, 400)
    accepts_at = acceptance(strangers, 0.01)
    assert (strangers >= accepts_at).sum() == 4
    few = np.array([0.1, 0.7, 0.3])
    assert (few >= acceptance(few, 0.01)).sum() == 0
    assert acceptance(np.array([0.1]), 0.01) == LEAST_ACCEPTED


def test_a_part_of_each_students_photos_is_set_aside(photos: TrainingSet) -> None:
    aside = set_aside(photos.student_ids, 0.2)
    names = np.array(photos.student_ids)
    assert {name: int(aside[names == name].sum()) for name in set(names.tolist())} == {
        f"s0{number}": 2 for number in range(6)
    }
    assert not set_aside(("a", "a"), 0.5).any(), "two stay"
    result = try_split(photos, 0.2, 0.5)
    assert result.right + result.wrong + result.unsure == 12
    assert result.right >= 10


@pytest.fixture
def policy() -> DecisionPolicy:
    return fake_policy(ENGINE, "fake")


@pytest.fixture
def gallery(photos: TrainingSet) -> Gallery:
    return Gallery.build(ENGINE, photos.student_ids, photos.embeddings)


def test_a_student_is_named(
    policy: DecisionPolicy, svm: StudentSvm, gallery: Gallery, photos: TrainingSet
) -> None:
    decision = identify_with_svm(policy, svm, gallery, photos.embeddings[15])
    assert isinstance(decision, Match)
    assert decision.student_id == photos.student_ids[15] == "s01"


def test_nobody_is_named_whom_cosine_similarity_refuses(
    policy: DecisionPolicy, svm: StudentSvm, gallery: Gallery
) -> None:
    sure = replace(svm, accepts_at=0.0)
    refused = 0
    for probe in unit(np.random.default_rng(8), 300, SIZE):
        if isinstance(policy.identify(gallery, probe), Unknown):
            refused += 1
            assert isinstance(identify_with_svm(policy, sure, gallery, probe), Unknown)
    assert refused > 200


def test_a_match_that_the_machine_does_not_accept_goes_to_review(
    policy: DecisionPolicy, svm: StudentSvm, gallery: Gallery, photos: TrainingSet
) -> None:
    doubtful = replace(svm, accepts_at=1.0)
    decision = identify_with_svm(policy, doubtful, gallery, photos.embeddings[15])
    assert isinstance(decision, Doubtful)
    assert decision.reason is Doubt.UNPROVEN


def test_a_doubt_of_cosine_similarity_is_settled_by_an_accepted_probability(
    policy: DecisionPolicy, svm: StudentSvm, gallery: Gallery
) -> None:
    own = gallery.fused("s02")
    assert own is not None
    rng = np.random.default_rng(2)
    probes = likened(rng, np.tile(own / np.linalg.norm(own), (300, 1)), np.full(300, 0.74))
    settled = [
        identify_with_svm(policy, svm, gallery, probe)
        for probe in probes
        if isinstance(policy.identify(gallery, probe), Doubtful)
    ]
    named = [each.student_id for each in settled if isinstance(each, Match)]
    assert named
    assert set(named) == {"s02"}


def test_students_with_too_few_photos_are_decided_on_by_cosine_similarity(
    policy: DecisionPolicy, photos: TrainingSet, gallery: Gallery
) -> None:
    others = train(photos.of_rows(np.array(photos.student_ids) != "s01"), 0.99)
    face = photos.embeddings[10:20].mean(axis=0)
    decision = identify_with_svm(policy, others, gallery, face / np.linalg.norm(face))
    assert isinstance(decision, Match)
    assert decision.student_id == "s01"


def test_two_rules_that_name_two_students_are_a_doubt(
    policy: DecisionPolicy, svm: StudentSvm, photos: TrainingSet
) -> None:
    """The machine is asked about a gallery where another student's face was enrolled in the meantime."""
    face = photos.embeddings[15]
    swapped = Gallery.build(ENGINE, ["s00", "s01"], np.stack([face, likened_to(face, 0.7)]))
    decision = identify_with_svm(policy, replace(svm, accepts_at=0.1), swapped, face)
    assert isinstance(decision, Doubtful)
    assert decision.reason is Doubt.LOOK_ALIKE
    assert [each.student_id for each in decision.candidates] == ["s00", "s01"]


def likened_to(face: NDArray[np.float32], similarity: float) -> NDArray[np.float32]:
    rng = np.random.default_rng(4)
    found: NDArray[np.float32] = likened(rng, face[np.newaxis], np.array([similarity]))[0]
    return found


def test_students_of_other_classes_are_not_named(
    policy: DecisionPolicy, svm: StudentSvm, photos: TrainingSet
) -> None:
    rows = np.array(photos.student_ids) == "s00"
    small = Gallery.build(ENGINE, ["s00"] * int(rows.sum()), photos.embeddings[rows])
    assert isinstance(identify_with_svm(policy, svm, small, photos.embeddings[15]), Unknown)
