"""Importing a list: what its columns are and what it would do is shown first, then it is imported.

The page carries the file from step to step, so that nothing of it is kept on the server, and any server of a
site can answer the next step. It is read and checked again each time.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from flask import abort, render_template, request
from flask_babel import gettext as _

from attendance.errors import StudentListError
from attendance.lists.encodings import LABELS
from attendance.lists.list_file import parse_file
from attendance.lists.student_list import students_of
from attendance.lists.table import ListFile
from attendance.lists.values import ListChoices, StudentList
from attendance.values import Course
from client.access.roles import Access, Pages, the_user
from client.access.visible_students import own_courses, sees_everybody
from client.problems.table import problem_of
from client.teacher.row_pages import RowPages
from client.teacher.students.uploaded_lists.list_rows import ListImport, RowFate, TakenRow
from client.teacher.students.uploaded_lists.list_words import kind_label, kind_labels, writings
from client.web.forms import whole_number
from client.web.services import the_register

blueprint = Pages("roster_upload", __name__, access=Access.ENROLS, url_prefix="/teach/students/roster")

MOST_BYTES = 500_000  # of a file; well over 5,000 students
MOST_ROWS = 5_000  # of a file; each is a short write
LONGEST_NUMBER = 7  # digits of a line


@dataclass(frozen=True)
class SentList:
    """A list as the form sends it.

    Attributes:
        data: the file.
        choices: what was chosen about it.
        encoding: how its letters are stored, where that was chosen.
    """

    data: bytes
    choices: ListChoices
    encoding: str | None


@blueprint.get("")
def choose() -> str:
    """Ask for the file."""
    return _page(chosen=request.args.get("course", ""))


@blueprint.post("")
def preview() -> str | tuple[str, int]:
    """Show what the file would do."""
    return _answer(take=False)


@blueprint.post("/take")
def take() -> str | tuple[str, int]:
    """Do what was shown, as far as it still holds; show it again where the choices have changed since."""
    return _answer(take=_choices_shown() in (None, _as_text(_choices())))


def _answer(*, take: bool) -> str | tuple[str, int]:
    chosen = request.form.get("course", "")
    course = _course(chosen)
    try:
        sent = _sent()
        file = _parsed(sent)
        listed, problem = _understood(file, sent.choices)
        _check_length(listed)
    except StudentListError as error:
        return _page(chosen=chosen, error=str(error)), problem_of(error).status
    done = take and problem is None and listed.has_roll_numbers
    importing = ListImport(take=done)
    importing.refuse(listed.refused)
    importing.add(listed.rows)
    if done and course is not None and course.roster is not None:
        after = the_register().courses.add_to_roster(course.id, importing.on_roster())
        the_register().student_history.note_roster(course, after, by=the_user().id)
    page = _page(
        chosen=chosen,
        error="" if problem is None else str(problem),
        course=course,
        listed=listed,
        rows=importing.rows,
        file=base64.b64encode(sent.data).decode(),
        done=done,
        changed=not take and listed.has_roll_numbers and request.endpoint == "roster_upload.take",
    )
    return page if problem is None else (page, problem_of(problem).status)


def _sent() -> SentList:
    """The file and the choices of the form; a file that was just chosen has no choices yet.

    Raises:
        StudentListError: the file is missing or too large.
    """
    file = request.files.get("file")
    if file is not None:
        sent = SentList(file.read(MOST_BYTES + 1), ListChoices(), None)
    else:
        encoding = request.form.get("encoding", "")
        sent = SentList(_carried(), _choices(), encoding if encoding in LABELS else None)
    if not sent.data.strip():
        raise StudentListError(_("No file arrived, or it is empty. Choose the file and try again."))
    if len(sent.data) > MOST_BYTES:
        raise StudentListError(_("The file is larger than 500 kB. Import it in parts."))
    return sent


def _carried() -> bytes:
    """The file as the page carries it."""
    try:
        return base64.b64decode(request.form.get("list", ""), validate=True)
    except (binascii.Error, ValueError):
        abort(400)


def _choices() -> ListChoices:
    """What was chosen; columns and first line count for the sheet that was shown."""
    form = request.form
    sheet = form.get("sheet") or None
    if sheet != (form.get("shown_sheet") or None):
        return ListChoices(sheet=sheet)
    kinds = tuple(kind or None for kind in form.getlist("column")) or None
    first_line = whole_number(form.get("first_line", ""), digits=LONGEST_NUMBER)
    return ListChoices(kinds, first_line, sheet)


def _as_text(choices: ListChoices) -> str:
    """The choices as a page remembers which ones it shows the outcome of."""
    encoding = request.form.get("encoding", "")
    kinds = ",".join(kind or "-" for kind in choices.kinds or ())
    return f"{kinds}|{choices.first_line}|{choices.sheet}|{encoding}"


def _choices_shown() -> str | None:
    return request.form.get("shown")


def _parsed(sent: SentList) -> ListFile:
    return parse_file(sent.data, _("The file"), sent.encoding)


def _understood(file: ListFile, choices: ListChoices) -> tuple[StudentList, StudentListError | None]:
    """The list, and what is wrong with the choices, which don't count then."""
    chosen = [kind for kind in choices.kinds or () if kind is not None]
    twice = next((kind for kind in chosen if chosen.count(kind) > 1), None)
    if twice is not None:
        sentence = _("Two columns are “%(name)s”. Choose one of them.", name=kind_label(twice))
        return students_of(file), StudentListError(sentence)
    try:
        return students_of(file, choices), None
    except StudentListError as error:
        return students_of(file), error


def _check_length(listed: StudentList) -> None:
    """Refuse a list that has too many students, or none."""
    if len(listed.rows) + len(listed.refused) > MOST_ROWS:
        raise StudentListError(_("The file has more than 5,000 students. Import it in parts."))
    if listed.has_roll_numbers and not listed.rows and not listed.refused:
        raise StudentListError(_("The file has no students."))


def _course(chosen: str) -> Course | None:
    """The course that the students go on; 403 where the user has to choose one of theirs."""
    course = next((c for c in own_courses() if c.id == chosen), None)
    if course is None and (chosen or not sees_everybody()):
        abort(403)
    return course


def _page(
    *,
    chosen: str = "",
    error: str = "",
    course: Course | None = None,
    listed: StudentList | None = None,
    rows: list[TakenRow] | None = None,
    file: str = "",
    done: bool = False,
    changed: bool = False,
) -> str:
    fates = [taken.fate for taken in rows or ()]
    return render_template(
        "teacher/students/roster.html",
        chosen=chosen,
        error=error,
        course=course,
        courses=own_courses(),
        may_leave_out=sees_everybody(),
        listed=listed,
        kinds=kind_labels(),
        kind_names=dict(kind_labels()),
        writings=writings() if listed is not None and listed.encoding in LABELS else [],
        rows=rows,
        lines=RowPages.by_script(len(rows or ())),
        counts={fate.value: fates.count(fate) for fate in RowFate},
        file=file,
        shown="" if listed is None else _shown(listed),
        done=done,
        changed=changed,
    )


def _shown(listed: StudentList) -> str:
    """What ``_as_text`` gives if the form comes back as it is."""
    kinds = ",".join(column.kind or "-" for column in listed.columns)
    encoding = listed.encoding if listed.encoding in LABELS else ""
    return f"{kinds}|{listed.first_line}|{listed.sheet or None}|{encoding}"
