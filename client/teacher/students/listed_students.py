"""Which students a list asks for, by its search, course and filters."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from flask import request

from attendance.values import Student
from client.access.roles import Access, may
from client.access.shown_faces import agrees_now
from client.access.visible_students import own_courses, photos_of_students, visible_students
from client.web.services import the_register
from client.web.student_search import matches

PAGE_LENGTH = 50  # students: fewer than 15 screens of a phone
SHOWN = ("active", "inactive", "all")
PHOTOS_WANTED = {"no-photo": 0, "one-photo": 1}
SHOWN_TO_ENROL = (*SHOWN, "no-consent", *PHOTOS_WANTED)
SHOWN_TO_ADMINS = (*SHOWN_TO_ENROL, "twins")


@dataclass(frozen=True)
class StudentListQuery:
    """Which students a list asks for.

    Attributes:
        text: part of a roll number or name; for those who enrol also of other details.
        shown: one of ``SHOWN_TO_ADMINS``; consent and photos are looked at among active students.
        course_id: of one course; empty for all.
        page: from 1.
    """

    text: str = ""
    shown: str = "active"
    course_id: str = ""
    page: int = 1

    def has(
        self,
        student: Student,
        roster: Collection[str] | None,
        photos: Mapping[str, int],
        twins: Collection[Student],
    ) -> bool:
        """Whether a student is asked for.

        Args:
            student: somebody whom the user sees.
            roster: the ids of whom they should be one of, if any.
            photos: by how many photos students can be recognised, by their ids.
            twins: those whose roll number another student has, written differently.
        """
        if self.shown == "twins":
            return student in twins and matches(student, self.text, details=True)
        if self.shown != "all" and student.active != (self.shown != "inactive"):
            return False
        if self.shown == "no-consent" and agrees_now(student):
            return False
        wanted = PHOTOS_WANTED.get(self.shown)
        if wanted is not None and (not agrees_now(student) or photos.get(student.id, 0) != wanted):
            return False
        if roster is not None and student.id not in roster:
            return False
        return matches(student, self.text, details=may(Access.ENROLS))


def all_twins() -> list[Student]:
    """Students with the same roll number, written differently, side by side; for admins only."""
    return [one for same in the_register().students.twins() for one in same] if may(Access.ADMIN) else []


def found_students(
    everybody: Sequence[Student] | None = None, twins: Sequence[Student] | None = None
) -> list[Student]:
    """All students that the address asks for, on whichever page of the list.

    Args:
        everybody: whom the user sees; None means they are read.
        twins: what ``all_twins`` has found; None means they are read.
    """
    wanted = wanted_students()
    course = next((c for c in own_courses() if c.id == wanted.course_id), None)
    photos = photos_of_students() if wanted.shown in PHOTOS_WANTED else {}
    same = all_twins() if twins is None else twins
    seen = visible_students() if everybody is None else everybody
    among = same if wanted.shown == "twins" else seen
    roster = None if course is None or course.roster is None else frozenset(course.roster)
    return [student for student in among if wanted.has(student, roster, photos, same)]


def wanted_students() -> StudentListQuery:
    """The query of the address; invalid values are ignored."""
    ask = request.args
    shown = ask.get("show", "active")
    page = ask.get("page", 1, type=int)
    return StudentListQuery(
        text=ask.get("q", "").strip()[:100],
        shown=shown if shown in choices_of_list() else "active",
        course_id=ask.get("course", ""),
        page=min(max(1, page), 10_000),
    )


def choices_of_list() -> tuple[str, ...]:
    """What the list may be narrowed to; consent and photos are for those who enrol."""
    if may(Access.ADMIN):
        return SHOWN_TO_ADMINS
    return SHOWN_TO_ENROL if may(Access.ENROLS) else SHOWN
