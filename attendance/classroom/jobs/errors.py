"""Errors of classroom photos, each with a code for the page's sentence."""

from __future__ import annotations

from attendance.classroom.jobs.values import ClassroomProblem
from attendance.errors import AttendanceError


class ClassroomError(AttendanceError):
    """Uploads or choices can't be taken as they are; nothing was stored or changed.

    Args:
        problem: what is wrong, as the code that the page's sentence hangs on.
        detail: the same for a log, with the actual value and the remedy.
        faces: keys of the faces that it is about, where it is about faces.
    """

    def __init__(self, problem: ClassroomProblem, detail: str, *, faces: tuple[str, ...] = ()) -> None:
        super().__init__(detail)
        self.problem = problem
        self.faces = faces


class ClassroomBusyError(ClassroomError):
    """The job queue is full; send the same again once some jobs are read."""


class ClassroomJobNotFoundError(AttendanceError):
    """No job has this id, or it was purged; or its pictures are gone."""
