"""What the page of a read photo shows: pictures with boxes, a row for each face, and who was not seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from attendance.classroom.jobs.states import FaceState
from attendance.classroom.jobs.values import ClassroomFace, ClassroomJob, ClassroomPicture
from attendance.values import Student
from attendance.values.roll_numbers import clean_text, number_key, same_name
from client.teacher.classroom.face_overlay import Box, box_of, crop_of, height_of, text_of
from client.teacher.classroom.words import AGAIN, face_sentence

LONGEST_NAME = 18  # letters under a box
NOBODY = "nobody"
_ORDER = (FaceState.DOUBTFUL, FaceState.UNKNOWN, FaceState.MATCH, FaceState.UNFIT)


@dataclass(frozen=True)
class Picked:
    """What a person chose for one face.

    Attributes:
        value: id of a student, ``NOBODY``, or empty where nothing is chosen yet.
        typed: the text in the field for another student.
        error: what is wrong with the choice.
    """

    value: str = ""
    typed: str = ""
    error: str = ""


@dataclass(frozen=True)
class FaceChoice:
    """A student that a face may be."""

    student: Student
    has_portrait: bool


@dataclass(frozen=True)
class FaceRow:
    """One face.

    Attributes:
        number: in its picture, from 1, in the order of the list.
        state: a ``FaceState``, or ``AGAIN``.
        reason: why it is not simply recognised.
        again: number of the picture that shows the same student better.
        box: x, y, width and height in units of the overlay.
        crop: the part of the picture that shows the face, as the ``viewBox`` of an SVG.
        guess: the label under the box.
        text: x, y, anchor and size of that.
        choices: best first.
        picked: what is chosen.
        name: of whom it is taken for; empty where that is open.
    """

    key: str
    number: int
    state: str
    reason: str
    again: int | None
    box: Box
    crop: str
    guess: str
    text: tuple[int, int, str, int]
    choices: tuple[FaceChoice, ...]
    picked: Picked
    name: str


@dataclass(frozen=True)
class PictureView:
    """One picture.

    Attributes:
        number: from 0, as in its address.
        height: in units of the overlay.
        at: seconds since the video began; None for a photo.
        faces: in the order of the list.
    """

    number: int
    height: int
    at: float | None
    faces: tuple[FaceRow, ...]


@dataclass(frozen=True)
class RoomView:
    """A job that waits to be confirmed.

    Attributes:
        pictures: with their faces.
        recognised: students who are chosen as the page opens.
        to_confirm: faces that a person has to decide.
        unknown: faces that are nobody of the class.
        not_seen: students of the roster who are chosen for no face.
        of: students on the roster.
    """

    pictures: tuple[PictureView, ...]
    recognised: int
    to_confirm: int
    unknown: int
    not_seen: tuple[Student, ...]
    of: int


@dataclass(frozen=True)
class NamedStudents:
    """The students whom a face can be.

    Args:
        members: the active students of the course.
        others: candidates who left it since.
        portraits: ids of those who have an enrolled picture.
    """

    members: tuple[Student, ...]
    others: tuple[Student, ...]
    portraits: frozenset[str]

    def student(self, student_id: str) -> Student | None:
        """Who has this id."""
        return next((one for one in (*self.members, *self.others) if one.id == student_id), None)

    def typed(self, text: str) -> Student | None:
        """Whom a text means: what ``label`` made, a roll number, or a name that only one has."""
        wanted, key = clean_text(text), number_key(text)
        for student in self.members:
            if wanted in (student.roll_number, label(student)):
                return student
        numbered = [one for one in self.members if key in map(number_key, (one.roll_number, label(one)))]
        meant = numbered or [one for one in self.members if same_name(text, one.name)]
        return meant[0] if len(meant) == 1 else None


def label(student: Student) -> str:
    """A student as the field for somebody else offers them."""
    return f"{student.name} ({student.roll_number})"


def first_picks(job: ClassroomJob) -> dict[str, Picked]:
    """What is chosen as the page opens: matches, and nothing that is doubtful.

    Where the first of two people has confirmed, it is what they chose; a face without a name is nobody's.
    """
    if job.proposed is not None:
        return {face.key: Picked(job.proposed.choices.get(face.key, NOBODY)) for face in job.faces}
    return {
        face.key: Picked(face.candidates[0].student_id if face.state is FaceState.MATCH else "")
        for face in job.faces
    }


def room_view(job: ClassroomJob, roster: NamedStudents, picks: Mapping[str, Picked]) -> RoomView:
    """What the page shows.

    Args:
        job: which waits to be confirmed.
        roster: of its course.
        picks: what is chosen, by the keys of faces.
    """
    chosen = set(chosen_ids(picks.values(), roster))
    states = [(face.state, picks.get(face.key, Picked())) for face in job.faces]
    return RoomView(
        pictures=tuple(_picture(picture, job, roster, picks) for picture in job.pictures),
        recognised=len(chosen),
        to_confirm=sum(state is FaceState.DOUBTFUL and picked == Picked() for state, picked in states),
        unknown=sum(
            state is FaceState.UNKNOWN
            and picked.value in ("", NOBODY)
            and bool(picked.error or not picked.typed)
            for state, picked in states
        ),
        not_seen=tuple(student for student in roster.members if student.id not in chosen),
        of=len(roster.members),
    )


def chosen_ids(picks: Iterable[Picked], roster: NamedStudents) -> Iterable[str]:
    """Ids of the students that are chosen."""
    for picked in picks:
        student = roster.typed(picked.typed) if picked.typed else None
        if student is not None:
            yield student.id
        elif picked.value not in ("", NOBODY) and not picked.typed:
            yield picked.value


def _picture(
    picture: ClassroomPicture, job: ClassroomJob, roster: NamedStudents, picks: Mapping[str, Picked]
) -> PictureView:
    height = height_of(picture.width, picture.height)
    pictures = {face.key: face.picture for face in job.faces}
    order = sorted(picture.faces, key=lambda face: _ORDER.index(face.state))
    rows = tuple(
        _face(face, number, height, roster, picks.get(face.key, Picked()), pictures.get(face.seen_as or ""))
        for number, face in enumerate(order, start=1)
    )
    return PictureView(picture.number, height, picture.at, rows)


def _face(  # noqa: PLR0917 - one line for each of what a row is made of
    face: ClassroomFace, number: int, height: int, roster: NamedStudents, picked: Picked, again: int | None
) -> FaceRow:
    choices = tuple(
        FaceChoice(student, student.id in roster.portraits)
        for candidate in face.candidates
        if (student := roster.student(candidate.student_id)) is not None
    )
    taken_for = roster.typed(picked.typed) if picked.typed else roster.student(picked.value)
    box = box_of(face, height)
    name = taken_for.name if taken_for is not None else ""
    guess = _guess(face.state, name, choices, picked)
    return FaceRow(
        key=face.key,
        number=number,
        state=AGAIN if again is not None else face.state.value,
        reason=face_sentence(face.state, face.problem),
        again=again,
        box=box,
        crop=crop_of(box, height),
        guess=guess,
        text=text_of(box, height, len(guess)),
        choices=choices,
        picked=picked,
        name=name,
    )


def _guess(state: FaceState, name: str, choices: tuple[FaceChoice, ...], picked: Picked) -> str:
    """The label under a box: a name, a name with a question mark, or that there is none."""
    if name:
        return _short(name)
    if state is FaceState.DOUBTFUL and choices and picked.value != NOBODY:
        return _short(choices[0].student.name) + "?"
    return "?" if state is FaceState.UNKNOWN and picked.value != NOBODY else ""


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
