"""The table of notices that were sent, or not, within the last month."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from attendance.notices.problems import is_perhaps_sent, next_try, problem_of
from attendance.values import Notice, NoticeState, Student
from client.access.visible_students import with_details
from client.teacher.mark_words import who
from client.web.services import the_register
from client.web.wording import date_and_time

MOST_TOLD = 200  # rows of what was sent; older ones are in the register


@dataclass(frozen=True)
class NoticeRow:
    """A notice that was sent, or not.

    Attributes:
        state: ``sent``, ``perhaps``, ``sending``, ``retry``, ``held`` or ``failed``.
        at: when it last changed.
        name: the student's; empty where they are gone.
        course: the course's name.
        to: the address; empty for users who may not see it.
        detail: why it was not sent, and when it is tried again; the mail server's answer, which may hold the
            address, is for the same users.
    """

    notice: Notice
    state: str
    at: datetime
    name: str
    course: str
    to: str
    detail: str


def sent_rows(names: Mapping[str, str], coming: Collection[str]) -> list[NoticeRow]:
    """What was sent of these courses or held back until it was too late, newest first.

    Args:
        names: of the courses, by their ids.
        coming: keys of what can still be sent after all.
    """
    register = the_register()
    now = register.clock.now()
    mine = [
        notice
        for notice in register.notices.recent()
        if notice.course_id in names and notice.key not in coming
    ][:MOST_TOLD]
    students = {student.id: student for student in register.students.all()} if mine else {}
    in_full = with_details(students[one.student_id] for one in mine if one.student_id in students)
    return [_row(one, now, students.get(one.student_id), names[one.course_id], in_full) for one in mine]


def _row(
    notice: Notice, now: datetime, student: Student | None, course: str, shown: Collection[str]
) -> NoticeRow:
    """A notice for the page, with the address where the student is one of ``shown``."""
    problem = problem_of(notice)
    in_full = student is not None and student.id in shown
    detail = problem.detail if problem and in_full else ""
    again = next_try(notice)
    if notice.state is NoticeState.SENT:
        state = "sent"
    elif notice.state is NoticeState.HELD:
        state, detail = "held", _("By %(name)s.", name=who(notice.held_by or ""))
    elif again is not None:
        state = "retry"
        detail = f"{detail} " + _("Next try at %(time)s.", time=date_and_time(again))
    elif notice.state is NoticeState.FAILED:
        state = "failed"
    elif is_perhaps_sent(notice, now):
        state = "perhaps"
        detail = detail or _("The server stopped while this was being sent.")
    else:
        state = "sending"
    return NoticeRow(
        notice,
        state,
        at=notice.sent_at or notice.created_at,
        name=student.name if student is not None else "",
        course=course,
        to=notice.to if in_full else "",
        detail=detail.strip(),
    )
