"""A whole check-in, on every database: what decides it is read together, what it leaves is written once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from attendance.errors import SessionNotFoundError, StudentNotFoundError
from attendance.store.protocol import Store
from attendance.store.whole_check_ins import CheckInRecord, CheckInWritten
from attendance.values import Mark, MarkStatus
from tests.attendance.store.builders import MS, NOON, answer, course, mark, session, student, trace
from tests.attendance.store.databases import Place

TODAY = "general|2025-11-21"
UNTIL = NOON + timedelta(minutes=10)
DIGEST = answer().digest


def record(
    given: Mark | None = None, grant: str = "g1", digest: str = DIGEST, **changes: Any
) -> CheckInRecord:
    plain = CheckInRecord(answer(grant, digest), UNTIL, given, trace(f"{grant}:{digest}"))
    return replace(plain, **changes)


def left_by(store: Store, grant: str = "g1", digest: str = DIGEST) -> tuple[object, ...]:
    """What a check-in of the first student may have left, but for the trace."""
    return store.spent_on(grant), store.mark(TODAY, "s1"), store.answer(grant, digest, NOON)


# --- record_check_in --------------------------------------------------------------------------------


def test_a_check_in_leaves_a_spent_grant_a_mark_and_an_answer(store: Store, place: Place) -> None:
    written = store.record_check_in(record(mark("s1")))
    assert written == CheckInWritten(DIGEST, answer(), has_mark=True, has_trace=written.has_trace)
    again = place.open()
    assert left_by(again) == (DIGEST, mark("s1"), answer())
    again.close()


def test_a_trace_is_written_with_it_or_left_to_do(store: Store) -> None:
    written = store.record_check_in(record(mark("s1")))
    assert store.traces_of_session(TODAY) == ([trace(f"g1:{DIGEST}")] if written.has_trace else [])
    assert store.add_trace(trace(f"g1:{DIGEST}")) is not written.has_trace


def test_the_same_check_in_again_writes_nothing_more(store: Store) -> None:
    store.record_check_in(record(mark("s1")))
    before = store.feed_number()
    other = replace(answer(), answer={"code": "late"})
    for given in (mark("s1"), None):
        written = store.record_check_in(record(given, answer=other))
        assert (written.bound_to, written.answer, written.has_mark) == (DIGEST, answer(), False)
        assert left_by(store) == (DIGEST, mark("s1"), answer())
    assert store.feed_number() == before


def test_under_a_spent_grant_another_photo_leaves_nothing(store: Store) -> None:
    store.spend_grant("g1", "another", UNTIL)
    assert store.record_check_in(record(mark("s1"))) == CheckInWritten("another")
    assert left_by(store) == ("another", None, None)
    assert store.traces_of_session(TODAY) == []


def test_what_was_marked_meanwhile_is_not_written_over(store: Store) -> None:
    theirs = mark("s1", status=MarkStatus.EXCUSED, attempt=None)
    store.insert_mark(theirs)
    assert store.record_check_in(record(mark("s1"))) == CheckInWritten(DIGEST)
    assert left_by(store) == (DIGEST, theirs, None)
    assert store.traces_of_session(TODAY) == []
    next_one = mark("s1", version=2)
    assert store.record_check_in(record(next_one)).has_mark
    assert left_by(store) == (DIGEST, next_one, answer())


def test_an_outdated_version_is_not_written(store: Store) -> None:
    store.insert_mark(mark("s1"))
    later = mark("s1", status=MarkStatus.LATE, version=2)
    store.replace_mark(later)
    assert store.record_check_in(record(mark("s1", version=2))) == CheckInWritten(DIGEST)
    assert left_by(store) == (DIGEST, later, None)


def test_a_check_in_that_changes_no_mark_keeps_its_answer(store: Store) -> None:
    store.insert_mark(mark("s1"))
    written = store.record_check_in(record())
    assert (written.bound_to, written.answer, written.has_mark) == (DIGEST, answer(), False)
    assert left_by(store) == (DIGEST, mark("s1"), answer())


def test_of_a_student_who_is_gone_nothing_is_written(store: Store) -> None:
    store.remove_student("s1")
    for given in (mark("s1"), None):  # without a mark, the answer names the student
        with pytest.raises(StudentNotFoundError, match="s1"):
            store.record_check_in(record(given))
        assert left_by(store)[1:] == (None, None)
        assert store.traces_of_session(TODAY) == []
    nobody = answer(digest=DIGEST, answer={"code": "not_found", "student_id": None})
    written = store.record_check_in(record(answer=nobody))
    assert (written.answer, written.has_trace) == (nobody, False)


def test_in_a_session_that_is_unknown_nothing_is_written(store: Store) -> None:
    with pytest.raises(SessionNotFoundError, match="nowhere"):
        store.record_check_in(record(mark("s1", "nowhere")))
    assert store.answer("g1", DIGEST, NOON) is None


def test_a_check_in_shows_on_its_sessions_board(store: Store) -> None:
    before = store.session_changes(TODAY)
    store.record_check_in(record(mark("s1")))
    assert store.session_changes(TODAY) > before


# --- check_in_state ---------------------------------------------------------------------------------


def test_before_anything_happened_only_session_and_course_are_known(store: Store) -> None:
    state = store.check_in_state(TODAY, ("g1", "g1#4"), DIGEST, NOON)
    assert (state.session, state.course) == (session(), course())
    assert (state.kept, state.named, dict(state.spent)) == (None, None, {})


def test_of_an_unknown_session_nothing_is_known(store: Store) -> None:
    state = store.check_in_state("nowhere", ("g1",), DIGEST, NOON)
    assert (state.session, state.course) == (None, None)
    store.add_session(session("lost", course_id="gone"))
    state = store.check_in_state("lost", ("g1",), DIGEST, NOON)
    assert (state.session, state.course) == (session("lost", course_id="gone"), None)


def test_what_was_spent_and_answered_is_known_with_the_mark_it_names(store: Store) -> None:
    named = answer(answer={"code": "present", "student_id": "s1", "session_id": TODAY})
    store.record_check_in(record(mark("s1"), answer=named))
    store.spend_grant("g1#4", "another", UNTIL)
    store.spend_grant("g2", "not asked for", UNTIL)
    state = store.check_in_state(TODAY, ("g1", "g1#4"), DIGEST, NOON)
    assert (state.kept, state.named) == (named, mark("s1"))
    assert dict(state.spent) == {"g1": DIGEST, "g1#4": "another"}
    other = store.check_in_state(TODAY, ("g1", "g1#4"), "another", NOON)
    assert (other.kept, other.named, dict(other.spent)) == (None, None, dict(state.spent))


def test_an_answer_that_has_expired_is_none(store: Store) -> None:
    store.keep_answer(answer())
    end = answer().expires_at
    assert store.check_in_state(TODAY, ("g1",), DIGEST, end - MS).kept == answer()
    assert store.check_in_state(TODAY, ("g1",), DIGEST, end).kept is None


def test_an_answer_that_names_nobody_has_no_mark(store: Store) -> None:
    nobody = answer(answer={"code": "not_found", "student_id": None, "session_id": TODAY})
    store.keep_answer(nobody)
    state = store.check_in_state(TODAY, ("g1",), DIGEST, NOON)
    assert (state.kept, state.named) == (nobody, None)


# --- students_of_device -----------------------------------------------------------------------------


def test_a_device_has_the_students_it_brought_in_the_latest_first(store: Store) -> None:
    for number, name in enumerate(("s1", "s2", "s1", None)):
        store.add_trace(trace(str(number), student_id=name, at=NOON + number * MS))
    assert store.students_of_device("key:phone", 50) == [], "nobody is marked"
    store.insert_mark(mark("s1"))
    store.insert_mark(mark("s2"))
    assert store.students_of_device("key:phone", 50) == ["s1", "s2"]
    assert store.students_of_device("key:phone", 2) == ["s1"]
    assert store.students_of_device("another", 50) == []


def test_students_whose_marks_do_not_count_are_not_the_devices(store: Store) -> None:
    store.add_session(session("earlier"))
    store.add_student(student("s3"))
    for number, (name, where) in enumerate((("s1", "earlier"), ("s1", TODAY), ("s2", TODAY), ("s3", TODAY))):
        store.add_trace(trace(str(number), student_id=name, session_id=where, at=NOON + number * MS))
    store.insert_mark(mark("s1", "earlier", status=MarkStatus.LATE))
    store.insert_mark(mark("s1", status=MarkStatus.ABSENT))
    store.insert_mark(mark("s2", under_review=True))
    assert store.students_of_device("key:phone", 50) == ["s1"]
    assert store.students_of_device("key:phone", 3) == [], "only the latest traces are looked at"
