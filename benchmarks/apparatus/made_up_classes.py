"""Classes drawn from people of a data set, in which strangers and students check in."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from face_matching.decision import Decision, DecisionPolicy
from face_matching.evaluation.bootstrap import Estimate
from face_matching.evaluation.class_searches import EnrolledPeople
from face_matching.evaluation.decision_outcomes import stranger_outcome, student_outcome
from face_matching.evaluation.proportions import share_over_people
from face_matching.gallery import Gallery

MOST_PROBES = 3
"""Photos of a student that are searched in each class; with more, people with many photos would decide."""

TEMPLATES = 2
"""Photos that students have enrolled; who has fewer than three only is in the class."""

Indices = NDArray[np.intp]


@dataclass(eq=False)
class CheckInCounts:
    """Outcomes of check-ins for each person.

    Attributes:
        people: number of people.
        trials: ``(people,)`` float64 check-ins of each.
        events: the same by outcome.
    """

    people: int
    trials: NDArray[np.float64] = field(init=False)
    events: dict[str, NDArray[np.float64]] = field(init=False)

    def __post_init__(self) -> None:
        """Begin with nothing."""
        self.trials = np.zeros(self.people)
        self.events = {}

    def add(self, person: int, outcome: str) -> None:
        """Count one check-in."""
        self.trials[person] += 1
        self.events.setdefault(outcome, np.zeros(self.people))[person] += 1

    def share(self, outcome: str) -> Estimate:
        """How often check-ins ended so, with a 95 % interval over people."""
        return share_over_people(self.events.get(outcome, np.zeros(self.people)), self.trials)


@dataclass(eq=False)
class Outcomes:
    """What happened to strangers and to students."""

    strangers: CheckInCounts
    students: CheckInCounts

    @classmethod
    def of(cls, people: int) -> Outcomes:
        """Nothing yet."""
        return cls(CheckInCounts(people), CheckInCounts(people))


def check_in_all(
    policy: DecisionPolicy,
    people: EnrolledPeople,
    members: Indices,
    strangers: Indices,
    outcomes: Outcomes,
    *,
    school: Indices | None = None,
    rng: np.random.Generator,
) -> None:
    """Let strangers and students of one class check in, and count the decisions.

    Args:
        policy: the rule of decision.
        people: everybody.
        members: the students of the class.
        strangers: who check in with one photo each.
        outcomes: counts what happens, by the numbers of ``people``.
        school: all students of the school; None means that there is only the class.
        rng: chooses the strangers' photos.
    """
    whole = None if school is None else gallery_of_people(policy.engine, people, school)
    gallery = gallery_of_people(policy.engine, people, members, whole)
    probes = [people.photos[i][rng.integers(len(people.photos[i]))] for i in strangers]
    for person, decision in zip(strangers, _decisions(policy, gallery, probes), strict=True):
        outcomes.strangers.add(int(person), stranger_outcome(decision))
    own = held_back(people, members)
    decisions = _decisions(policy, gallery, [photo for _, photo in own])
    for (person, _), decision in zip(own, decisions, strict=True):
        outcomes.students.add(person, student_outcome(decision, people.names[person]))


def held_back(people: EnrolledPeople, members: Indices) -> list[tuple[int, NDArray[np.float32]]]:
    """The photos with which students check in, each with the number of its student."""
    return [
        (int(i), photo)
        for i in members
        if people.enrolled[i] == TEMPLATES
        for photo in people.photos[i][TEMPLATES : TEMPLATES + MOST_PROBES]
    ]


def gallery_of_people(
    engine: str, people: EnrolledPeople, members: Indices, school: Gallery | None = None
) -> Gallery:
    """The gallery of a class.

    Args:
        engine: versioned name.
        people: everybody.
        members: the students of the class.
        school: all students of the school; None means that there is only the class.
    """
    ids = [people.names[i] for i in members for _ in range(people.enrolled[i])]
    rows = np.concatenate([people.photos[i][: people.enrolled[i]] for i in members])
    return Gallery.build(engine, ids, rows, school=school)


def _decisions(policy: DecisionPolicy, gallery: Gallery, probes: list[NDArray[np.float32]]) -> list[Decision]:
    if not probes:
        return []
    judged = policy.judge(gallery, np.stack(probes))
    return [policy.decide(judged.of_face(face), gallery.student_ids) for face in range(len(probes))]
