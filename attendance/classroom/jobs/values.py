"""The values of classroom photos: uploads, faces, states and results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from attendance.classroom.jobs.states import ClassroomProblem, FaceState, JobState, JobStep
from attendance.values import ReviewCandidate


@dataclass(frozen=True)
class ClassroomUpload:
    """A file that was sent.

    Attributes:
        path: where it is; a job that accepts it moves it.
        name: what the phone called it, for the page alone.
    """

    path: Path
    name: str


@dataclass(frozen=True)
class UploadProblem:
    """Why one upload was skipped.

    Attributes:
        number: which of the job's uploads, from 0.
        name: what the phone called it.
        problem: a ``ClassroomProblem`` or a ``PhotoProblem``, as its code.
    """

    number: int
    name: str
    problem: str


@dataclass(frozen=True)
class ClassroomFace:
    """One face in one picture.

    Attributes:
        key: ``picture-number``, such as ``0-3``; unique in the job.
        picture: the number of the picture.
        box: ``x, y, width, height`` relative to the picture's width and height, 0 to 1, cut to the picture.
        state: what was made of it.
        candidates: who it is or may be, best first. For ``match`` exactly one; for ``doubtful`` those whom
            the rule can't tell apart; for ``unknown`` suggestions for the teacher, possibly none.
        problem: for ``unfit`` the ``PhotoProblem`` code; for ``doubtful`` the ``Doubt`` code; else None.
        pixels: the longer side of the face in the photo as it was read.
        seen_as: key of the best sighting of the same student, where this is another one in another
            picture; the state is ``match`` then too, and confirming both is one mark.
    """

    key: str
    picture: int
    box: tuple[float, float, float, float]
    state: FaceState
    candidates: tuple[ReviewCandidate, ...]
    problem: str | None
    pixels: int
    seen_as: str | None = None


@dataclass(frozen=True)
class ClassroomPicture:
    """A picture of a job, as it is shown.

    Attributes:
        number: from 0.
        width: pixels of the JPEG.
        height: likewise.
        faces: largest first.
        upload: the number of the upload that it shows.
        at: for a frame of a video the seconds since its start; else None.
    """

    number: int
    width: int
    height: int
    faces: tuple[ClassroomFace, ...]
    upload: int = 0
    at: float | None = None


@dataclass(frozen=True)
class RefusedChoice:
    """A choice that could not be carried out, while the others were.

    Attributes:
        face: its key.
        student_id: who was named.
        problem: ``STUDENT_GONE`` or ``NOT_ON_ROSTER``.
    """

    face: str
    student_id: str
    problem: ClassroomProblem


@dataclass(frozen=True)
class ClassroomMarks:
    """What confirming did; the same again when it is repeated.

    Attributes:
        marked: ids of the students who were marked, by the order of faces.
        standing: ids of students who were present, late or excused already; their marks stay.
        refused: what could not be carried out.
        waits: whether another person has to confirm the same choices first; nothing was written then.
    """

    marked: tuple[str, ...]
    standing: tuple[str, ...]
    refused: tuple[RefusedChoice, ...]
    waits: bool = False


@dataclass(frozen=True)
class ClassroomProposal:
    """What the first of two people confirmed, where a site asks for two.

    Attributes:
        by: id of the user.
        at: when; aware UTC.
        choices: key of each face that was given a name, to the id of the student.
    """

    by: str
    at: datetime
    choices: Mapping[str, str]


@dataclass(frozen=True)
class ClassroomJob:
    """A job: classroom photos or a video, and their result.

    Attributes:
        id: 32 hex digits.
        session_id: which session the marks go to.
        by: id of the user who sent it.
        created_at: when it was sent, which decides who is late; aware UTC.
        state: its state.
        progress: 0 to 1.
        step: what is being done.
        step_done: how much of the step is done: uploads, faces or frames.
        step_total: of how many; 0 where that is not known.
        ahead: jobs before it in the queue.
        pictures: what was seen; empty until ``ready``, and again once confirmed or discarded.
        problem: why it failed, as a code.
        uploads: what the phone called the files.
        upload_problems: those of them that were skipped.
        is_video: whether it is one video.
        marked: how many students it marked.
        marks: what confirming did; None until then.
        decided_by: id of the user who confirmed or discarded it.
        decided_at: when; aware UTC.
        proposed: what the first of two people confirmed, until another one does.
        first_by: id of the first of two users who confirmed it; None where one was enough.
    """

    id: str
    session_id: str
    by: str
    created_at: datetime
    state: JobState
    progress: float = 0.0
    step: JobStep = JobStep.WAITING
    step_done: int = 0
    step_total: int = 0
    ahead: int = 0
    pictures: tuple[ClassroomPicture, ...] = ()
    problem: ClassroomProblem | None = None
    uploads: tuple[str, ...] = ()
    upload_problems: tuple[UploadProblem, ...] = ()
    is_video: bool = False
    marked: int = 0
    marks: ClassroomMarks | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    proposed: ClassroomProposal | None = None
    first_by: str | None = None

    @property
    def faces(self) -> tuple[ClassroomFace, ...]:
        """The faces of all pictures."""
        return tuple(face for picture in self.pictures for face in picture.faces)
