"""The audit trail: whatever method writes leaves its entry, on every database."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from attendance.audit.chain.actor import Actor, acting
from attendance.audit.chain.changes import Noted
from attendance.audit.chain.describing import event_of
from attendance.audit.chain.hashing import reference
from attendance.audit.chain.values import AuditEntry, AuditFilter, AuditKind
from attendance.audit.trail import AuditTrail
from attendance.errors import SessionNotFoundError, StudentNotFoundError
from attendance.store.protocol import Store
from attendance.store.whole_check_ins import CheckInRecord
from attendance.values import (
    AlarmKind,
    Consent,
    ConsentParty,
    MarkStatus,
    ReviewDecision,
    Role,
    SpotCheck,
    Student,
    Withdrawal,
)
from tests.attendance.store.builders import (
    CONSENT,
    MS,
    NOON,
    alarm,
    answer,
    api_token,
    course,
    crop,
    day_off,
    login,
    mark,
    pin,
    portrait,
    review,
    session,
    student,
    template,
    user,
)
from tests.attendance.store.contract.test_feed import READS

K = AuditKind
ALARM = alarm()
Call = Callable[[Store], object]


def in_order(*calls: Call) -> Call:
    def call(store: Store) -> None:
        for each in calls:
            each(store)

    return call


def nothing(_store: Store) -> None:
    """Prepare nothing."""


def check_in() -> CheckInRecord:
    return CheckInRecord(answer("g9", "d9"), NOON + 1000 * MS, mark("s2"), None)


BY_GUARDIAN = Consent(NOON, "office", "the other form", ConsentParty.GUARDIAN)
OBJECTION = Withdrawal(NOON, "office", ConsentParty.GUARDIAN)
WRITES: dict[str, tuple[Call, Call, list[AuditKind]]] = {
    "add_student": (
        nothing,
        lambda store: store.add_student(student("s3")),
        [K.STUDENT_ADDED, K.CONSENT_GIVEN],
    ),
    "update_student": (
        nothing,
        lambda store: store.update_student(
            student("s1", email="x@example.org", consent=None, withdrawn=Withdrawal(NOON, "office"))
        ),
        [K.DETAIL_CHANGED, K.CONSENT_WITHDRAWN],
    ),
    "remove_student": (
        lambda store: store.insert_mark(mark("s1")),
        lambda store: store.remove_student("s1"),
        [K.STUDENT_REMOVED],
    ),
    "insert_mark": (nothing, lambda store: store.insert_mark(mark("s1")), [K.MARKED]),
    "insert_marks": (
        nothing,
        lambda store: store.insert_marks([mark("s1"), mark("s2")]),
        [K.MARKED, K.MARKED],
    ),
    "replace_mark": (
        lambda store: store.insert_mark(mark("s1")),
        lambda store: store.replace_mark(mark("s1", version=2, status=MarkStatus.EXCUSED)),
        [K.CORRECTED],
    ),
    "replace_marks": (
        lambda store: store.insert_mark(mark("s1")),
        lambda store: store.replace_marks([mark("s1", version=2), mark("s2", version=5)]),
        [K.CORRECTED],
    ),
    "record_check_in": (nothing, lambda store: store.record_check_in(check_in()), [K.MARKED]),
    "hold_review": (nothing, lambda store: store.hold_review(review("r1", "s1")), [K.REVIEW_HELD]),
    "decide_review": (
        lambda store: store.hold_review(review("r1", "s1")),
        lambda store: store.decide_review("r1", ReviewDecision.ACCEPTED, decided_for="s1", by="u1", at=NOON),
        [K.REVIEWED],
    ),
    "add_templates": (
        nothing,
        lambda store: store.add_templates([template("t1"), template("t2"), template("t3", "s2")], [crop()]),
        [K.ENROLLED, K.ENROLLED],
    ),
    "replace_templates": (
        lambda store: store.add_templates([template("t1")]),
        lambda store: store.replace_templates("s1", [template("t2")]),
        [K.ENROLLED],
    ),
    "drop_templates": (
        lambda store: store.add_templates([template("t1")]),
        lambda store: store.drop_templates([template("t1")]),
        [K.PHOTOS_ERASED],
    ),
    "forget_photo": (
        lambda store: store.add_templates([template("t1")]),
        lambda store: store.forget_photo("s1", template("t1").source),
        [K.PHOTOS_ERASED],
    ),
    "save_portrait": (nothing, lambda store: store.save_portrait(portrait()), [K.PORTRAIT]),
    "forget_portrait": (
        lambda store: store.save_portrait(portrait()),
        lambda store: store.forget_portrait("s1"),
        [K.PORTRAIT],
    ),
    "pin_engine": (nothing, lambda store: store.pin_engine(pin()), [K.SETTING]),
    "repin_engine": (
        lambda store: store.pin_engine(pin()),
        lambda store: store.repin_engine(pin("retail-1")),
        [K.SETTING],
    ),
    "add_course": (nothing, lambda store: store.add_course(course("c", roster=("s1",))), [K.COURSE_ADDED]),
    "replace_course": (
        lambda store: store.add_course(course("c", roster=("s1",))),
        lambda store: store.replace_course(course("c", name="Other", roster=("s2",), version=2)),
        [K.COURSE_CHANGED, K.ROSTER],
    ),
    "add_to_roster": (
        lambda store: store.add_course(course("c", roster=())),
        lambda store: store.add_to_roster("c", ["s1"]),
        [K.ROSTER],
    ),
    "remove_from_roster": (
        lambda store: store.add_course(course("c", roster=("s1",))),
        lambda store: store.remove_from_roster("c", ["s1"]),
        [K.ROSTER],
    ),
    "add_session": (
        nothing,
        lambda store: store.add_session(session("new", token="n")),
        [K.SESSION_ADDED],
    ),
    "replace_session": (
        nothing,
        lambda store: store.replace_session(
            replace(
                session(),
                closed_at=NOON,
                closes_at=NOON,
                spot_checks=(SpotCheck(NOON, "u1", ("s1",)),),
                version=2,
            )
        ),
        [K.SESSION_CLOSED, K.SESSION_CHANGED, K.SPOT_CHECK],
    ),
    "add_day_off": (nothing, lambda store: store.add_day_off(day_off()), [K.SETTING]),
    "remove_day_off": (
        lambda store: store.add_day_off(day_off()),
        lambda store: store.remove_day_off(day_off().id),
        [K.SETTING],
    ),
    "add_user": (nothing, lambda store: store.add_user(user()), [K.USER_ADDED]),
    "replace_user": (
        lambda store: store.add_user(user(role=Role.TEACHER)),
        lambda store: store.replace_user(user(role=Role.ADMIN, password_hash="another", version=2)),
        [K.ROLE, K.USER_CHANGED],
    ),
    "add_login": (
        lambda store: store.add_user(user()),
        lambda store: store.add_login(login()),
        [K.LOGIN],
    ),
    "add_api_token": (nothing, lambda store: store.add_api_token(api_token()), [K.TOKEN_MADE]),
    "replace_api_token": (
        lambda store: store.add_api_token(api_token()),
        in_order(
            lambda store: store.replace_api_token(api_token(version=2, last_used_at=NOON)),
            lambda store: store.replace_api_token(api_token(version=3, revoked_at=NOON)),
        ),
        [K.TOKEN_REVOKED],
    ),
    "settle_alarm": (
        lambda store: store.add_alarm(ALARM),
        lambda store: store.settle_alarm(ALARM.id, by="u1", at=NOON, for_good=False),
        [K.ALARM_SETTLED],
    ),
    "reopen_alarm": (
        in_order(
            lambda store: store.add_alarm(ALARM),
            lambda store: store.settle_alarm(ALARM.id, by="u1", at=NOON, for_good=False),
        ),
        lambda store: store.reopen_alarm(ALARM.id),
        [K.ALARM_REOPENED],
    ),
    "note_event": (nothing, lambda store: store.note_event(event_of(Noted(K.EXPORT, about="x"))), [K.EXPORT]),
}
"""Each method whose writes are recorded: what is there before, a call, and the kinds of its entries."""

CONSENTS: dict[str, tuple[Student, Student, AuditKind]] = {
    "a guardian agrees, too": (
        student("s1"),
        student("s1", other_consents=(BY_GUARDIAN,)),
        K.CONSENT_GIVEN,
    ),
    "somebody objects": (
        student("s1"),
        student("s1", consent=None, other_consents=(CONSENT,), withdrawn=Withdrawal(NOON, "office")),
        K.CONSENT_WITHDRAWN,
    ),
    "another objects, too": (
        student("s1", consent=None, withdrawn=Withdrawal(NOON, "office")),
        student("s1", consent=None, withdrawn=Withdrawal(NOON, "office"), other_objections=(OBJECTION,)),
        K.CONSENT_WITHDRAWN,
    ),
    "it was a mistake": (
        student("s1", consent=None, other_consents=(CONSENT,), withdrawn=OBJECTION),
        student("s1"),
        K.OBJECTION_UNDONE,
    ),
    "they agree again": (
        student("s1", consent=None, withdrawn=OBJECTION),
        student("s1", consent=BY_GUARDIAN),
        K.CONSENT_GIVEN,
    ),
    "its last day is over": (
        student("s1"),
        student("s1", consent=None, other_consents=(CONSENT,)),
        K.CONSENT_ENDED,
    ),
}


@pytest.mark.parametrize("case", CONSENTS)
def test_each_change_of_consent_has_its_kind(store: Store, case: str) -> None:
    before, after, kind = CONSENTS[case]
    store.update_student(before)
    store.chain_pending()
    last = store.find_audit(AuditFilter(), 1)[0].number
    store.update_student(after)
    store.chain_pending()
    entries = [each for each in store.find_audit(AuditFilter(), 9) if each.number > last]
    assert [each.kind for each in entries] == [kind]
    for private in (BY_GUARDIAN.how, CONSENT.how):
        assert private not in entries[0].after + entries[0].before


EXEMPT = {
    "spend_grant": "a grant is no fact about anybody; the mark that it led to is recorded",
    "keep_answer": "a repeated request gets the same response; its mark is recorded",
    "purge_grants": "what has expired decides nothing any more",
    "forget_snapshot": "a picture is deleted on a clock; the review that it was for is recorded",
    "add_trace": "comes of a check-in, whose mark is recorded",
    "forget_addresses": "deleted on a clock",
    "purge_traces": "deleted on a clock",
    "add_alarm": "follows from check-ins by a rule; who settles it is recorded",
    "purge_alarms": "deleted on a clock",
    "note_student_changes": "is a record itself, of changes that are recorded where they are made",
    "purge_student_changes": "deleted on a clock",
    "forget_erased": "what is left of erased students in the feed, deleted on a clock",
    "claim_notice": "follows from marks, which are recorded",
    "replace_notice": "the progress of sending",
    "forget_notice": "takes back a claim that nothing was sent for",
    "note_login_seen": "a sign of life of a login that is recorded",
    "note_login_proof": "the password was entered again within a login that is recorded",
    "end_login": "that somebody has gone proves nothing",
    "end_logins": "follows from a changed account, which is recorded, or is as end_login",
    "purge_logins": "what has expired opens nothing any more",
    "note_login_failure": "counts before the password is checked; wrong ones are recorded by note_event",
    "forget_login_failures": "the counter, after a login that is recorded",
    "purge_login_failures": "the counter",
    "put_link": "what a link does is recorded: an account is added or has a password",
    "consume_link": "the same",
    "purge_links": "what has expired opens nothing any more",
    "add_job": "photos that wait to be read; the marks that come of them are recorded",
    "claim_job": "who reads them",
    "keep_job": "a sign of life of the reader",
    "release_job": "who reads them",
    "replace_job": "what was read and confirmed; the marks are recorded",
    "remove_job": "photos that were read",
    "chain_pending": "chains what is recorded already",
    "begin_sealing": "how the register is stored, and nothing in it",
    "replace_seal_state": "the same",
    "rewrite": "the same values, sealed with another key",
    "forget_copies": "what a migration left",
}
"""The methods that write and leave no entry, and why."""


def test_every_method_that_writes_leaves_an_entry_or_has_a_reason_not_to() -> None:
    methods = {name for name, _ in inspect.getmembers(Store) if not name.startswith("_")}
    assert methods == WRITES.keys() | EXEMPT.keys() | READS


def test_what_is_sealed_again_leaves_no_entry_and_the_next_change_does(store: Store) -> None:
    store.add_student(student("s9", email="a@example.org"))
    before = store.audit_head()
    assert before is not None
    assert store.rewrite(Student, lambda found: replace(found, phone="sealed")) > 0
    assert store.audit_head() == before
    store.update_student(replace(student("s9"), name="Grace Hopper"))
    assert [entry.kind for entry in entries(store, before.number)] == [AuditKind.DETAIL_CHANGED]
    assert AuditTrail(store).verify().is_clean


@pytest.mark.parametrize("method", WRITES)
def test_a_method_that_writes_leaves_its_entries(method: str, store: Store) -> None:
    before, call, kinds = WRITES[method]
    before(store)
    head = store.audit_head()
    assert head is not None
    with acting(Actor("user:anna", "abcd")):
        call(store)
    new = entries(store, head.number)
    assert [entry.kind for entry in new] == kinds
    assert {(entry.actor, entry.origin) for entry in new} == {("user:anna", "abcd")}
    assert AuditTrail(store).verify().is_clean


def entries(store: Store, after: int = 0) -> list[AuditEntry]:
    """The entries after a number, oldest first."""
    found = store.find_audit(AuditFilter(), 1000)
    return [entry for entry in reversed(found) if entry.number > after]


def last(store: Store) -> AuditEntry:
    """The last entry."""
    head = store.audit_head()
    assert head is not None
    return head


def test_what_was_not_written_is_not_recorded(store: Store) -> None:
    store.insert_mark(mark("s1"))
    before = last(store)
    assert not store.insert_mark(mark("s1"))
    assert not store.replace_mark(mark("s1", version=7))
    assert store.insert_marks([mark("s1")]) == []
    with pytest.raises(StudentNotFoundError):
        store.insert_mark(mark("nobody"))
    with pytest.raises(SessionNotFoundError):
        store.insert_mark(mark("s1", "no session"))
    assert last(store) == before


def test_marks_of_somebody_who_is_gone_are_skipped_with_their_entries(store: Store) -> None:
    before = last(store)
    assert store.insert_marks([mark("nobody"), mark("s2")]) == [mark("s2")]
    assert [entry.kind for entry in entries(store, before.number)] == [K.MARKED]
    assert AuditTrail(store).verify().is_clean


def test_personal_data_is_hashed_with_a_key_that_goes_with_the_student(store: Store) -> None:
    store.update_student(student("s1", name="Zoë Personal", email="zoe@example.org", phone="555 0117"))
    store.add_templates([template("t1")])
    store.insert_mark(mark("s1", history=()))
    text = "".join(f"{entry.about} {entry.before} {entry.after}" for entry in entries(store))
    for personal in ("Zoë", "zoe@", "555 0117", "roll s1", "Student One", "signed form", "s1"):
        assert personal not in text
    changed = next(entry for entry in entries(store) if entry.kind is K.DETAIL_CHANGED)
    assert json.loads(changed.after).keys() == {"name", "email", "phone"}
    key = store.audit_keys()["s1"]
    assert changed.student == reference(key)
    store.remove_student("s1")
    assert "s1" not in store.audit_keys()
    assert last(store).kind is K.STUDENT_REMOVED
    assert last(store).student == reference(key)
    assert AuditTrail(store).verify().is_clean


def test_the_trail_is_filtered(store: Store) -> None:
    # On MongoDB two changes of one millisecond have no order, unless the first one is chained already.
    store.chain_pending()
    with acting(Actor("user:anna")):
        store.insert_mark(mark("s1"))
    store.chain_pending()
    trail = AuditTrail(store)
    with acting(Actor("phone")):
        store.insert_mark(mark("s2"))
    anna, phone = (
        trail.find(AuditFilter(actor=name, kinds=(K.MARKED,)), 10) for name in ("user:anna", "phone")
    )
    assert [entry.student for entry in anna] == [trail.reference("s1")]
    assert trail.find(AuditFilter(student=trail.reference("s2"), kinds=(K.MARKED,)), 10) == phone
    number = phone[0].number
    assert trail.find(AuditFilter(below=number), 1) == anna
    assert trail.find(AuditFilter(since=phone[0].at, until=phone[0].at), 10) == []
    assert phone[0] in trail.find(AuditFilter(since=phone[0].at, until=phone[0].at + MS), 10)
    assert trail.actors() == ["phone", "program", "user:anna"]


def test_a_removed_student_can_come_back_under_the_same_id(store: Store) -> None:
    store.insert_mark(mark("s1"))
    store.remove_student("s1")
    store.add_student(student("s1"))
    store.insert_mark(mark("s1"))
    assert AuditTrail(store).verify().is_clean


def test_the_chain_of_a_new_register_begins_with_an_entry(empty_store: Store) -> None:
    (only,) = entries(empty_store)
    assert (only.number, only.kind, only.previous) == (1, K.BEGUN, "0" * 64)


def test_alarms_have_a_kind_in_the_trail(store: Store) -> None:
    store.add_alarm(ALARM)
    store.settle_alarm(ALARM.id, by="u1", at=NOON, for_good=True)
    assert json.loads(last(store).after) == {"alarm": AlarmKind(ALARM.kind).value, "for_good": 1}
