"""The people of a classroom video: a face that leaves the view and returns is one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from face_detection.classroom_photo import SeenFace
from face_matching.decision import DecisionPolicy
from face_matching.face_pairs import judge_pairs
from face_matching.gallery import Gallery
from face_matching.group_thresholds import classroom_policy
from face_matching.threshold_curve import fmr_for
from face_matching.tracks.probe_fusion import Observation, fused_probe

BETTER = 1.1
"""By what factor a frame must be better to replace the kept one: keeping a frame takes time."""

NOBODY = -1


@dataclass(frozen=True, eq=False)
class PersonInFrame:
    """One person in one frame.

    Attributes:
        frame: its number.
        seconds: when it was.
        seen: the face in it.
    """

    frame: int
    seconds: float
    seen: SeenFace

    @property
    def is_fit(self) -> bool:
        """Whether the face could be embedded."""
        return self.seen.embedding is not None

    def worth(self) -> tuple[bool, float]:
        """For comparing: what can be recognised comes before what can't."""
        return self.is_fit, self.seen.quality


@dataclass(eq=False)
class Person:
    """A person in a video.

    Attributes:
        looks: the embeddings that count.
        frames: numbers of the frames in which they were found.
        sightings: where they were seen in kept frames.
    """

    looks: tuple[Observation, ...] = ()
    frames: set[int] = field(default_factory=set)
    sightings: list[PersonInFrame] = field(default_factory=list)

    @property
    def best(self) -> PersonInFrame | None:
        """The one that shows the person best; the earliest of equals."""
        return max(self.sightings, key=PersonInFrame.worth, default=None)

    def is_shown_better_by(self, sighting: PersonInFrame) -> bool:
        """Whether a sighting is markedly better than the best one so far."""
        best = self.best
        if best is None or sighting.is_fit != best.is_fit:
            return best is None or sighting.is_fit
        return sighting.seen.quality > BETTER * best.seen.quality


def same_people(tracks: Sequence[Person], gallery: Gallery | None, policy: DecisionPolicy) -> list[Person]:
    """Join tracks of one person who was out of view in between.

    Two that are never in one frame are joined if their embeddings are as similar as a search among all of
    them requires, or if both match the same student.

    Args:
        tracks: the people as they were followed.
        gallery: whom to search; None: nobody.
        policy: the rule of decision.

    Returns:
        Each person once.
    """
    known = [person for person in tracks if person.looks]
    if len(known) < 2:
        return list(tracks)
    group = list(range(len(known)))
    for one, other in _alike(known, gallery, classroom_policy(policy)):
        first, second = group[one], group[other]
        members = [[p for p, g in zip(known, group, strict=True) if g == which] for which in (first, second)]
        if first != second and not _met(*members):
            group = [first if which == second else which for which in group]
    joined = [
        _joined([person for person, g in zip(known, group, strict=True) if g == which])
        for which in sorted(set(group))
    ]
    return [*joined, *(person for person in tracks if not person.looks)]


def _alike(
    people: Sequence[Person], gallery: Gallery | None, policy: DecisionPolicy
) -> list[tuple[int, int]]:
    """Pairs that may be one person, the most alike first."""
    probes = [fused_probe(person.looks) for person in people]
    rows = np.stack([direction for direction, _ in probes])
    factors = np.array([factor for _, factor in probes], np.float32)
    judged = judge_pairs(
        policy, gallery, rows, rows, similarities=(rows @ rows.T) * factors * factors[:, np.newaxis]
    )
    likeness = judged.scores
    students = _students(rows, factors, gallery, policy)
    same_student = (students[:, np.newaxis] == students) & (students != NOBODY)
    alike = (likeness >= judged.passes_at(fmr_for(policy.fpir, len(people) - 1))) | same_student
    pairs = [(int(one), int(other)) for one, other in np.argwhere(np.triu(alike, 1))]
    return sorted(pairs, key=lambda pair: -float(likeness[pair]))


def _students(
    rows: NDArray[np.float32], factors: NDArray[np.float32], gallery: Gallery | None, policy: DecisionPolicy
) -> NDArray[np.intp]:
    """The student that each passes as, or ``NOBODY``."""
    if gallery is None or not gallery.students:
        return np.full(len(rows), NOBODY)
    judged = policy.judge(gallery, rows, factors=factors)
    passes = judged.scores.max(axis=1) >= judged.passes_at(fmr_for(policy.fpir, gallery.students))
    return np.where(passes, judged.scores.argmax(axis=1), NOBODY)


def _met(some: Sequence[Person], others: Sequence[Person]) -> bool:
    """Whether any two of them are in one frame."""
    return any(not one.frames.isdisjoint(other.frames) for one in some for other in others)


def _joined(parts: Sequence[Person]) -> Person:
    looks = sorted((look for part in parts for look in part.looks), key=lambda look: look.at)
    frames = set[int]().union(*(part.frames for part in parts))
    return Person(tuple(looks), frames, [sighting for part in parts for sighting in part.sightings])
