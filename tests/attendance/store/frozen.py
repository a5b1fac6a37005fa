"""A register with a value of every kind, which later versions must read as schema versions 3 to 8 wrote it.

The files ``sqlite/migrations/version_3.sql`` and ``mongo/version_3.json`` were written by ``write`` when the
program still converted values field by field; those of version 4 by ``write_up_to_4``, those of version 5 by
``write_up_to_5``, those of version 6 by ``write_up_to_6``, those of version 7 by ``write_up_to_7``, those of
version 8 by ``write_all``.
"""

from __future__ import annotations

from dataclasses import replace

from attendance.store.protocol import Store
from attendance.values import (
    AlarmKind,
    ChangeKind,
    Consent,
    LivenessMode,
    LivenessResult,
    Mark,
    MarkEvent,
    MarkEvidence,
    MarkMethod,
    MarkStatus,
    NoticeKind,
    NoticeState,
    Place,
    ReviewDecision,
    ReviewReason,
    Role,
    RoomPicture,
    ScheduleRule,
    SecondFactor,
    SessionAct,
    SessionEvent,
    SpotCheck,
    Withdrawal,
)
from attendance.values.feed import FeedKind
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
    same_template,
    session,
    student,
    student_change,
    template,
    trace,
    user,
)
from tests.attendance.store.followers import Follower, Seen

LATER = NOON + 1001 * MS
COMPLETE = student(
    "s1",
    name='Zoë "李" 🎓',
    email="zoe@example.org",
    phone="+1 303 555 0117",
    department="Physics",
    year="2",
    guardian_email="guardian@example.org",
    consent=Consent(NOON, "Büro", "signed form"),
)
WITHDRAWN = student("s2", consent=None, withdrawn=Withdrawal(LATER, "office"), active=False)
STUDENTS = [COMPLETE, WITHDRAWN]
TEMPLATE, PORTRAIT = template("t1"), portrait("s1")
EVERYBODY = course(liveness=LivenessMode.FLAG)
SMALL = course(
    "small",
    liveness=LivenessMode.FLAG,
    roster=("s1", "s2"),
    teachers=("u2",),
    late_after_minutes=10,
    closes_after_minutes=45,
    code_interval=20,
    static_code=True,
    active=False,
    schedule=(ScheduleRule(0, "09:00", 45), ScheduleRule(4, "13:30", 90)),
)
OPEN = session()
CLOSED = session(
    "small|2025-11-20", course_id="small", late_at=None, opened_by="u2", closed_at=LATER, planned=True
)
NEW_MARK = mark("s1")
MARK_WITH_HISTORY = Mark(
    CLOSED.id,
    "s2",
    MarkStatus.EXCUSED,
    MarkMethod.MANUAL,
    LATER,
    reviewer="u2",
    under_review=True,
    history=(
        MarkEvent(NOON, MarkStatus.LATE, MarkMethod.CLASSROOM_PHOTO, "u1", came_at=NOON - MS),
        MarkEvent(LATER, MarkStatus.EXCUSED, MarkMethod.MANUAL, "u2", "ill, „sic“", under_review=True),
    ),
)
WAITING, DECIDED = review("r1"), review("r2", "s1", created_at=LATER)
ANSWER, PIN, LINK = answer(), pin(), link()
USERS = [
    user("u1"),
    user("u2", role=Role.TEACHER, name="Teacher Two", active=False, password_changed_at=LATER),
]
NOTICES = [
    notice("n1"),
    notice(
        "n2",
        kind=NoticeKind.BELOW_LIMIT,
        session_id=None,
        created_at=LATER,
        state=NoticeState.FAILED,
        problem="no such mailbox",
    ),
    notice("n3", created_at=LATER, state=NoticeState.SENT, sent_at=LATER),
]
TOKENS = [
    api_token("t1"),
    api_token("t2", scopes=(), created_at=LATER, expires_at=LATER, revoked_at=LATER, last_used_at=LATER),
]

FACTOR = SecondFactor("sealed", 58_790_880, ("aa", "bb"), LATER)
ENROLLER = user("u3", role=Role.TEACHER, second_factor=FACTOR, strong_password=True, enrols=True)
LOGINS = [login("l2", user_id="u3", seen_at=LATER, created_at=LATER), login("l1", user_id="u3")]
CHANGES = [student_change("c2", "s2", at=LATER, course_id="small"), student_change("c1")]
JOINED = review("r3", created_at=LATER + MS, subject="s1|a subject", joined=("r4",), shared=True)

NUMBERED = student("s3", roll_number="x-\uff11\uff17 B", image_id="0042", consent=None)  # its key is x-17 b
IN_TERM = course("term", liveness=LivenessMode.FLAG, first_day="2025-09-01", last_day="2026-01-30")
CANCELLATION = SessionEvent(LATER, SessionAct.CANCELLED, "u1", "ill, „sic“")
CANCELLED = session("term|2025-11-22", course_id="term", day="2025-11-22", planned=True)
CANCELLED_AFTER = replace(CANCELLED, cancelled_at=LATER, history=(CANCELLATION,), version=2)
RESTORED = session(
    "term|2025-11-24",
    course_id="term",
    day="2025-11-24",
    by_hand=True,
    history=(CANCELLATION, SessionEvent(LATER + MS, SessionAct.RESTORED, "api:Timetable")),
    version=3,
)
CANCELLED_MARK = mark("s3", CANCELLED.id, method=MarkMethod.CODE, score=None)
DAYS_OFF = [day_off("2025-12-08", "2025-12-08", id="off-2025-12-08"), day_off(by="api:Timetable")]
HELD = notice("n4", student_id="s3", created_at=LATER + MS, state=NoticeState.HELD, held_by="u1")
RIGHT_GIVEN = student_change("c3", None, at=NOON - MS, kind=ChangeKind.ENROL_RIGHT_GIVEN, user_id="u3")

SECOND_TEMPLATE = template("t2", source="c" * 64, quality=0.5)
CROP = crop(SECOND_TEMPLATE.source, quality=0.5)
ERASED = student("s4", roll_number="erased")

STILL = student("s5", roll_number="y-18", consent=None, movement_exempt=True)
ASKING = course("asking", liveness=LivenessMode.REQUIRED, movements=2, spot_check=True)
WATCHED = session(
    "asking|2025-11-26",
    course_id="asking",
    day="2025-11-26",
    room_pictures=(RoomPicture(NOON, "u1", ("s3", "s5")), RoomPicture(LATER, "u2", ())),
    spot_checks=(SpotCheck(LATER, "u2", ("s5",)),),
)
EVIDENCE = MarkEvidence(Place.THIS_NETWORK, LivenessResult.FAILED, ("still_image", "no_turn"), signed=True)
WATCHED_MARKS = [
    mark("s5", WATCHED.id, evidence=EVIDENCE),
    mark(
        "s3",
        WATCHED.id,
        history=(
            MarkEvent(NOON, MarkStatus.PRESENT, MarkMethod.FACE, "student", noted=True),
            MarkEvent(LATER, MarkStatus.ABSENT, MarkMethod.MANUAL, "u2", by_person=True, for_the_rest=True),
            MarkEvent(LATER + MS, MarkStatus.PRESENT, MarkMethod.MANUAL, "u2", by_person=True, restores=1),
        ),
        version=3,
    ),
]
UNPROVEN = review(
    "r5",
    "s5",
    session_id=WATCHED.id,
    created_at=LATER + 2 * MS,
    reason=ReviewReason.UNPROVEN,
    evidence=MarkEvidence(Place.KIOSK, LivenessResult.NOT_SHOWN),
)
FULL_TOKEN = api_token("t3", photo_only=False, created_at=LATER + MS)
TRACES = [
    trace("g7:d7", session_id=WATCHED.id, student_id="s5"),
    trace(
        *("g8:d8",),
        session_id=WATCHED.id,
        at=LATER,
        student_id=None,
        device=None,
        signed=False,
        address=None,
        picture=None,
    ),
]
ALARMS = [
    alarm("s3+s5", WATCHED.id, student_ids=("s3", "s5"), detail=("2", "„sic“")),
    alarm(
        "s5",
        WATCHED.id,
        kind=AlarmKind.TWO_PHONES,
        student_ids=("s5",),
        at=LATER,
        settled_at=LATER + MS,
        settled_by="u2",
        for_good=True,
    ),
]

READ_JOB = photo_job(
    "a",
    session_id=WATCHED.id,
    reading='{"faces": [["s3", 0.5]]}',
    decision='{"by": "u2"}',
    marks="{}",
    version=4,
)
CLAIMED_JOB = photo_job("b", reader="a host|12|token", reader_until=LATER, progress='{"done": 1}', crashes=1)
JOBS = [photo_job("1"), READ_JOB, CLAIMED_JOB]


def write(store: Store) -> None:
    """Fill an empty register."""
    for each_user in USERS:
        store.add_user(each_user)
    for each_student in STUDENTS:
        store.add_student(each_student)
    store.add_templates([TEMPLATE])
    store.save_portrait(PORTRAIT)
    for each_course in (EVERYBODY, SMALL):
        store.add_course(each_course)
    for each_session in (OPEN, CLOSED):
        store.add_session(each_session)
    for each_mark in (NEW_MARK, MARK_WITH_HISTORY):
        store.insert_mark(each_mark)
    for each_review in (WAITING, DECIDED):
        store.hold_review(each_review)
    store.decide_review("r2", ReviewDecision.ACCEPTED, decided_for="s1", by="u2", at=LATER)
    store.spend_grant(ANSWER.grant_id, ANSWER.digest, ANSWER.expires_at)
    store.keep_answer(ANSWER)
    store.pin_engine(PIN)
    store.put_link(LINK)
    for each_notice in NOTICES:
        store.claim_notice(each_notice)
    for each_token in TOKENS:
        store.add_api_token(each_token)


def write_version_4(store: Store) -> None:
    """Add what version 4 brought: rights, second factors, logins, changes of students, subjects."""
    store.add_user(ENROLLER)
    for each_login in LOGINS:
        store.add_login(each_login)
    store.note_student_changes(CHANGES)
    store.hold_review(JOINED)


def write_up_to_4(store: Store) -> None:
    """Fill an empty register with what version 4 knows."""
    write(store)
    write_version_4(store)


def write_version_5(store: Store) -> None:
    """Add what version 5 brought: number keys, cancelled sessions, days off and more."""
    store.add_student(NUMBERED)
    store.add_course(IN_TERM)
    for each_session in (CANCELLED, RESTORED):
        store.add_session(each_session)
    store.insert_mark(CANCELLED_MARK)
    store.replace_session(CANCELLED_AFTER)
    for each_day in DAYS_OFF:
        store.add_day_off(each_day)
    store.claim_notice(HELD)
    store.note_student_changes([RIGHT_GIVEN])


def write_up_to_5(store: Store) -> None:
    """Fill an empty register with what version 5 knows."""
    write_up_to_4(store)
    write_version_5(store)


def write_version_6(store: Store) -> None:
    """Add what version 6 brought: face crops, and a feed that was read before and knows who was erased."""
    store.add_templates([SECOND_TEMPLATE], [CROP])
    store.add_student(ERASED)
    store.feed_number()
    store.remove_student(ERASED.id)


def write_up_to_6(store: Store) -> None:
    """Fill an empty register with what version 6 knows."""
    write_up_to_5(store)
    write_version_6(store)


def write_version_7(store: Store) -> None:
    """Add what version 7 brought: movements, evidence, pictures of rooms, traces and alarms."""
    store.add_student(STILL)
    store.add_course(ASKING)
    store.add_session(WATCHED)
    for each_mark in WATCHED_MARKS:
        store.insert_mark(each_mark)
    store.hold_review(UNPROVEN)
    store.add_api_token(FULL_TOKEN)
    for each_trace in TRACES:
        store.add_trace(each_trace)
    for each_alarm in ALARMS:
        store.add_alarm(each_alarm)


def write_up_to_7(store: Store) -> None:
    """Fill an empty register with what version 7 knows."""
    write_up_to_6(store)
    write_version_7(store)


def write_version_8(store: Store) -> None:
    """Add what version 8 brought: jobs of classroom photos."""
    for job in JOBS:
        store.add_job(job)


def write_all(store: Store) -> None:
    """Fill an empty register with what version 8 knows."""
    write_up_to_7(store)
    write_version_8(store)


FED: list[Seen] = [
    *((FeedKind.STUDENT, "", each.id, True) for each in (*STUDENTS, NUMBERED)),
    *((FeedKind.SESSION, "", each.id, True) for each in (OPEN, CLOSED, CANCELLED, RESTORED)),
    *((FeedKind.MARK, *key, True) for key in ((OPEN.id, "s1"), (CANCELLED.id, "s3"), (CLOSED.id, "s2"))),
]
"""What the feed of changes has from the beginning, if all was there before the feed."""
FED_SINCE_7: set[tuple[FeedKind, str, str]] = {
    (FeedKind.STUDENT, "", STILL.id),
    (FeedKind.SESSION, "", WATCHED.id),
    *((FeedKind.MARK, WATCHED.id, each.student_id) for each in WATCHED_MARKS),
}


def assert_fed(store: Store, *, version: int = 5) -> None:
    """Check that all that version wrote is in the feed of changes, and that the feed goes on from there."""
    follower = Follower(store)
    read = follower.read()
    if version < 6:
        assert {*read} == {*FED}
        assert [each[0] for each in read] == [each[0] for each in FED], "marks after what they refer to"
    else:  # which also knows who was erased, and whether others were changed
        keys = {*(each[:3] for each in FED), (FeedKind.ERASED, "", ERASED.id)}
        assert {each[:3] for each in read} == keys | (FED_SINCE_7 if version >= 7 else set())
    store.insert_mark(mark("s3", OPEN.id))
    store.replace_session(replace(CANCELLED_AFTER, cancelled_at=None, version=3))
    store.remove_student("s1")
    assert {*follower.read()} == {
        (FeedKind.MARK, OPEN.id, "s3", True),
        (FeedKind.SESSION, "", CANCELLED.id, False),
        (FeedKind.MARK, CANCELLED.id, "s3", False),
        (FeedKind.ERASED, "", "s1", False),
    }
    assert [each for each in Follower(store).read() if "s1" in each] == [(FeedKind.ERASED, "", "s1", False)]


def assert_read(store: Store, *, version: int = 3) -> None:
    """Check that everything that version wrote is read back, with the same types."""
    fourth, fifth, sixth, seventh, eighth = (version >= number for number in (4, 5, 6, 7, 8))
    written_templates = [TEMPLATE, *([SECOND_TEMPLATE] if sixth else [])]
    for one, other in zip(store.templates_of("s1"), written_templates, strict=True):
        assert same_template(one, other)
    decided = replace(
        DECIDED,
        decision=ReviewDecision.ACCEPTED,
        decided_for="s1",
        decided_by="u2",
        decided_at=LATER,
        snapshot=None,
    )
    changes = [*(CHANGES if fourth else []), *([RIGHT_GIVEN] if fifth else [])]
    term = [store.session(CANCELLED.id), store.session(RESTORED.id)]
    found: list[tuple[object, object]] = [
        (store.students(), [*STUDENTS, *([NUMBERED] if fifth else []), *([STILL] if seventh else [])]),
        (store.students_with_number("X\u201117 B"), [NUMBERED] if fifth else []),
        (store.portrait_of("s1"), PORTRAIT),
        (store.crops_of("s1"), [CROP] if sixth else []),
        (
            store.courses(),
            [*([ASKING] if seventh else []), EVERYBODY, SMALL, *([IN_TERM] if fifth else [])],
        ),
        ([store.session(OPEN.id), store.session(CLOSED.id)], [OPEN, CLOSED]),
        (term, [CANCELLED_AFTER, RESTORED] if fifth else [None, None]),
        (store.marks_of_sessions([OPEN.id, CLOSED.id]), [NEW_MARK, MARK_WITH_HISTORY]),
        (store.marks(CANCELLED.id), [CANCELLED_MARK] if fifth else []),
        (store.session(WATCHED.id), WATCHED if seventh else None),
        (store.marks(WATCHED.id), sorted(WATCHED_MARKS, key=lambda each: each.student_id) * seventh),
        (
            store.reviews(undecided_only=False),
            [WAITING, decided, *([JOINED] if fourth else []), *([UNPROVEN] if seventh else [])],
        ),
        (store.spent_on(ANSWER.grant_id), ANSWER.digest),
        (store.answer(ANSWER.grant_id, ANSWER.digest, NOON), ANSWER),
        (store.engine_pin(), PIN),
        (store.has_link(LINK.digest, LINK.purpose, NOON), True),
        (store.users(), [*USERS, *([ENROLLER] if fourth else [])]),
        (store.logins_of(ENROLLER.id), LOGINS if fourth else []),
        (store.student_changes(9), changes),
        (store.notices(), [*NOTICES, *([HELD] if fifth else [])]),
        (store.days_off(), DAYS_OFF if fifth else []),
        (store.api_tokens(), [*TOKENS, *([FULL_TOKEN] if seventh else [])]),
        (store.traces_of_session(WATCHED.id), TRACES * seventh),
        (store.alarms_of(WATCHED.id), ALARMS * seventh),
        (store.settled_for_good(AlarmKind.TWO_PHONES, "s5"), seventh),
        ([store.job(key) for key in store.job_ids()], JOBS * eighth),
    ]
    for read, written in found:
        assert read == written
        assert repr(read) == repr(written)  # True is not 1, an enumeration's member is not a string
