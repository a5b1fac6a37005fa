"""The values of a watching camera: how it watches, what it sees, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from attendance.recognition.face_tracking import Followed
from attendance.values import Mark, Student


class Passing(StrEnum):
    """What is known of a face in view."""

    NAMED = "named"
    DOUBTFUL = "doubtful"
    UNKNOWN = "unknown"
    WAITING = "waiting"  # not looked at often enough yet


class WatchNewsKind(StrEnum):
    """What happened."""

    MARKED = "marked"
    STAYS = "stays"  # recognised; a mark of theirs stands already
    HELD = "held"  # a person has to decide who it is


@dataclass(frozen=True)
class WatchTerms:
    """How a camera watches.

    Attributes:
        by: who set it up, for the marks' history.
        device: which camera, without user and password.
        dry_run: whether nothing is written.
        smallest_face: side in pixels of the smallest face that is looked for; None takes a share of
            the frame.
        least_score: similarity that a match must have besides what the engine's own rule asks for.
        began_at: when the first frame was recorded, aware UTC; None where all happens now.
    """

    by: str
    device: str
    dry_run: bool = False
    smallest_face: float | None = None
    least_score: float = 0.0
    began_at: datetime | None = None


@dataclass(frozen=True)
class WatchNews:
    """Something that happened; each student is told of once.

    Attributes:
        kind: what.
        student: who it is, or most likely is.
        score: similarity.
        at: when they were seen, aware UTC.
        mark: as it stands; None in a dry run, where there is none.
    """

    kind: WatchNewsKind
    student: Student
    score: float
    at: datetime
    mark: Mark | None = None


@dataclass(frozen=True, eq=False)
class Passer:
    """One face in view.

    Attributes:
        followed: where it is, and how far it is decided.
        passing: that in one word.
        student: who it is, or most likely is, where that is known.
    """

    followed: Followed
    passing: Passing
    student: Student | None


@dataclass(frozen=True, eq=False)
class Sight:
    """What one frame said.

    Attributes:
        passers: the faces in view.
        news: what happened.
    """

    passers: tuple[Passer, ...]
    news: tuple[WatchNews, ...]
