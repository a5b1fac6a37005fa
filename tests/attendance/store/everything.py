"""A register in which every kind of record has every field set, and all of it as a store returns it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from attendance.store.protocol import Store
from attendance.store.protocols.sealing import SealStage, SealState
from attendance.store.records import Declared, Record, to_record
from attendance.values import (
    ChangeKind,
    Consent,
    ConsentForm,
    ConsentParty,
    LivenessMode,
    LivenessResult,
    MarkEvent,
    MarkEvidence,
    MarkMethod,
    MarkStatus,
    NoticeState,
    Place,
    ReviewDecision,
    RoomPicture,
    ScheduleRule,
    SecondFactor,
    SessionAct,
    SessionEvent,
    SpotCheck,
    Student,
    Withdrawal,
)
from tests.attendance.store.builders import (
    MS,
    NOON,
    alarm,
    answer,
    api_token,
    course,
    crop,
    day_off,
    link,
    login,
    mark,
    notice,
    photo_job,
    pin,
    portrait,
    review,
    session,
    student,
    student_change,
    template,
    trace,
    user,
)

EVIDENCE = MarkEvidence(place=Place.KIOSK, liveness=LivenessResult.FAILED, why=("turned away",), signed=True)
LATER = NOON + timedelta(hours=3)
JSON = '{"by": "Zoë"}'
STUDENT_IDS = ("s1", "s2", "s3")
SESSION_IDS = ("general|2025-11-21", "physics|2025-11-21|09:00")


def fill_everything(store: Store) -> None:
    """Write a record of every kind, so that no column is empty everywhere."""
    if store.seal_state() is None:
        store.begin_sealing(SealState("0f" * 8, "0e" * 4, SealStage.SEALED, "check", "0e" * 4))
    _people(store)
    _classes(store)
    _check_ins(store)
    _accounts(store)
    store.add_student(student("gone"))
    store.remove_student("gone")
    store.feed_number()


def _people(store: Store) -> None:
    store.add_student(full_student())
    store.add_student(student("s2", name="Grace Hopper", movement_exempt=True))
    withdrawn = Withdrawal(LATER, "office")
    store.add_student(student("s3", name="Zoë Ž", consent=None, withdrawn=withdrawn, active=False))
    store.add_templates([template("t1"), template("t2", source="c" * 64)], [crop(), crop("c" * 64)])
    store.save_portrait(portrait("s1"))
    store.note_student_changes([student_change("c1", course_id="physics", user_id="u1")])
    store.note_student_changes([student_change("c2", None, kind=ChangeKind.ENROL_RIGHT_GIVEN)])
    store.claim_notice(notice("n1"))
    failed = {"state": NoticeState.FAILED, "sent_at": LATER, "problem": "550", "held_by": "u1"}
    store.claim_notice(notice("n2", student_id="s2"))
    store.replace_notice(notice("n2", student_id="s2", version=2, **failed))


def full_student() -> Student:
    """With all details, two templates, and the face that they were made from."""
    return student(
        "s1",
        name="Eileen Collins",
        email="eileen@example.org",
        phone="+49 30 5550 117",
        department="Φιλοσοφία",
        year="2",
        guardian_email="home@example.org",
        image_id="0007",
        consent=Consent(NOON + MS, "Sekretariat", "signed form, “blue”"),
        other_consents=(
            Consent(
                NOON + MS,
                "Sekretariat",
                "kept in the office",
                ConsentParty.GUARDIAN,
                ConsentForm.PAPER,
                given_on="2025-11-20",
                valid_until="2035-07-31",
            ),
        ),
        guardian_name="Ann Collins",
    )


def _classes(store: Store) -> None:
    store.add_course(course())
    store.add_course(
        course(
            "physics",
            name="Physik II: Wärme & Licht",
            roster=("s1", "s2"),
            teachers=("u1",),
            late_after_minutes=7,
            code_interval=30,
            static_code=True,
            active=False,
            schedule=(ScheduleRule(3, "09:00", 90),),
            first_day="2025-10-01",
            last_day="2026-02-15",
            liveness=LivenessMode.FLAG,
            movements=2,
            spot_check=True,
        )
    )
    store.add_day_off(day_off())
    store.add_session(session())
    store.add_session(
        session(
            SESSION_IDS[1],
            course_id="physics",
            opened_by="u1",
            planned=True,
            by_hand=True,
            closed_at=LATER,
            cancelled_at=LATER,
            history=(SessionEvent(LATER, SessionAct.CANCELLED, "u1", "Grippe"),),
            room_pictures=(RoomPicture(NOON, "u1", ("s1",)),),
            spot_checks=(SpotCheck(NOON, "u1", ("s2",)),),
        )
    )


def _check_ins(store: Store) -> None:
    store.insert_mark(mark(evidence=EVIDENCE))
    late = MarkEvent(LATER, MarkStatus.LATE, MarkMethod.MANUAL, "u1", "was there", came_at=NOON)
    first = mark("s2", status=MarkStatus.LATE, reviewer="u1", under_review=True)
    store.insert_mark(first)
    store.replace_mark(mark("s2", reviewer="u1", version=2, history=(*first.history, late), score=0.1 + 0.2))
    joined = {"joined": ("r0",), "shared": True, "evidence": EVIDENCE}
    store.hold_review(review("r1", subject="s1|look_alike", **joined), most=3)
    store.hold_review(review("r2", "s2", "s1"))
    store.decide_review("r2", ReviewDecision.ACCEPTED, decided_for="s2", by="u1", at=LATER)
    store.spend_grant("g1", "d1", LATER)
    store.keep_answer(answer())
    store.add_trace(trace())
    store.add_trace(trace("other", student_id=None, device=None, address=None, digest="e" * 64, picture=None))
    one = alarm(detail=("12", "13"))
    store.add_alarm(one)
    store.settle_alarm(one.id, by="u1", at=LATER, for_good=True)
    read = {"reading": JSON, "decision": JSON, "marks": JSON, "progress": JSON, "crashes": 2}
    store.add_job(photo_job("1"))
    store.add_job(photo_job("2", reader="host 12", reader_until=LATER, **read))
    store.pin_engine(pin())


def _accounts(store: Store) -> None:
    factor = SecondFactor("sealed secret", 55_555, ("ab" * 32, "cd" * 32), NOON)
    flags = {"strong_password": True, "asked_for_factor": True, "enrols": True, "active": False}
    store.add_user(user("u1"))
    store.add_user(user("u2", second_factor=factor, **flags))
    store.add_login(login())
    store.note_login_failure("name ada", NOON)
    store.put_link(link())
    store.put_link(link("bb", expires_at=LATER))
    ends: dict[str, Any] = {
        "expires_at": LATER,
        "revoked_at": LATER,
        "last_used_at": NOON,
        "photo_only": False,
    }
    store.add_api_token(api_token(**ends))


def everything_in(store: Store) -> dict[str, list[Record]]:
    """All values of a register that were written there, as records, without the audit trail's end."""
    students = store.students()
    ids = [each.id for each in students]
    sessions = store.sessions()
    portraits = [store.portrait_of(each) for each in ids]
    users = store.users()
    pinned = store.engine_pin()
    return {
        "students": _records(students),
        "templates": _records(each for student_id in ids for each in store.templates_of(student_id)),
        "crops": _records(each for student_id in ids for each in store.crops_of(student_id)),
        "portraits": _records(each for each in portraits if each is not None),
        "courses": _records(store.courses()),
        "sessions": _records(sessions),
        "days off": _records(store.days_off()),
        "marks": _records(store.marks_of_sessions([each.id for each in sessions])),
        "reviews": _records(store.reviews(undecided_only=False)),
        "alarms": _records(each for one in sessions for each in store.alarms_of(one.id)),
        "traces": _records(each for one in sessions for each in store.traces_of_session(one.id)),
        "jobs": _records(each for one in sessions for each in store.jobs_of_session(one.id)),
        "notices": _records(store.notices()),
        "changes": _records(store.student_changes(10**6)),
        "users": _records(users),
        "logins": _records(each for one in users for each in store.logins_of(one.id)),
        "tokens": _records(store.api_tokens()),
        "engine": [] if pinned is None else [to_record(pinned)],
        "audit keys": [{"keys": store.audit_keys()}],
    }


def _records(values: Iterable[Declared]) -> list[Record]:
    return [to_record(value) for value in values]
