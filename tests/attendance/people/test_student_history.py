"""Who changed what about students."""

from __future__ import annotations

from datetime import timedelta

from attendance.people.student_history import KEPT, StudentHistory
from attendance.store.protocol import Store
from attendance.values import ChangeKind, Student
from tests.attendance.frozen_clock import FrozenClock


def test_a_change_has_who_when_and_what_until_a_school_year_later(store: Store, clock: FrozenClock) -> None:
    for student_id in ("s1", "s2"):
        store.add_student(Student(student_id, f"roll {student_id}", "Student"))
    history = StudentHistory(store, clock)
    history.note(ChangeKind.ROSTER_ADDED, ["s1", "s2", "erased"], by="u1", course_id="physics")
    history.note_erased(by="u2")
    told = {(each.kind, each.student_id, each.by, each.course_id) for each in history.latest(9)}
    added = ChangeKind.ROSTER_ADDED
    assert told == {
        (added, "s1", "u1", "physics"),
        (added, "s2", "u1", "physics"),
        (ChangeKind.ERASED, None, "u2", None),
    }
    assert {each.at for each in history.latest(9)} == {clock.now()}
    assert history.purge() == 0
    clock.moment += KEPT + timedelta(seconds=1)
    assert history.purge() == 3
    assert history.latest(9) == []
