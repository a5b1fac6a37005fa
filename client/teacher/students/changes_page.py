"""The page on which admins read who changed students' details, consent, photos and rosters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from attendance.values import ChangeKind, NotedChange, Student
from client.access.roles import Access, Pages
from client.teacher.mark_words import who
from client.teacher.row_pages import RowPages
from client.web.services import the_register

blueprint = Pages("student_changes", __name__, access=Access.ADMIN, url_prefix="/admin/changes")

MOST_SHOWN = 500  # rows at first
MOST_OF_ALL = 20_000  # rows, if all are asked for: an import of a list must not hide what came before it
KINDS = {
    ChangeKind.ADDED: _l("Added to the register"),
    ChangeKind.DETAILS: _l("Details changed"),
    ChangeKind.CONSENT_RECORDED: _l("Consent recorded"),
    ChangeKind.CONSENT_WITHDRAWN: _l("Consent withdrawn"),
    ChangeKind.OBJECTION_UNDONE: _l("Objection undone"),
    ChangeKind.CONSENT_ENDED: _l("Consent ended"),
    ChangeKind.PHOTOS_ADDED: _l("Photos added"),
    ChangeKind.PHOTOS_ERASED: _l("Photos erased"),
    ChangeKind.PHOTO_ERASED: _l("One photo erased"),
    ChangeKind.ROSTER_ADDED: _l("Put on the roster"),
    ChangeKind.ROSTER_REMOVED: _l("Taken off the roster"),
    ChangeKind.ERASED: _l("A student was erased"),
    ChangeKind.MOVEMENT_EXEMPTED: _l("Need not turn the head to check in"),
    ChangeKind.MOVEMENT_ASKED: _l("Turns the head to check in, as others do"),
    ChangeKind.ENROL_RIGHT_GIVEN: _l("May enrol from now on"),
    ChangeKind.ENROL_RIGHT_TAKEN: _l("May no longer enrol"),
}


@dataclass(frozen=True)
class ChangeRow:
    """A change, in words.

    Attributes:
        student: whom it was about; None if nothing may remain of them.
        course: the name of the course whose roster it was about, or an empty string.
        teacher: who was given a right or lost it, or an empty string.
    """

    at: datetime
    who: str
    what: str
    student: Student | None
    course: str
    teacher: str


@blueprint.get("/")
def index() -> str:
    """The latest changes, of all students or of one; with ``all`` in the address also the older ones."""
    register = the_register()
    asked = request.args.get("student") or None
    limit = MOST_OF_ALL if request.args.get("all") == "yes" else MOST_SHOWN
    changes = register.student_history.latest(limit, asked)
    students = {student.id: student for student in register.students.all()} if changes else {}
    courses = {course.id: course.name for course in register.courses.all(hidden=True)}
    rows = [_row(change, students, courses) for change in changes]
    return render_template(
        "teacher/students/changes.html",
        rows=rows,
        kept={name: request.args[name] for name in ("student", "all") if name in request.args},
        pages_of_rows=RowPages.of([_text(row) for row in rows], kept=["student", "all"]),
        student=register.students.by_id(asked) if asked else None,
        most=limit if len(changes) == limit else None,
        there_are_more=len(changes) == limit == MOST_SHOWN,
    )


def _row(change: NotedChange, students: dict[str, Student], courses: dict[str, str]) -> ChangeRow:
    course = courses.get(change.course_id, _("a removed course")) if change.course_id else ""
    student = students.get(change.student_id) if change.student_id else None
    teacher = _by(change.user_id) if change.user_id else ""
    return ChangeRow(change.at, _by(change.by), str(KINDS[change.kind]), student, course, teacher)


def _text(row: ChangeRow) -> str:
    """What a row is searched by."""
    student = f"{row.student.name} {row.student.roll_number}" if row.student else ""
    return f"{row.who} {row.what} {student} {row.course} {row.teacher}"


def _by(by: str) -> str:
    """Who made a change, with the username: everyone chooses their own name, also a colleague's."""
    user = the_register().accounts.find(by)
    return who(by) if user is None else f"{user.name} ({user.username})"
