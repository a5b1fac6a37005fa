"""Complete values for the tests of the stores; a test sets what it is about."""

from __future__ import annotations

import hashlib
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from attendance.store.protocol import Store
from attendance.store.protocols.jobs import PhotoJob
from attendance.values import (
    Alarm,
    AlarmKind,
    ApiToken,
    ChangeKind,
    CheckInTrace,
    Consent,
    Course,
    DayOff,
    EnginePin,
    FaceCrop,
    GrantAnswer,
    Login,
    Mark,
    MarkEvent,
    MarkMethod,
    MarkStatus,
    NotedChange,
    Notice,
    NoticeKind,
    OneTimeLink,
    Portrait,
    Review,
    ReviewCandidate,
    ReviewReason,
    Role,
    Session,
    Student,
    Template,
    User,
)
from attendance.values.alarms import alarm_id

NOON = datetime(2025, 11, 21, 12, 0, 0, 123_000, tzinfo=UTC)
MS = timedelta(milliseconds=1)
CONSENT = Consent(NOON, "office", "signed form")


def student(key: str = "s1", **changes: Any) -> Student:
    plain = Student(id=key, roll_number=f"roll {key}", name="Student One", consent=CONSENT)
    return replace(plain, **changes)


def embedding(seed: int, dimension: int = 128) -> np.ndarray[Any, np.dtype[np.float32]]:
    row = np.random.default_rng(seed).normal(size=dimension).astype(np.float32)
    return row / np.linalg.norm(row)


def template(key: str = "t1", student_id: str = "s1", **changes: Any) -> Template:
    plain = Template(
        id=key,
        student_id=student_id,
        engine="dlib-1",
        detector="mtcnn",
        embedding=embedding(len(key)),
        source="a" * 64,
        quality=0.75,
        created_at=NOON,
    )
    return replace(plain, **changes)


def same_template(one: Template, other: Template) -> bool:
    """Whether all is equal, the embedding bit by bit."""
    plain = [field.name for field in fields(Template) if field.name != "embedding"]
    return all(getattr(one, name) == getattr(other, name) for name in plain) and (
        one.embedding.dtype == other.embedding.dtype and one.embedding.tobytes() == other.embedding.tobytes()
    )


def crop(source: str = "a" * 64, student_id: str = "s1", **changes: Any) -> FaceCrop:
    plain = FaceCrop(
        student_id=student_id,
        source=source,
        detector="mtcnn",
        jpeg=b"\xff\xd8 a face \x00\xff",
        box=(60.5, 48.25, 260.0, 290.75),
        landmarks=(110.5, 150.25, 210.0, 149.5, 160.0, 200.75, 120.25, 240.0, 200.5, 241.25),
        quality=0.75,
        created_at=NOON,
    )
    return replace(plain, **changes)


def portrait(student_id: str = "s1", jpeg: bytes = b"\xff\xd8 a picture \x00\xff") -> Portrait:
    return Portrait(student_id, jpeg, "b" * 64, NOON)


def course(key: str = "general", **changes: Any) -> Course:
    return replace(Course(key, "General"), **changes)


def day_off(first: str = "2025-12-22", last: str = "2026-01-02", **changes: Any) -> DayOff:
    plain = DayOff(f"off-{first}-{last}", first, last, "Christmas holidays", "u1", NOON)
    return replace(plain, **changes)


def session(key: str = "general|2025-11-21", **changes: Any) -> Session:
    plain = Session(
        id=key,
        course_id="general",
        token=f"token of {key}",
        day="2025-11-21",
        opens_at=NOON,
        closes_at=NOON + timedelta(hours=2),
        late_at=NOON + timedelta(minutes=10),
        secret="5e" * 32,
    )
    return replace(plain, **changes)


def mark(student_id: str = "s1", session_id: str = "general|2025-11-21", **changes: Any) -> Mark:
    plain = Mark(
        session_id=session_id,
        student_id=student_id,
        status=MarkStatus.PRESENT,
        method=MarkMethod.FACE,
        at=NOON,
        score=0.8125,
        device="phone",
        attempt="grant:digest",
        history=(MarkEvent(NOON, MarkStatus.PRESENT, MarkMethod.FACE, "student", "first"),),
    )
    return replace(plain, **changes)


def review(key: str = "r1", *candidates: str, **changes: Any) -> Review:
    plain = Review(
        id=key,
        session_id="general|2025-11-21",
        reason=ReviewReason.LOOK_ALIKE,
        candidates=tuple(
            ReviewCandidate(each, 0.9 - i / 10) for i, each in enumerate(candidates or ("s1", "s2"))
        ),
        created_at=NOON,
        snapshot=f"{key}.jpg",
        device="phone",
    )
    return replace(plain, **changes)


def answer(grant: str = "g1", digest: str = "d1", **changes: Any) -> GrantAnswer:
    plain = GrantAnswer(
        grant_id=grant,
        digest=digest,
        expires_at=NOON + timedelta(minutes=5),
        answer={"code": "present", "student_id": "s1", "marked_at": None},
    )
    return replace(plain, **changes)


def pin(engine: str = "dlib-1", **changes: Any) -> EnginePin:
    plain = EnginePin(engine, "mtcnn", "no weights were there", NOON)
    return replace(plain, **changes)


def user(key: str = "u1", **changes: Any) -> User:
    plain = User(
        id=key,
        username=f"user-{key}",
        name="Teacher One",
        role=Role.ADMIN,
        password_hash="a hash",
        created_at=NOON,
        password_changed_at=NOON,
    )
    return replace(plain, **changes)


def login(key: str = "l1", **changes: Any) -> Login:
    plain = Login(
        id=key,
        user_id="u1",
        browser="Firefox on Linux",
        created_at=NOON,
        seen_at=NOON,
        proved_at=NOON,
        expires_at=NOON + timedelta(days=7),
    )
    return replace(plain, **changes)


def student_change(key: str = "c1", student_id: str | None = "s1", **changes: Any) -> NotedChange:
    return replace(NotedChange(key, NOON, "u1", ChangeKind.DETAILS, student_id), **changes)


def link(digest: str = "aa", **changes: Any) -> OneTimeLink:
    return replace(OneTimeLink(digest, "first-admin", NOON + timedelta(minutes=30)), **changes)


def notice(key: str = "n1", **changes: Any) -> Notice:
    plain = Notice(
        key=key,
        kind=NoticeKind.ABSENT,
        student_id="s1",
        course_id="general",
        session_id="general|2025-11-21",
        day="2025-11-21",
        to="someone@example.org",
        created_at=NOON,
    )
    return replace(plain, **changes)


def api_token(key: str = "t1", **changes: Any) -> ApiToken:
    plain = ApiToken(
        id=key,
        name="Timetable",
        digest=hashlib.sha256(key.encode()).hexdigest(),
        scopes=("students:read", "marks:read"),
        created_by="u1",
        created_at=NOON,
    )
    return replace(plain, **changes)


def trace(key: str = "grant:digest", **changes: Any) -> CheckInTrace:
    plain = CheckInTrace(
        id=key,
        session_id="general|2025-11-21",
        at=NOON,
        student_id="s1",
        device="key:phone",
        signed=True,
        address="a hash",
        digest="d" * 64,
        picture=bytes(range(32)),
    )
    return replace(plain, **changes)


def alarm(subject: str = "s1+s2", session_id: str = "general|2025-11-21", **changes: Any) -> Alarm:
    kind = changes.get("kind", AlarmKind.SHARED_PHONE)
    plain = Alarm(
        id=alarm_id(session_id, kind, subject),
        session_id=session_id,
        kind=kind,
        subject=subject,
        student_ids=("s1", "s2"),
        at=NOON,
    )
    return replace(plain, **changes)


def photo_job(key: str = "1", **changes: Any) -> PhotoJob:
    plain = PhotoJob(key.rjust(32, "0"), "general|2025-11-21", NOON, f'{{"id": "{key}", "by": "Zoë"}}')
    return replace(plain, **changes)


def fill(store: Store) -> None:
    """Two students with consent, a course and its session."""
    store.add_student(student("s1", name="Eileen Collins"))
    store.add_student(student("s2", name="Grace Hopper"))
    store.add_course(course())
    store.add_session(session())
