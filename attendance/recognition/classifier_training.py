"""Trains the classifier of a register on the enrolled faces, and reports how well it does."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from attendance.errors import ClassifierTrainingError
from attendance.program import checkout, pip_command
from attendance.recognition.classifier import Classifier, fingerprint_of
from attendance.recognition.galleries import usable_templates
from attendance.store.protocol import Store
from attendance.values import Student, Template
from face_detection.runtime.progress import Progress, silent
from face_matching.errors import EvaluationError
from face_matching.matchers.student_svm import StudentSvm
from face_matching.matchers.svm_training import (
    STRANGER_PARTS,
    SplitResult,
    TrainingSet,
    acceptance,
    stranger_probabilities,
    train,
    try_split,
)
from face_matching.weighted_scores import Floats

STAGE = "Training"
LEAST_STUDENTS = 4
"""Students with enough photos: fewer can't be left out in turn, so nothing would be known about strangers."""


@dataclass(frozen=True)
class TrainingReport:
    """A trained classifier, and how it did.

    Attributes:
        students: number of students whom it knows.
        photos: number of their photos.
        too_few: students with faces and too few photos, with the number.
        accepts_at: the probability from which a face is accepted.
        strangers: number of photos of students who were left out in turn.
        accepted_strangers: how many of these reach that probability.
        split: what became of photos that were set aside; None without a split.
    """

    students: int
    photos: int
    too_few: tuple[tuple[Student, int], ...]
    accepts_at: float
    strangers: int
    accepted_strangers: int
    split: SplitResult | None


def train_classifier(
    store: Store,
    classifier: Classifier,
    *,
    engine: str,
    detector: str,
    min_images: int,
    split: float,
    fpir: float,
    progress: Progress = silent,
) -> TrainingReport:
    """Train a classifier on the enrolled faces, and write it.

    Args:
        store: the register's database.
        classifier: receives it.
        engine: versioned name of the engine in use.
        detector: name of the detector in use.
        min_images: photos that a student needs.
        split: share of each student's photos that is set aside for the report; 0 for no report.
        fpir: share of strangers' photos that may be accepted, before the gate of cosine similarity.
        progress: called after each training.

    Raises:
        ClassifierTrainingError: scikit-learn is missing, too few students have enough photos, or faces
            changed meanwhile.
        EngineMismatchError: there are templates, and none of this engine and detector.
    """
    templates = usable_templates(store, engine, detector)
    photos = Counter(template.student_id for template in templates)
    enough = {student for student, count in photos.items() if count >= min_images}
    if len(enough) < LEAST_STUDENTS:
        raise ClassifierTrainingError(
            f"{len(enough)} of {len(photos)} students with faces have {min_images} photos or more; at least "
            f"{LEAST_STUDENTS} are needed. Enrol more photos of each, or lower --min-images."
        )
    data = _training_set(templates, enough, engine, detector)
    try:
        svm, strangers, result = _trained(data, split, fpir, progress)
    except ImportError as error:
        raise ClassifierTrainingError(_not_installed()) from error
    except EvaluationError as error:
        raise ClassifierTrainingError(f"The classifier can't be trained: {error}.") from error
    _save(classifier, svm)
    students = {student.id: student for student in store.students()}
    too_few = [(students[each], photos[each]) for each in photos if each not in enough and each in students]
    return TrainingReport(
        len(enough),
        len(data.student_ids),
        tuple(sorted(too_few, key=lambda each: each[0].roll_number)),
        svm.accepts_at,
        len(strangers),
        int((strangers >= svm.accepts_at).sum()),
        result,
    )


def _trained(
    data: TrainingSet, split: float, fpir: float, progress: Progress
) -> tuple[StudentSvm, Floats, SplitResult | None]:
    """A classifier, what strangers reach, and the result of the split."""
    steps = min(STRANGER_PARTS, len(set(data.student_ids)) // 2) + bool(split) + 1
    parts = []
    for number, part in enumerate(stranger_probabilities(data), start=1):
        parts.append(part)
        progress(STAGE, number, steps)
    strangers = np.concatenate(parts)
    accepts_at = acceptance(strangers, fpir)
    result = try_split(data, split, accepts_at) if split else None
    svm = train(data, accepts_at)
    progress(STAGE, steps, steps)
    return svm, strangers, result


def _training_set(templates: list[Template], enough: set[str], engine: str, detector: str) -> TrainingSet:
    chosen = [template for template in templates if template.student_id in enough]
    rows = np.stack([template.embedding for template in chosen])
    ids = tuple(template.student_id for template in chosen)
    return TrainingSet(engine, detector, fingerprint_of(templates), rows, ids)


def _save(classifier: Classifier, svm: StudentSvm) -> None:
    try:
        saved = classifier.save(svm)
    except OSError as error:
        raise ClassifierTrainingError(f"{classifier.path} can't be written: {error.strerror}.") from error
    if not saved:
        raise ClassifierTrainingError(
            "Faces were added or erased during the training. Run the command again."
        )


def _not_installed() -> str:
    package = "face-attendance[classifier]" if checkout() is None else "scikit-learn>=1.9,<2"
    return f"Training needs scikit-learn. To install it, run: {pip_command('install', repr(package))}"
