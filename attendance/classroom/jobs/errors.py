"""What can stand against a photo of the room, as errors with a code for the page's sentence."""

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
    """Too many jobs wait in line; send the same once some of them are read."""


class ClassroomJobNotFoundError(AttendanceError):
    """No job has this id, or it was purged; or its pictures are gone."""
