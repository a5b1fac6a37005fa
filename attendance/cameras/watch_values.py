"""The values of a watching camera: how it watches, what it sees, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from attendance.recognition.face_tracking import TrackedFace
from attendance.values import Mark, Student


class Passing(StrEnum):
    """What is known about a face in view."""

    NAMED = "named"
    DOUBTFUL = "doubtful"
    UNKNOWN = "unknown"
    WAITING = "waiting"  # not read often enough yet


class WatchNewsKind(StrEnum):
    """What happened."""

    MARKED = "marked"
    STAYS = "stays"  # recognised; was there already
    KEPT = "kept"  # recognised, and not there because a person decided so
    HELD = "held"  # in review: a teacher decides who it is


@dataclass(frozen=True)
class WatchTerms:
    """How a camera watches.

    Attributes:
        by: who set it up, for the marks' history.
        device: which camera, without user and password.
        dry_run: whether nothing is written.
        smallest_face: side in pixels of the smallest face to detect; None derives it from the
            frame's size.
        least_score: similarity that a match must have in addition to the engine's rule.
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
    """Something that happened; each student is reported once, and again when marked later.

    Attributes:
        kind: what.
        student: who it is, or most likely is.
        score: similarity.
        at: when they were seen, aware UTC.
        mark: the current mark; None in a dry run without one.
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

    followed: TrackedFace
    passing: Passing
    student: Student | None


@dataclass(frozen=True, eq=False)
class Sight:
    """The result of one frame.

    Attributes:
        passers: the faces in view.
        news: what happened.
    """

    passers: tuple[Passer, ...]
    news: tuple[WatchNews, ...]
