"""The values of a live stream: faces with names, and how they are marked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from attendance.values import Mark, Student
from face_detection.problems import PhotoProblem
from face_detection.values import Face, Photo
from face_detection.video.tracker import Track
from face_matching.gallery import Candidate


class LiveStatus(StrEnum):
    """What is known about a face in the picture."""

    LOOKING = "looking"  # not seen often enough yet
    UNFIT = "unfit"  # too small, too dark, turned away, ...: `problem` is the reason
    UNKNOWN = "unknown"
    DOUBTFUL = "doubtful"  # a person has to choose between `candidates`
    RECOGNISED = "recognised"  # and not marked: a click does it, or the session is not open
    MARKED = "marked"  # by this camera
    ALREADY = "already"  # was there before this camera saw them
    KEPT = "kept"  # recognised, and not there because a person decided so: only a teacher's click changes it


class LiveMarking(StrEnum):
    """When a recognised student is marked."""

    AUTOMATIC = "automatic"
    BY_CLICK = "by_click"


LivenessRule = Callable[[Photo, Track], bool]
"""Whether the face of a track counts as a living person, judged again at each frame.

Checked before a student is marked automatically, never for a click: then a teacher looks.
"""


def any_face(photo: Photo, track: Track) -> bool:
    """The default rule: every face passes."""
    del photo, track
    return True


@dataclass(frozen=True)
class LivePolicy:
    """How a stream marks.

    Attributes:
        marking: when.
        liveness: whether a face may be marked without a click.
    """

    marking: LiveMarking = LiveMarking.AUTOMATIC
    liveness: LivenessRule = any_face


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
    """

    track_id: int
    face: Face
    status: LiveStatus
    student: Student | None = None
    score: float | None = None
    candidates: tuple[Candidate, ...] = ()
    mark: Mark | None = None
    problem: PhotoProblem | None = None


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
