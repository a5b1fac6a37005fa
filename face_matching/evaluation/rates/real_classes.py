"""Searches of classes as they are: every student by photos that were held back, and strangers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from face_matching.decision import DecisionPolicy
from face_matching.evaluation.decision_outcomes import stranger_outcome, student_outcome
from face_matching.gallery import Gallery
from face_matching.relative_scores.cohorts import Cohorts
from face_matching.relative_scores.judged_scores import JudgedScores
from face_matching.similarity import Embeddings
from face_matching.template_fusion import fuse
from face_matching.threshold_curve import fmr_for
from face_matching.weighted_scores import Floats

MOST_STRANGERS = 400
"""People who are searched in a class without being in it, at most: students of it and others."""

MOST_PROBES = 3
"""Photos of a stranger, and of a student those that are held back, one at a time: with more, people with many
photos would decide."""

SEED = 20180402

People = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Searches:
    """What came of searches.

    Attributes:
        people: ``(n,)`` intp, whose face was searched.
        outcomes: ``(n,)`` str, see ``decision_outcomes``.
        excess: ``(n,)`` float64, how far the best score is above the threshold for a match; -inf where the
            best of a student's search is somebody else.
    """

    people: People
    outcomes: NDArray[np.str_]
    excess: Floats

    @classmethod
    def of(cls, rows: Sequence[tuple[int, str, float]]) -> Searches:
        """From one row for each search: the person, the outcome and the excess."""
        return cls(
            np.array([person for person, _, _ in rows], np.intp),
            np.array([outcome for _, outcome, _ in rows], np.str_),
            np.array([excess for _, _, excess in rows], np.float64),
        )

    @classmethod
    def joined(cls, parts: Sequence[Searches]) -> Searches:
        """Those of several classes."""
        return cls(
            np.concatenate([part.people for part in parts]),
            np.concatenate([part.outcomes for part in parts]),
            np.concatenate([part.excess for part in parts]),
        )

    def by(self, people: People) -> Searches:
        """Those of these people only."""
        theirs = np.isin(self.people, people)
        return Searches(self.people[theirs], self.outcomes[theirs], self.excess[theirs])


@dataclass(frozen=True, eq=False)
class ClassSearches:
    """The searches of a class.

    Attributes:
        size: number of its students.
        students: searches by its students, each with a photo that was held back from the gallery.
        strangers: searches by people who are not in the class, or were taken out of it.
    """

    size: int
    students: Searches
    strangers: Searches

    @classmethod
    def joined(cls, parts: Sequence[ClassSearches]) -> ClassSearches:
        """Those of several classes of about the same size."""
        return cls(
            round(float(np.mean([part.size for part in parts]))),
            Searches.joined([part.students for part in parts]),
            Searches.joined([part.strangers for part in parts]),
        )


def search_class(
    policy: DecisionPolicy,
    photos: Sequence[Embeddings],
    members: People,
    *,
    others: People,
    school: People | None = None,
) -> ClassSearches:
    """Search a class by everybody, and decide as at a check-in.

    A student's photos are held back one at a time, the same photo of everybody at once, so that everybody has
    one photo fewer than in the register. A stranger is a student of the class who is taken out of it and of
    the school, or another person, who isn't in the school either.

    Args:
        policy: the rule of decision.
        photos: for each person ``(n, D)`` float32, rows of unit length.
        members: the students of the class, numbers of people; at least two.
        others: further people who come as strangers.
        school: all students of the school; None: there is only the class.
    """
    strangers = _sample(np.concatenate([members, np.setdiff1d(others, members)]))
    return ClassSearches(
        len(members),
        Searches.of(list(_by_students(policy, photos, members, school))),
        Searches.of(list(_by_strangers(policy, photos, members, strangers, school))),
    )


def _by_students(
    policy: DecisionPolicy, photos: Sequence[Embeddings], members: People, school: People | None
) -> Iterator[tuple[int, str, float]]:
    rounds = min(MOST_PROBES, max(len(photos[person]) for person in members))
    for held in range(rounds):
        whole = None if school is None else _gallery(policy, photos, school, held=held)
        gallery = _gallery(policy, photos, members, held=held, school=whole)
        probing = [int(person) for person in members if len(photos[person]) > max(1, held)]
        if not probing:
            continue
        judged = policy.judge(gallery, np.stack([photos[person][held] for person in probing]))
        for row, person in enumerate(probing):
            face = judged.of_face(row)
            decision = policy.decide(face, gallery.student_ids)
            own = gallery.place(_id(person))
            first = own is not None and int(face.scores[0].argmax()) == own
            yield person, student_outcome(decision, _id(person)), _excess(policy, face) if first else -np.inf


def _by_strangers(
    policy: DecisionPolicy,
    photos: Sequence[Embeddings],
    members: People,
    strangers: People,
    school: People | None,
) -> Iterator[tuple[int, str, float]]:
    before: Gallery | None = None
    whole: Gallery | None = None
    untouched: Gallery | None = None
    fused = None if school is None else _fused(photos, school)
    for stranger in strangers:
        if school is not None and fused is not None:
            rest = school != stranger
            whole = _cohort(policy, school[rest], fused[rest])
        if school is None and stranger not in members:
            untouched = untouched or _gallery(policy, photos, members)
            gallery = untouched
        else:
            rest = members[members != stranger]
            gallery = before = _gallery(policy, photos, rest, school=whole, previous=before)
        judged = policy.judge(gallery, photos[stranger][:MOST_PROBES])
        for row in range(len(judged.scores)):
            face = judged.of_face(row)
            decision = policy.decide(face, gallery.student_ids)
            yield int(stranger), stranger_outcome(decision), _excess(policy, face)


def _gallery(
    policy: DecisionPolicy,
    photos: Sequence[Embeddings],
    people: People,
    *,
    held: int | None = None,
    school: Gallery | None = None,
    previous: Gallery | None = None,
) -> Gallery:
    """The gallery of these people, without the photo that is held back of those who have another one."""
    ids: list[str] = []
    rows: list[Embeddings] = []
    for person in people:
        own = photos[person]
        if held is not None and len(own) > max(1, held):
            own = np.delete(own, held, axis=0)
        ids += [_id(int(person))] * len(own)
        rows.append(own)
    return Gallery.build(policy.engine, ids, np.concatenate(rows), school=school, previous=previous)


def _fused(photos: Sequence[Embeddings], people: People) -> Embeddings:
    rows = [photos[person] for person in people]
    starts = np.cumsum([0, *(len(own) for own in rows[:-1])])
    return fuse(np.concatenate(rows), starts.astype(np.intp))


def _cohort(policy: DecisionPolicy, people: People, fused: Embeddings) -> Gallery:
    """A gallery that others are relative to, from templates that are fused already: it is made often."""
    ids = tuple(_id(int(person)) for person in people)
    return Gallery(policy.engine, ids, fused, (fused, np.arange(len(ids))), Cohorts(ids, fused))


def _excess(policy: DecisionPolicy, face: JudgedScores) -> float:
    scores = face.scores[0]
    return float(scores.max() - face.thresholds(fmr_for(policy.fpir, len(scores))).passes)


def _id(person: int) -> str:
    return f"{person:07d}"


def _sample(people: People) -> People:
    if len(people) <= MOST_STRANGERS:
        return people
    chosen = np.random.default_rng(SEED).permutation(len(people))[:MOST_STRANGERS]
    return people[np.sort(chosen)]
