"""The lines that a daily list should have, by the register."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from attendance.reports.content.arrivals import arrived_at
from attendance.reports.daily.daily_csv import DailyCsv
from attendance.store.protocol import Store
from attendance.values import Mark
from attendance.values.roll_numbers import order_of


def marks_there(store: Store, day: date) -> list[Mark]:
    """The marks that count as there in a day's sessions, apart from cancelled ones.

    Args:
        store: the register's database.
        day: of the sessions.
    """
    ids = [session.id for session in store.sessions(day.isoformat()) if not session.is_cancelled]
    return [mark for mark in store.marks_of_sessions(ids) if mark.counts_as_there]


def lines_for(store: Store, daily: DailyCsv, marks: Iterable[Mark]) -> list[str]:
    """The lines of marks, in the order in which the students came.

    Args:
        store: the register's database; the marks of students who are no longer in it have no line.
        daily: the folder of lists.
        marks: of one day, as ``marks_there`` finds them.
    """
    students = {student.id: student for student in store.students()}
    known = [(arrived_at(mark), students[mark.student_id]) for mark in marks if mark.student_id in students]
    known.sort(key=lambda each: (each[0], order_of(each[1].roll_number)))
    return [daily.line(student, at) for at, student in known]
