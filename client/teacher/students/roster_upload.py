"""Bringing in a roster.csv: what it would do is shown first, then it is taken."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flask import abort, render_template, request
from flask_babel import gettext as _

from attendance.enrolment.enrolment_result import EnrolmentStatus
from attendance.enrolment.enrolment_terms import EnrolmentTerms
from attendance.enrolment.roster_file import COLUMNS, Roster, RosterRow, parse_roster
from attendance.errors import EnrolmentFolderError
from attendance.values import ChangeKind, Course
from attendance.values.roll_numbers import clean_text
from client.access.roles import Access, Pages, the_user
from client.access.visible_students import may_see, own_courses, sees_everybody
from client.problems.table import problem_of
from client.web.services import the_register

blueprint = Pages("roster_upload", __name__, access=Access.ENROLS, url_prefix="/teach/students/roster")

MOST_BYTES = 500_000  # of a file; well over 5,000 students
MOST_ROWS = 5_000  # of a file; each is a short write


class RowFate(StrEnum):
    """What becomes of a line."""

    NEW = "new"
    CHANGED = "changed"
    KNOWN = "known"  # nothing changes
    ONLY_COURSE = "only_course"  # another teacher's student: goes on the roster, with details as they are
    REFUSED = "refused"


@dataclass(frozen=True)
class TakenRow:
    """A line of the file and what becomes of it.

    Attributes:
        row: the line.
        fate: what becomes of it.
        reason: a sentence, where it is refused.
        known_as: the name until then, where the line gives another one.
    """

    row: RosterRow
    fate: RowFate
    reason: str = ""
    known_as: str | None = None


@blueprint.get("")
def choose() -> str:
    """Ask for the file."""
    return _page(chosen=request.args.get("course", ""))


@blueprint.post("")
def preview() -> str | tuple[str, int]:
    """Show what the file would do."""
    file = request.files.get("file")
    return _read(file.read(MOST_BYTES + 1) if file is not None else b"", take=False)


@blueprint.post("/take")
def take() -> str | tuple[str, int]:
    """Do what was shown, as far as it still holds."""
    return _read(request.form.get("text", "").encode(), take=True)


def _read(data: bytes, *, take: bool) -> str | tuple[str, int]:
    chosen = request.form.get("course", "")
    course = _course(chosen)
    try:
        roster = _parsed(data)
    except EnrolmentFolderError as error:
        return _page(chosen=chosen, error=str(error)), problem_of(error).status
    rows: list[TakenRow] = []
    try:
        rows.extend(_fate(row, take=take) for row in roster.rows)
    finally:
        if take:
            _note(rows)  # also if a later line failed: these are written
    if take and course is not None and course.roster is not None:
        there = [taken.row.person.roll_number for taken in rows if taken.fate is not RowFate.REFUSED]
        after = the_register().courses.add_to_roster(course.id, there)
        the_register().student_history.note_roster(course, after, by=the_user().id)
    return _page(chosen=chosen, course=course, roster=roster, rows=rows, text=_as_text(data), done=take)


def _parsed(data: bytes) -> Roster:
    """The file, read.

    Raises:
        EnrolmentFolderError: it is missing, empty, too large or no roster.
    """
    if not data.strip():
        raise EnrolmentFolderError(_("No file arrived, or it is empty. Choose the file and try again."))
    if len(data) > MOST_BYTES:
        raise EnrolmentFolderError(_("The file is larger than 500 kB. Import it in parts."))
    roster = parse_roster(data, _("The file"))
    if len(roster.rows) > MOST_ROWS:
        raise EnrolmentFolderError(_("The file has more than 5,000 students. Import it in parts."))
    if not roster.rows:
        raise EnrolmentFolderError(_("The file has no students below its first line."))
    return roster


def _fate(row: RosterRow, *, take: bool) -> TakenRow:
    """What becomes of one line; with ``take`` it is written."""
    register = the_register()
    existing = register.store.student_by_roll(clean_text(row.person.roll_number))
    if existing is not None and not may_see(existing):
        return TakenRow(row, RowFate.ONLY_COURSE)
    result = register.enrolment.enrol(row.person, {}, None, EnrolmentTerms(dry_run=not take))
    if result.status is EnrolmentStatus.REFUSED:
        return TakenRow(row, RowFate.REFUSED, result.reason)
    if result.status is EnrolmentStatus.ENROLLED:
        return TakenRow(row, RowFate.NEW)
    changed = result.status is EnrolmentStatus.UPDATED
    return TakenRow(row, RowFate.CHANGED if changed else RowFate.KNOWN, known_as=result.known_as)


def _note(rows: list[TakenRow]) -> None:
    """Put who was added and changed into the history."""
    register = the_register()
    ids = {student.roll_number: student.id for student in register.students.all()}
    for fate, kind in ((RowFate.NEW, ChangeKind.ADDED), (RowFate.CHANGED, ChangeKind.DETAILS)):
        numbers = [clean_text(taken.row.person.roll_number) for taken in rows if taken.fate is fate]
        found = [ids[number] for number in numbers if number in ids]
        register.student_history.note(kind, found, by=the_user().id)


def _course(chosen: str) -> Course | None:
    """The course that the students go on; 403 where the user has to choose one of theirs."""
    course = next((c for c in own_courses() if c.id == chosen), None)
    if course is None and (chosen or not sees_everybody()):
        abort(403)
    return course


def _as_text(data: bytes) -> str:
    """The file as the page carries it to the next step; it was read before, so that it can be."""
    return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")


def _page(
    *,
    chosen: str = "",
    error: str = "",
    course: Course | None = None,
    roster: Roster | None = None,
    rows: list[TakenRow] | None = None,
    text: str = "",
    done: bool = False,
) -> str:
    fates = [taken.fate for taken in rows or ()]
    return render_template(
        "teacher/students/roster.html",
        chosen=chosen,
        error=error,
        course=course,
        courses=own_courses(),
        may_leave_out=sees_everybody(),
        columns=COLUMNS,
        unknown=roster.unknown_columns if roster else (),
        rows=rows,
        counts={fate.value: fates.count(fate) for fate in RowFate},
        text=text,
        done=done,
    )
