"""The values of a live stream: faces with names, and how they are marked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from attendance.values import LivenessMode, LivenessResult, Mark, Place, Student
from face_detection.liveness.values import Turn
from face_detection.problems import PhotoProblem
from face_detection.values import Face
from face_matching.candidates import Candidate


class LiveStatus(StrEnum):
    """What is known about a face in the picture."""

    LOOKING = "looking"  # not seen often enough yet
    UNFIT = "unfit"  # too small, too dark, turned away, ...: `problem` is the reason
    UNKNOWN = "unknown"
    DOUBTFUL = "doubtful"  # a person has to choose between `candidates`
    ASKED = "asked"  # recognised, and asked for the movements in `turns`
    UNMOVED = "unmoved"  # recognised, and did not move as asked, so that a person decides
    RECOGNISED = "recognised"  # and not marked: a click does it, or the session is not open
    MARKED = "marked"  # by this camera
    ALREADY = "already"  # was there before this camera saw them
    KEPT = "kept"  # recognised, and not there because a person decided so: only a teacher's click changes it


class LiveMarking(StrEnum):
    """When a recognised student is marked."""

    AUTOMATIC = "automatic"
    BY_CLICK = "by_click"


@dataclass(frozen=True)
class LivePolicy:
    """How a stream marks.

    Attributes:
        marking: when.
        liveness: what it makes of a movement. A teacher's click always marks: then a person looks.
        movements: how many one after the other, 1 or 2.
        place: what marks note about where the student was seen.
        unasked: what marks note where no movement is asked for.
    """

    marking: LiveMarking = LiveMarking.AUTOMATIC
    liveness: LivenessMode = LivenessMode.OFF
    movements: int = 1
    place: Place = Place.UNKNOWN
    unasked: LivenessResult = LivenessResult.NOT_ASKED


@dataclass(frozen=True, eq=False)
class LiveFace:
    """One face of a frame.

    Attributes:
        track_id: its number for as long as it stays in view.
        face: where it is, in the pixels of the frame that was judged.
        status: what is known.
        student: who it is, once that is known.
        score: cosine similarity of the best student, for teachers.
        candidates: who it may be, best first, where that is in doubt.
        mark: the student's mark in this session.
        problem: why it can't be recognised.
        turns: the movements that it is asked for, in this order.
    """

    track_id: int
    face: Face
    status: LiveStatus
    student: Student | None = None
    score: float | None = None
    candidates: tuple[Candidate, ...] = ()
    mark: Mark | None = None
    problem: PhotoProblem | None = None
    turns: tuple[Turn, ...] = ()


@dataclass(frozen=True, eq=False)
class LiveView:
    """One frame.

    Attributes:
        height: of the frame that was judged, in pixels.
        width: of the same.
        is_open: whether the session takes marks.
        faces: by track number.
    """

    height: int
    width: int
    is_open: bool
    faces: tuple[LiveFace, ...]


class Frames(Protocol):
    """Looks at the frames of one camera, one at a time, and marks who is in them."""

    def look(self, data: bytes, at: float) -> LiveView:
        """Process the next frame; ``at`` is when it was taken, in seconds from any moment."""

    def click(
        self, track_id: int, *, by: str, student_id: str | None = None, by_person: bool = True
    ) -> Mark | None:
        """Mark a face that somebody clicked; None if that is not possible."""
