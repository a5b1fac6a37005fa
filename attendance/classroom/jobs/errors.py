"""What can be wrong with a classroom photo: errors with the code of the page's sentence."""

from __future__ import annotations

from attendance.classroom.jobs.states import ClassroomProblem
from attendance.errors import AttendanceError


class ClassroomError(AttendanceError):
    """Uploads or choices can't be accepted; nothing was stored or changed.

    Args:
        problem: what is wrong, as the code of the page's sentence.
        detail: the same for the log, with the actual value and the remedy.
        faces: keys of the faces concerned, if any.
    """

    def __init__(self, problem: ClassroomProblem, detail: str, *, faces: tuple[str, ...] = ()) -> None:
        super().__init__(detail)
        self.problem = problem
        self.faces = faces


class ClassroomBusyError(ClassroomError):
    """The job queue is full; send the same again once some jobs are done."""


class ClassroomJobNotFoundError(AttendanceError):
    """No job has this id, it was purged, or its pictures are gone."""
