"""Classes of students with given photos enrolled, in which they and strangers check in with each matcher."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.apparatus.made_up_classes import Outcomes
from face_matching.decision import Decision, DecisionPolicy
from face_matching.evaluation.decision_outcomes import stranger_outcome, student_outcome
from face_matching.gallery import Gallery
from face_matching.matchers.euclidean import EuclideanPolicy
from face_matching.matchers.svm_decision import identify_with_svm
from face_matching.matchers.svm_training import TrainingSet, acceptance, stranger_probabilities, train
from face_matching.similarity import Embeddings

COSINE, EUCLIDEAN, SVM = MATCHERS = ("cosine", "euclidean", "svm")

Decide = Callable[[NDArray[np.float32]], Decision]


@dataclass(frozen=True, eq=False)
class Registration:
    """One student of a class.

    Attributes:
        person: number of the person.
        enrolled: ``(n, D)`` float32, the photos that are enrolled.
        probes: ``(m, D)`` float32, the photos of check-ins; none if only the face is in the class.
    """

    person: int
    enrolled: Embeddings
    probes: Embeddings


def deciders(
    policy: DecisionPolicy, students: Sequence[Registration], matchers: Sequence[str]
) -> dict[str, Decide]:
    """What decides about one face in a class, by the name of the matcher.

    Args:
        policy: the rule of decision by cosine similarity.
        students: the class.
        matchers: some of ``MATCHERS``.

    Raises:
        EvaluationError: the classifier can't be trained on so few students or photos.
    """
    ids = tuple(f"{each.person:05}" for each in students for _ in each.enrolled)
    rows = np.concatenate([each.enrolled for each in students])
    gallery = Gallery.build(policy.engine, ids, rows)
    found: dict[str, Decide] = {}
    if COSINE in matchers:
        found[COSINE] = lambda face: policy.identify(gallery, face)
    if EUCLIDEAN in matchers:
        other = EuclideanPolicy.of(policy)
        found[EUCLIDEAN] = lambda face: other.identify(gallery, face)
    if SVM in matchers:
        photos = TrainingSet(policy.engine, policy.detector, "", rows, ids)
        strangers = np.concatenate(list(stranger_probabilities(photos)))
        svm = train(photos, acceptance(strangers, policy.fpir))
        found[SVM] = lambda face: identify_with_svm(policy, svm, gallery, face)
    return found


def check_in_with_each(
    policy: DecisionPolicy,
    students: Sequence[Registration],
    strangers: Sequence[tuple[int, NDArray[np.float32]]],
    outcomes: dict[str, Outcomes],
) -> None:
    """Let the students and strangers of one class check in, and count what each matcher decides.

    Args:
        policy: the rule of decision by cosine similarity.
        students: the class.
        strangers: the number of each person, and a photo, ``(D,)`` float32.
        outcomes: counts the decisions, by the name of the matcher.
    """
    for name, decide in deciders(policy, students, tuple(outcomes)).items():
        counts = outcomes[name]
        for person, face in strangers:
            counts.strangers.add(person, stranger_outcome(decide(face)))
        for student in students:
            for face in student.probes:
                counts.students.add(student.person, student_outcome(decide(face), f"{student.person:05}"))
