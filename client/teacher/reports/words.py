"""What report pages show beside the numbers: plots, the matrix, a student's history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from markupsafe import Markup

from attendance.reports.content.attendance_rate import Counts, Standing, percent
from attendance.reports.content.values import (
    CourseReport,
    CourseRow,
    ReportEntry,
    StudentCourse,
    StudentReport,
)
from attendance.values import Session
from client.teacher.mark_words import STATES
from client.teacher.reports.plots import Bar, Plot, sessions_plot, students_plot
from client.web.wording import clock_time, month_name, short_date, short_month_name, weekday_date

MOST_BARS = 60  # more are put together by week or by month
MOST_COLUMNS = 40  # of the matrix: what a sheet of A4 takes
NEWEST_SESSIONS = 300  # of a student's history on one page

# standing -> (tone of its badge, icon, word)
MARK_OF = {
    standing: STATES[{"under_review": "review", "no_mark": "none"}.get(standing.value, standing.value)]
    for standing in Standing
}

# The text in a cell of the matrix, in addition to its colour.
LETTERS = {
    Standing.PRESENT: _l("P"),
    Standing.LATE: _l("L"),
    Standing.ABSENT: _l("A"),
    Standing.EXCUSED: _l("E"),
    Standing.UNDER_REVIEW: "?",
    Standing.NO_MARK: "–",  # noqa: RUF001 - a dash
}


@dataclass(frozen=True)
class Plots:
    """The plots on a course's report; None where there is nothing to draw.

    Attributes:
        step: what one bar of ``sessions`` is: ``session``, ``week``, ``month`` or ``year``.
    """

    sessions: Plot | None
    students: Plot | None
    step: str


@dataclass(frozen=True)
class Matrix:
    """Each student in each of the newest sessions.

    Attributes:
        columns: the sessions, oldest first.
        rows: the students with their entries in these sessions.
        whole: whether no session is left out.
    """

    columns: tuple[Session, ...]
    rows: tuple[tuple[CourseRow, tuple[ReportEntry, ...]], ...]
    whole: bool


@dataclass(frozen=True)
class PastSession:
    """One session in a student's history."""

    session: Session
    part: StudentCourse
    entry: ReportEntry


def limit_words(limit: Fraction) -> str:
    """A rate such as 3/4 in percent: ``75``."""
    return f"{float(limit * 100):g}"


def course_plots(report: CourseReport) -> Plots:
    """The attendance over time and over students."""
    limit = float(report.frame.limit * 100)
    shares = [row.share for row in report.rows]
    percents = [float(share * 100) for share in shares if share is not None]
    if not percents:
        return Plots(None, None, "session")
    bars, step = _bars(report)
    below = len(report.below_limit)
    return Plots(
        sessions_plot(bars, limit=limit, description=_over_time(report)),
        students_plot(
            percents,
            limit=limit,
            description=ngettext(
                "Attendance rates of the students: %(num)d of %(all)d is below %(limit)s %%.",
                "Attendance rates of the students: %(num)d of %(all)d are below %(limit)s %%.",
                below,
                all=len(percents),
                limit=limit_words(report.frame.limit),
            ),
        ),
        step,
    )


def matrix_of(report: CourseReport, places: Iterable[int]) -> Matrix:
    """The newest sessions of some students of the roster.

    Args:
        report: of a course.
        places: of the students in its rows.
    """
    start = max(0, len(report.sessions) - MOST_COLUMNS)
    rows = tuple((report.rows[place], tuple(report.rows[place].entries[start:])) for place in places)
    return Matrix(report.sessions[start:], rows, whole=start == 0)


def matrix_cells() -> dict[Standing, Markup]:
    """The cell for each standing, rendered once: a page has thousands of them."""
    cell = Markup('<td class="{}">{}</td>')
    return {standing: cell.format(MARK_OF[standing][0], letter) for standing, letter in LETTERS.items()}


def histories_of(report: StudentReport) -> list[PastSession]:
    """All closed sessions of all courses of a student, the newest first."""
    found = [
        PastSession(session, part, entry)
        for part in report.courses
        for session, entry in zip(part.sessions, part.entries, strict=True)
    ]
    return sorted(found, key=lambda past: past.session.opens_at, reverse=True)


def _over_time(report: CourseReport) -> str:
    return str(
        ngettext(
            "Attendance in %(num)d session: %(percent)s %%.",
            "Attendance over %(num)d sessions: %(percent)s %% on average.",
            len(report.sessions),
            percent=percent(report.counts.share),
        )
    )


def _bars(report: CourseReport) -> tuple[list[Bar], str]:
    """A bar for each session; where there are many, for each week, month or year."""
    pairs = list(zip(report.sessions, report.session_counts, strict=True))
    groups, step = [[pair] for pair in pairs], "session"
    for coarser, key_of in COARSER:
        if len(groups) <= MOST_BARS:
            break
        step = coarser
        groups = [list(group) for _key, group in groupby(pairs, key=lambda pair: key_of(pair[0]))]
    return [_bar(group, step) for group in groups], step


def _week(session: Session) -> str:
    year, week, _weekday = date.fromisoformat(session.day).isocalendar()
    return f"{year}-{week:02d}"


def _month(session: Session) -> str:
    return session.day[:7]


def _year(session: Session) -> str:
    return session.day[:4]


COARSER = (("week", _week), ("month", _month), ("year", _year))


def _bar(group: Sequence[tuple[Session, Counts]], step: str) -> Bar:
    first = group[0][0]
    year = _year(first)
    counts = sum((counts for _session, counts in group), Counts())
    when = {
        "session": f"{weekday_date(first.day)}, {clock_time(first.opens_at)}",
        "week": _("week from %(day)s", day=weekday_date(first.day)),
        "month": month_name(first.day),
        "year": year,
    }[step]
    label = {"month": short_month_name(first.day), "year": year}.get(step, short_date(first.day))
    if counts.share is None:
        return Bar(label, _("%(when)s: no marks that count", when=when), None)
    hint = _(
        "%(when)s: %(percent)s %%, %(there)d of %(all)d",
        when=when,
        percent=percent(counts.share),
        there=counts.there,
        all=counts.counted,
    )
    return Bar(label, str(hint), float(counts.share * 100))
