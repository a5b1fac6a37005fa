"""Check-ins that a person has to decide."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from attendance.values.liveness import NO_EVIDENCE, MarkEvidence


class ReviewReason(StrEnum):
    """Why a check-in needs review."""

    LOOK_ALIKE = "look_alike"  # the second best student scored nearly as well
    UNPROVEN = "unproven"  # passes, but not with what the calibration data can prove
    NOT_ME = "not_me"  # the student objected to the name
    NOT_ON_ROSTER = "not_on_roster"  # enrolled, but not in this course
    MOVEMENT = "movement"  # twice, the movement was not the one that was asked for
    NO_MOVEMENT = "no_movement"  # a phone that can't show one, where the course requires it
    OTHER_BROWSER = "other_browser"  # the page was opened in one browser and sent from another
    TAKEN_BACK = "taken_back"  # a person marked the student absent after an earlier check-in
    CODE = "code"  # no face: the student typed a roll number, the one candidate's


MOST_JOINED = 100  # check-ins that a review counts; it stands for any number


class ReviewDecision(StrEnum):
    """What a teacher decided about a check-in."""

    ACCEPTED = "accepted"
    GUEST = "guest"  # accepted for this session alone: marked, and not put on the roster
    REFUSED = "refused"


@dataclass(frozen=True)
class ReviewCandidate:
    """A student that a photo in review may show, with the score for the teacher."""

    student_id: str
    score: float


@dataclass(frozen=True)
class Review:
    """A check-in that a person has to decide.

    Attributes:
        id: the attempt (grant and photo) that it came from, so that a retry doesn't create another one.
        snapshot: name of the picture under ``Dataset/Images``, or None where none was stored.
        decided_for: the student that an accepted review marked.
        subject: what one open review is enough for; unique among them. None: it stands for itself.
        joined: the references of the check-ins that joined it because they have its subject.
        shared: whether one of those came from another device.
        evidence: what speaks for the check-in.
    """

    id: str
    session_id: str
    reason: ReviewReason
    candidates: tuple[ReviewCandidate, ...]
    created_at: datetime
    snapshot: str | None = None
    device: str | None = None
    decision: ReviewDecision | None = None
    decided_for: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    subject: str | None = None
    joined: tuple[str, ...] = ()
    shared: bool = False
    evidence: MarkEvidence = NO_EVIDENCE

    @property
    def count(self) -> int:
        """How many check-ins it stands for; after ``MOST_JOINED`` it counts no further."""
        return 1 + len(self.joined)

    def stands_for(self, attempt: str | None) -> bool:
        """Whether the attempt is its own, or joined it."""
        return attempt is not None and (attempt == self.id or short_reference(attempt) in self.joined)

    def joined_by(self, other: Review) -> Review:
        """The review after another one on its subject: with its candidates, and its picture if it has one."""
        known = self.stands_for(other.id) or len(self.joined) >= MOST_JOINED
        return replace(
            self,
            joined=self.joined if known else (*self.joined, short_reference(other.id)),
            snapshot=other.snapshot or self.snapshot,
            candidates=(*self.candidates, *self.new_in(other)),
            shared=self.shared or other.device != self.device,
        )

    def new_in(self, other: Review) -> tuple[ReviewCandidate, ...]:
        """The candidates that only another review has."""
        named = {candidate.student_id for candidate in self.candidates}
        return tuple(candidate for candidate in other.candidates if candidate.student_id not in named)


def short_reference(review_id: str) -> str:
    """What a review is called in lists: eight hexadecimal digits, the same each time, and no secret."""
    return hashlib.sha256(review_id.encode()).hexdigest()[:8]
