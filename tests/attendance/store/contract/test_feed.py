"""The feed of changes, on every database."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from attendance.store.protocol import Store
from attendance.store.whole_check_ins import CheckInRecord
from attendance.values import MarkStatus
from attendance.values.feed import Feed, FeedKind, FeedPlace
from tests.attendance.store.builders import (
    NOON,
    alarm,
    answer,
    course,
    mark,
    review,
    session,
    student,
    template,
    trace,
)
from tests.attendance.store.databases import MongomockPlace, Place
from tests.attendance.store.followers import (
    NEW_SESSION,
    START,
    STUDENT_1,
    STUDENT_2,
    TODAY,
    Follower,
    Seen,
    mark_of,
)


@pytest.fixture
def follower(store: Store) -> Follower:
    return Follower(store)


def test_everything_is_in_the_feed_from_the_start_in_order(store: Store, follower: Follower) -> None:
    store.insert_mark(mark("s1"))
    assert follower.read() == [STUDENT_1, STUDENT_2, NEW_SESSION, mark_of("s1")]
    assert follower.read() == []


def test_each_thing_comes_once_and_moves_to_the_end(store: Store, follower: Follower) -> None:
    store.insert_mark(mark("s1"))
    store.insert_mark(mark("s2"))
    store.feed_number()
    late = mark("s1", status=MarkStatus.LATE, version=2)
    assert store.replace_mark(late)
    assert follower.read() == [STUDENT_1, STUDENT_2, NEW_SESSION, mark_of("s2"), mark_of("s1", is_new=False)]
    assert store.replace_mark(replace(late, version=3))
    assert follower.read() == [mark_of("s1", is_new=False)]


def test_entries_have_the_time_of_the_change(store: Store) -> None:
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    store.insert_mark(mark("s1"))
    [*_, entry] = store.feed(START, 9, list(FeedKind)).entries
    assert before <= entry.at <= datetime.now(UTC)
    assert entry.at.microsecond % 1000 == 0


def test_only_the_wanted_kinds_are_read(store: Store) -> None:
    store.insert_mark(mark("s1"))
    store.remove_student("s2")
    assert Follower(store).read(FeedKind.SESSION) == [NEW_SESSION]
    assert Follower(store).read(FeedKind.MARK, FeedKind.STUDENT) == [STUDENT_1, mark_of("s1")]
    assert Follower(store).read(FeedKind.ERASED) == [(FeedKind.ERASED, "", "s2", False)]


def test_of_an_erased_student_only_the_id_stays(store: Store, follower: Follower) -> None:
    store.insert_mark(mark("s1"))
    follower.read()
    store.remove_student("s1")
    assert follower.read() == [(FeedKind.ERASED, "", "s1", False)]
    store.remove_student("s1")  # completes a removal that was interrupted
    store.remove_student("nobody")
    assert Follower(store).read() == [STUDENT_2, NEW_SESSION, (FeedKind.ERASED, "", "s1", False)]


def test_who_comes_back_after_being_erased_is_there_again(store: Store, follower: Follower) -> None:
    store.remove_student("s1")
    follower.read()
    store.add_student(student("s1"))
    assert follower.read() == [STUDENT_1]
    store.remove_student("s1")
    store.add_student(student("s1"))
    assert follower.read() == [(FeedKind.ERASED, "", "s1", False), STUDENT_1]


def test_the_marks_of_a_session_change_with_its_cancellation(store: Store, follower: Follower) -> None:
    store.insert_mark(mark("s1"))
    store.insert_mark(mark("s2"))
    follower.read()
    changed = (FeedKind.SESSION, "", TODAY, False)
    marks = {mark_of("s1", is_new=False), mark_of("s2", is_new=False)}
    cancelled = replace(session(), cancelled_at=NOON, version=2)
    assert store.replace_session(cancelled)
    assert {*follower.read()} == {changed, *marks}
    assert store.replace_session(replace(cancelled, late_at=None, version=3))
    assert follower.read() == [changed], "marks don't change with the times of a session"
    assert store.replace_session(replace(cancelled, cancelled_at=None, version=4))
    assert {*follower.read()} == {changed, *marks}
    assert follower.read() == []


def test_what_was_not_written_is_no_change(store: Store, follower: Follower) -> None:
    store.insert_mark(mark("s1"))
    follower.read()
    assert not store.insert_mark(mark("s1"))
    assert not store.replace_mark(mark("s1", version=7))
    assert store.insert_marks([mark("s1")]) == []
    assert not store.add_session(session())
    assert not store.replace_session(session(version=7))
    assert not store.update_student(student("s1", year="2"), before=student("s1", year="3"))
    store.hold_review(review("r1"))  # counts on the session's board
    assert follower.read() == []


def test_a_number_is_never_used_again(store: Store) -> None:
    store.insert_mark(mark("s1"))
    before = store.feed_number()
    store.remove_student("s1")
    assert store.feed_number() > before
    last = store.feed_number()
    assert store.forget_erased(datetime.now(UTC) + timedelta(days=1)) == 1
    store.add_student(student("s3"))
    assert store.feed_number() > last


def test_a_follower_that_missed_an_erasure_can_tell(store: Store, follower: Follower) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    follower.read()
    store.remove_student("s1")
    assert store.forget_erased(datetime.now(UTC) - timedelta(days=1)) == 0
    assert store.feed(follower.place, 9, list(FeedKind)).forgotten == 0
    assert store.forget_erased(tomorrow) == 1
    assert store.feed(follower.place, 9, list(FeedKind)).forgotten > follower.place.number
    follower.read()
    assert store.feed(follower.place, 9, list(FeedKind)).forgotten <= follower.place.number
    assert store.forget_erased(tomorrow) == 0


def test_a_place_that_the_feed_never_had_is_not_known(store: Store) -> None:
    number = store.feed_number()
    assert store.feed(FeedPlace(number), 9, list(FeedKind)).is_known
    assert not store.feed(FeedPlace(number + 1), 9, list(FeedKind)).is_known


def test_each_register_has_a_feed_of_its_own(store: Store, place: Place, mongomock_feed: Feed) -> None:
    again = place.open()
    ours = store.feed(START, 1, list(FeedKind))
    assert again.feed(START, 1, list(FeedKind)).name == ours.name != mongomock_feed.name
    again.close()


@pytest.fixture
def mongomock_feed() -> Feed:
    return MongomockPlace().open().feed(START, 1, list(FeedKind))


def test_what_another_process_or_machine_writes_is_in_the_same_feed(
    store: Store, place: Place, follower: Follower
) -> None:
    follower.read()
    before = store.feed_number()
    other = place.open()
    other.insert_mark(mark("s2"))
    assert store.feed_number() > before
    assert follower.read() == [mark_of("s2")]
    theirs = Follower(other)
    theirs.place = follower.place
    assert theirs.read() == [], "a cursor of one is good for the other"
    other.close()


def test_pages_end_within_changes_of_the_same_number(store: Store) -> None:
    store.insert_marks([mark("s1"), mark("s2")])
    everything = Follower(store, at_once=100).read()
    assert Follower(store, at_once=1).read() == everything
    assert len(everything) == 5


WRITES: dict[str, tuple[Callable[[Store], object], set[Seen]]] = {
    "add_student": (lambda store: store.add_student(student("s3")), {(FeedKind.STUDENT, "", "s3", True)}),
    "update_student": (
        lambda store: store.update_student(student("s1", name="Another Name")),
        {(FeedKind.STUDENT, "", "s1", False)},
    ),
    "remove_student": (lambda store: store.remove_student("s2"), {(FeedKind.ERASED, "", "s2", False)}),
    "add_session": (
        lambda store: store.add_session(session("general|2025-11-22")),
        {(FeedKind.SESSION, "", "general|2025-11-22", True)},
    ),
    "replace_session": (
        lambda store: store.replace_session(session(closed_at=NOON, version=2)),
        {(FeedKind.SESSION, "", TODAY, False)},
    ),
    "insert_mark": (lambda store: store.insert_mark(mark("s2")), {mark_of("s2")}),
    "record_check_in": (
        lambda store: store.record_check_in(CheckInRecord(answer(), NOON, mark("s2"), trace())),
        {mark_of("s2")},
    ),
    "insert_marks": (lambda store: store.insert_marks([mark("s1"), mark("s2")]), {mark_of("s2")}),
    "replace_mark": (
        lambda store: store.replace_mark(mark("s1", version=2)),
        {mark_of("s1", is_new=False)},
    ),
    "replace_marks": (
        lambda store: store.replace_marks([mark("s1", version=2)]),
        {mark_of("s1", is_new=False)},
    ),
}
"""Each method that writes a student, a session or a mark: one call, and what the feed shows of it."""

READS = {
    *(
        "name",
        "seal_state",
        "close",
        "check",
        "student",
        "student_by_roll",
        "students_with_number",
        "students",
        "templates",
    ),
    *(
        "templates_of",
        "crops_of",
        "gallery_version",
        "portrait_of",
        "mark",
        "marks",
        "marks_of_sessions",
        "course",
    ),
    *("marks_of_student", "review", "reviews", "reviews_of", "spent_on", "answer", "engine_pin", "courses"),
    *("session", "session_by_token", "sessions", "sessions_between", "sessions_of", "unclosed_sessions"),
    *("days_off", "session_changes", "user", "user_by_name", "users", "login", "logins_of", "has_link"),
    *("login_failures", "api_token", "api_token_by_digest", "api_tokens", "notice", "notices", "notices_of"),
    *("student_changes", "feed", "feed_number", "traces_of_session", "addresses_of_session"),
    "traces_of_device",
    *("traces_of_student", "trace_with_digest", "alarm", "alarms_of", "settled_for_good"),
    *("check_in_state", "students_of_device", "job", "job_ids", "jobs_of_session", "unread_jobs"),
    *("count_marks", "count_photos", "count_students", "mark_heads", "marks_among", "marks_versions"),
    *("count_held", "newest_held", "follow"),
    *("alarms_about", "answer_keys", "reviews_about", "sessions_naming"),
    *("audit_head", "audit_rows", "find_audit", "audit_actors", "audit_keys"),
    *("courses_version", "people_version", "standings", "template_keys", "templates_among", "twin_numbers"),
}
WRITES_OTHERS = {
    # No call answers with these.
    *("add_templates", "replace_templates", "drop_templates", "forget_photo"),
    *("save_portrait", "forget_portrait"),
    *("hold_review", "decide_review", "forget_snapshot", "spend_grant", "keep_answer", "purge_grants"),
    *("pin_engine", "repin_engine", "add_course", "replace_course", "add_to_roster", "remove_from_roster"),
    *("add_day_off", "remove_day_off", "add_user", "replace_user", "add_login", "note_login_seen"),
    *("note_login_proof", "end_login", "end_logins", "purge_logins", "note_login_failure"),
    *("forget_login_failures", "purge_login_failures", "put_link", "consume_link", "purge_links"),
    *("add_api_token", "replace_api_token", "claim_notice", "replace_notice", "forget_notice"),
    *("note_student_changes", "purge_student_changes", "forget_erased", "add_trace", "forget_addresses"),
    *("add_job", "claim_job", "keep_job", "release_job", "remove_job", "replace_job"),
    *("purge_traces", "add_alarm", "settle_alarm", "reopen_alarm", "purge_alarms"),
    *("note_event", "chain_pending"),
    *("begin_sealing", "replace_seal_state", "rewrite", "forget_copies"),
}


def test_every_method_of_a_store_is_known_to_write_into_the_feed_or_not() -> None:
    methods = {name for name, _ in inspect.getmembers(Store) if not name.startswith("_")}
    assert methods == WRITES.keys() | READS | WRITES_OTHERS


@pytest.mark.parametrize("method", WRITES)
def test_whatever_writes_a_student_a_session_or_a_mark_is_in_the_feed(
    method: str, store: Store, follower: Follower
) -> None:
    store.insert_mark(mark("s1"))
    follower.read()
    call, expected = WRITES[method]
    call(store)
    assert {*follower.read()} == expected


def test_what_other_methods_write_is_not_in_the_feed(store: Store, follower: Follower) -> None:
    follower.read()
    store.add_templates([template("t1")])
    store.replace_templates("s1", [])
    store.add_course(course("small", roster=("s1",)))
    store.remove_from_roster("small", ["s1"])
    store.add_trace(trace())
    store.add_alarm(alarm())
    assert follower.read() == []
