"""Trains the support vector machine of a school with scikit-learn, which is needed for nothing else."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from face_matching.errors import EvaluationError
from face_matching.matchers.student_svm import StudentSvm
from face_matching.similarity import unit_rows
from face_matching.weighted_scores import Floats

FOLDS = 5
"""Parts into which each student's photos are divided, so that Platt's sigmoids are fitted to photos that the
machine was not trained on."""

STRANGER_PARTS = 4
"""Parts into which the students are divided; each is left out in turn, to see how probable strangers
appear."""

LEAST_ACCEPTED = 0.5
"""Below this probability somebody else is more probable, whatever strangers reach."""

SEED = 0


@dataclass(frozen=True, eq=False)
class TrainingSet:
    """The photos of students who have enough of them.

    Attributes:
        engine: versioned name of the engine of the embeddings.
        detector: name of the detector.
        fingerprint: identifies all enrolled faces, also those of other students.
        embeddings: ``(N, D)`` float32, rows of unit length.
        student_ids: the student of each row; at least two students, each with at least two rows.
    """

    engine: str
    detector: str
    fingerprint: str
    embeddings: NDArray[np.float32]
    student_ids: tuple[str, ...]

    def of_rows(self, chosen: NDArray[np.bool_]) -> TrainingSet:
        """Some of the photos."""
        ids = tuple(np.asarray(self.student_ids, dtype=str)[chosen].tolist())
        return TrainingSet(self.engine, self.detector, self.fingerprint, self.embeddings[chosen], ids)


@dataclass(frozen=True)
class SplitResult:
    """What became of photos that were set aside.

    Attributes:
        right: accepted as the right student.
        wrong: accepted as another one.
        unsure: not accepted.
    """

    right: int
    wrong: int
    unsure: int


def train(photos: TrainingSet, accepts_at: float) -> StudentSvm:
    """Train a machine.

    Args:
        photos: of at least two students.
        accepts_at: see ``StudentSvm``.

    Raises:
        ImportError: scikit-learn is not installed.
        EvaluationError: there are too few students or photos.
    """
    from sklearn.calibration import CalibratedClassifierCV  # noqa: PLC0415 - for this command only
    from sklearn.model_selection import StratifiedKFold  # noqa: PLC0415 - the same
    from sklearn.svm import LinearSVC  # noqa: PLC0415 - the same

    rows = unit_rows(photos.embeddings)
    names, counts = np.unique(np.asarray(photos.student_ids, dtype=str), return_counts=True)
    if len(names) < 2 or counts.min() < 2:
        raise EvaluationError("a classifier needs at least two students with two photos each")
    folds = StratifiedKFold(min(FOLDS, int(counts.min())), shuffle=True, random_state=SEED)
    machine = LinearSVC(C=1.0, class_weight=None, max_iter=10_000, random_state=SEED)
    calibrated = CalibratedClassifierCV(machine, method="sigmoid", cv=folds, ensemble=False)
    with warnings.catch_warnings():  # with two photos each it suspects that the names are numbers
        warnings.filterwarnings("ignore", "The number of unique classes is greater than 50%", UserWarning)
        calibrated.fit(rows.astype(np.float64), np.asarray(photos.student_ids, dtype=str))
    (fitted,) = calibrated.calibrated_classifiers_
    sigmoids = np.array([(each.a_, each.b_) for each in fitted.calibrators], np.float64)
    weights, intercepts, sigmoids = _per_student(
        fitted.estimator.coef_, np.atleast_1d(fitted.estimator.intercept_), sigmoids
    )
    return StudentSvm(
        photos.engine,
        photos.detector,
        photos.fingerprint,
        tuple(names.tolist()),
        weights,
        intercepts,
        sigmoids,
        accepts_at,
    )


def stranger_probabilities(photos: TrainingSet) -> Iterator[Floats]:
    """How probable students appear on photos of other students whom the machine doesn't know.

    The students are divided into parts, and a machine is trained without each part.

    Args:
        photos: of at least four students.

    Yields:
        For each part, ``(n,)`` float64: the highest probability for each photo of its students.

    Raises:
        ImportError: scikit-learn is not installed.
        EvaluationError: there are too few students or photos.
    """
    names = np.unique(np.asarray(photos.student_ids, dtype=str))
    if len(names) < 4:
        raise EvaluationError(f"strangers can be tried with four students, not with {len(names)}")
    shuffled = np.random.default_rng(SEED).permutation(names)
    for part in np.array_split(shuffled, min(STRANGER_PARTS, len(names) // 2)):
        left_out = np.isin(np.asarray(photos.student_ids, dtype=str), part)
        machine = train(photos.of_rows(~left_out), LEAST_ACCEPTED)
        yield machine.probabilities(photos.embeddings[left_out]).max(axis=1)


def acceptance(strangers: Floats, rate: float) -> float:
    """The probability that at most this share of the strangers reaches, at least ``LEAST_ACCEPTED``.

    Args:
        strangers: ``(n,)``; with fewer than ``1 / rate`` of them, none may reach it.
        rate: the share.
    """
    ranked = np.sort(strangers)[::-1]
    allowed = int(rate * len(ranked))
    return float(min(1.0, max(LEAST_ACCEPTED, np.nextafter(ranked[allowed], 2.0))))


def try_split(photos: TrainingSet, share: float, accepts_at: float) -> SplitResult:
    """Train on a part of each student's photos, and try the machine on the others.

    Args:
        photos: of at least two students.
        share: of each student's photos, the part that is set aside; at least two are trained on.
        accepts_at: see ``StudentSvm``.

    Raises:
        ImportError: scikit-learn is not installed.
        EvaluationError: there are too few students or photos.
    """
    aside = set_aside(photos.student_ids, share)
    machine = train(photos.of_rows(~aside), accepts_at)
    probabilities = machine.probabilities(photos.embeddings[aside])
    accepted = probabilities.max(axis=1) >= accepts_at
    best = np.asarray(machine.student_ids, dtype=str)[probabilities.argmax(axis=1)]
    right = best == np.asarray(photos.student_ids, dtype=str)[aside]
    return SplitResult(int((accepted & right).sum()), int((accepted & ~right).sum()), int((~accepted).sum()))


def set_aside(student_ids: Sequence[str], share: float) -> NDArray[np.bool_]:
    """Which photos to set aside: of each student this share, rounded, the same ones each time.

    Args:
        student_ids: the student of each photo.
        share: 0 to 1; at least two photos of each student stay.
    """
    names = np.asarray(student_ids, dtype=str)
    rng = np.random.default_rng(SEED)
    aside = np.zeros(len(names), bool)
    for name in np.unique(names):
        own = np.flatnonzero(names == name)
        count = min(round(share * len(own)), len(own) - 2)
        aside[rng.permutation(own)[: max(0, count)]] = True
    return aside


def _per_student(weights: Any, intercepts: Any, sigmoids: Floats) -> tuple[Floats, Floats, Floats]:
    """One machine per student: of two students scikit-learn trains one machine, for the second."""
    if len(weights) > 1:
        return np.asarray(weights, np.float64), np.asarray(intercepts, np.float64), sigmoids
    slope, offset = sigmoids[0]
    return (
        np.vstack([-weights, weights]).astype(np.float64),
        np.array([-intercepts[0], intercepts[0]], np.float64),
        np.array([[slope, -offset], [slope, offset]], np.float64),
    )
