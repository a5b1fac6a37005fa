"""The teacher's pages of reports, and their files: of a course, a session, a student."""

from __future__ import annotations

from collections import Counter

from flask import abort, jsonify, render_template, request, url_for
from werkzeug.wrappers import Response

from attendance.reports.content.attendance_rate import percent
from attendance.reports.export.file_names import file_name
from attendance.reports.export.moodle import MoodleAcronyms, MoodleUser, moodle_file
from attendance.reports.export.noted_export import note_export
from attendance.values import Student
from client.access.proof import file_needs_proof
from client.access.roles import Access, Pages, require
from client.access.teacher_requests import asks_for_data
from client.access.visible_students import sees_everybody, visible_courses, visible_students
from client.errors import ReportRangeError
from client.problems.table import problem_of
from client.teacher.evidence_words import doubt_words
from client.teacher.mark_words import METHODS
from client.teacher.reports.day_ranges import PRESETS, ReportDays, wanted_range
from client.teacher.reports.report_files import MOODLE, attached, moodle_users, sent
from client.teacher.reports.shown_students import ShownStudents
from client.teacher.reports.wanted_reports import of_course, of_session, of_student, wants_how
from client.teacher.reports.words import (
    LETTERS,
    MARK_OF,
    NEWEST_SESSIONS,
    course_plots,
    histories_of,
    limit_words,
    matrix_cells,
    matrix_of,
)
from client.teacher.row_pages import RowPages
from client.web.services import the_register

RECENT_SESSIONS = 12  # on the first page
ASKED = (
    "range",
    "first",
    "last",
    "how",
    "below",
    "students",
    "sessions",
    "matrix",
)  # in an address
PAGE_STUDENTS = PAGE_SESSIONS = 20  # on a phone, where a course's report has three lists

blueprint = Pages("reports", __name__, access=Access.TEACHER, url_prefix="/teach/reports")


@blueprint.get("/")
def index() -> str:
    """The courses of the user with the sessions of a range, and the latest sessions."""
    span = wanted_range()
    courses = visible_courses(hidden=True)
    names = {course.id: course.name for course in courses}
    store, days = the_register().store, (the_register().clock.now(), *span.as_text)
    times = Counter(store.count_held(*days))
    recent = store.newest_held(*days, names, RECENT_SESSIONS)
    return _page(
        "teacher/reports/index.html",
        span,
        courses=[course for course in courses if course.active or times[course.id]],
        times=times,
        names=names,
        recent=recent,
        anything=bool(recent),
    )


@blueprint.get("/courses/<course_id>")
def course(course_id: str) -> str:
    """Attendance in the closed sessions of a course."""
    span = wanted_range()
    report = of_course(course_id, span, methods=False)  # which only its files have
    rows = [row for row in report.rows if row.is_below] if _only_below() else report.rows
    students, places = RowPages.fitting(
        [_name(row.student) for row in rows], "students", length=PAGE_STUDENTS, kept=ASKED
    )
    in_matrix, of_matrix = RowPages.fitting(
        [""] * len(report.rows), "matrix", length=PAGE_STUDENTS, searched=False, kept=ASKED
    )
    matrix = matrix_of(report, of_matrix)
    return _page(
        "teacher/reports/course.html",
        span,
        report=report,
        rows=[rows[place] for place in places],
        only_below=_only_below(),
        lists={
            "students": students,
            "sessions": _session_pages(len(report.sessions)),
            "matrix": in_matrix,
        },
        plots=course_plots(report),
        matrix=matrix,
        cells=matrix_cells(),
        linked=_linked(),
    )


@blueprint.get("/courses/<course_id>/file/<kind>")
@file_needs_proof
def course_file(course_id: str, kind: str) -> Response:
    """The same as a file."""
    return sent(of_course(course_id, wanted_range(), methods=wants_how()), kind)


@blueprint.get("/sessions/<session_id>")
def session(session_id: str) -> str:
    """Attendance in one session, with times of arrival."""
    shown = ShownStudents(ASKED)
    report = of_session(session_id, shown)
    everybody = [(row, False) for row in report.rows] + [(row, True) for row in report.guests]
    return _page(
        "teacher/reports/session.html",
        None,
        report=report,
        people=[everybody[place] for place in shown.places],
        lists={"students": shown.pages},
        linked=_linked(),
        moodle=moodle_users(),
        without_email=sum(not row.student.email for row in report.rows),
    )


@blueprint.get("/sessions/<session_id>/file/<kind>")
@file_needs_proof
def session_file(session_id: str, kind: str) -> Response:
    """The same as a file, or as the one that Moodle takes."""
    report = of_session(session_id)
    if kind != MOODLE:
        return sent(report, kind)
    try:
        known_by = MoodleUser(request.args.get("by", MoodleUser.IDNUMBER.value))
    except ValueError:
        abort(400)
    if known_by not in moodle_users():
        require(Access.ENROLS)
    acronyms = MoodleAcronyms.parse(request.args["statuses"]) if request.args.get("statuses") else None
    note_export(the_register().audit, report, "moodle")
    made = moodle_file(report, identify_by=known_by, acronyms=acronyms)
    return attached(made.data, f"Moodle {file_name(report, 'csv')}", "text/csv")


@blueprint.get("/students/<student_id>")
def student(student_id: str) -> str:
    """Attendance of a student in the user's courses."""
    span = wanted_range()
    report = of_student(student_id, span)
    history = histories_of(report)
    shown = history[:NEWEST_SESSIONS]
    return _page(
        "teacher/reports/student.html",
        span,
        report=report,
        history=shown,
        lists={"sessions": _session_pages(len(shown))},
        all_sessions=len(history),
    )


@blueprint.get("/students/<student_id>/file/<kind>")
@file_needs_proof
def student_file(student_id: str, kind: str) -> Response:
    """The same as a file."""
    return sent(of_student(student_id, wanted_range()), kind)


@blueprint.errorhandler(ReportRangeError)
def no_range(error: ReportRangeError) -> tuple[str | Response, int]:
    """The page for an invalid range of days: the reason, and a form for another one."""
    status = problem_of(error).status
    if asks_for_data():
        return jsonify(status="error", message=str(error)), status
    endpoint = (request.endpoint or "").removesuffix("_file")
    values = {key: value for key, value in (request.view_args or {}).items() if key != "kind"}
    page = render_template(
        "teacher/reports/range.html",
        sentence=str(error),
        here_again=url_for(endpoint, **values),
        presets=PRESETS,
        span=None,
        typed={name: request.args.get(name, "") for name in ("first", "last")},
        how=wants_how(),
    )
    return page, status


def _name(student: Student) -> str:
    """What a student's row is searched by."""
    return f"{student.name} {student.roll_number}"


def _session_pages(count: int) -> RowPages:
    """The pages of a list of sessions, of which a report may have one below that of its students."""
    return RowPages.of([""] * count, "sessions", length=PAGE_SESSIONS, searched=False, kept=ASKED)


def _only_below() -> bool:
    """Whether the address asks for the students below the limit alone."""
    return request.args.get("below") == "yes"


def _linked() -> frozenset[str] | None:
    """The students whose pages the user may open; None where it is everybody."""
    return None if sees_everybody() else frozenset(student.id for student in visible_students())


def _page(template: str, span: ReportDays | None, **values: object) -> str:
    how = {"how": "yes"} if wants_how() else {}
    asked = {**(span.asked if span else {}), **how}
    return render_template(
        template,
        span=span,
        presets=PRESETS,
        how=wants_how(),
        how_asked=how,
        asked=asked,
        typed={"first": span.first or "", "last": span.last or ""} if span else {},
        here_again=request.path,
        percent=percent,
        limit_words=limit_words,
        mark_of=MARK_OF,
        methods=METHODS,
        doubts=doubt_words,
        letters=LETTERS,
        **values,
    )
