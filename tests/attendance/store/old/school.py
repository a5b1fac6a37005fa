"""A register of a school after eight weeks, row by row as an older version of the schema wrote it.

Nothing here goes through the store, whose records follow the current values: tables are those that the
version's own migrations make (``test_schema`` compares them with frozen ones), rows and the JSON inside them
are written here.
"""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from argon2 import PasswordHasher
from PIL import Image

from attendance.store.sqlite.schema import MIGRATIONS, prepare
from attendance.values.roll_numbers import number_key
from tests.attendance.store.old.people import NAMES, TEACHERS, roll_number

PASSWORD = "chalk and slate"  # of every teacher
API_TOKEN = "fa_" + "k" * 43
WEEKS = 8
COURSES = {"physics": range(25), "logic": range(10, 40)}  # who is on the roster
STARTS = {"physics": ((0, 9), (2, 14)), "logic": ((1, 11),)}  # weekday and hour
NO_CONSENT, WITHDREW, LEFT, EXEMPT = 36, 37, 38, 2  # students
VERSIONS = range(
    1, 9
)  # that are written here; the current one, if it is newer, writes its own in other tests

Row = dict[str, Any]


def ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


@dataclass
class OldSchool:
    """What is in the register, for comparing.

    Attributes:
        rolls: roll number and name of each student.
        marks: of each course, how many of each status its sessions have that took place.
        sessions: of each course, the ids of those sessions.
        open: the id of the session that is open now, of physics.
        open_marks: how many of each status it has.
        waiting: reviews without a decision.
    """

    path: Path
    version: int
    rolls: list[tuple[str, str]] = field(default_factory=list)
    marks: dict[str, Counter[str]] = field(default_factory=dict)
    sessions: dict[str, list[str]] = field(default_factory=dict)
    open: str = ""
    open_marks: Counter[str] = field(default_factory=Counter)
    waiting: int = 0


def write_school(path: Path, version: int) -> OldSchool:
    """Write a register of a version of the schema, with sessions up to now."""
    school = OldSchool(path, version)
    prepare(path, MIGRATIONS[:version])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.create_function("number_key", 1, number_key)
        writer = _Writer(connection, school)
        writer.people()
        writer.teachers()
        writer.courses()
        writer.all_sessions()
        writer.reviews()
        writer.everything_else()
    return school


class _Writer:
    def __init__(self, connection: sqlite3.Connection, school: OldSchool) -> None:
        self._connection = connection
        self._school = school
        self._version = school.version
        self._now = datetime.now(UTC).replace(second=0, microsecond=123_000)
        monday = self._now - timedelta(weeks=WEEKS, days=self._now.weekday())
        self._monday = monday.replace(hour=0, minute=0)
        self._random = np.random.default_rng(2025)

    def _put(self, table: str, **row: Any) -> None:
        """Insert a row: those of its columns that this version has, lists and dictionaries as JSON."""
        columns = {each[1] for each in self._connection.execute(f"PRAGMA table_info({table})")}
        known = {
            name: json.dumps(value, ensure_ascii=False, separators=(",", ":"))
            if isinstance(value, list | dict)
            else value
            for name, value in row.items()
            if name in columns
        }
        names, places = ", ".join(known), ", ".join("?" * len(known))
        self._connection.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", list(known.values()))

    def people(self) -> None:
        began = ms(self._monday)
        self._put("engine_pin", only_row=1, engine="dlib-1", detector="mtcnn", reason="r", pinned_at=began)
        for index, name in enumerate(NAMES):
            roll = roll_number(index, self._version)
            consent = {"given_at": began, "recorded_by": "Sekretariat", "how": "signed form, “blue”"}
            withdrew = index == WITHDREW and self._version >= 3
            has_face = not withdrew and index != NO_CONSENT
            self._put(
                "students",
                id=f"s{index:02}",
                roll_number=roll,
                name=name,
                email=f"student{index}@school.example" if index % 3 else None,
                phone="+49 30 5550 117" if index % 7 == 0 else None,
                department=("Physics", "Φιλοσοφία", None)[index % 3],
                year=str(1 + index % 4),
                active=int(index != LEFT),
                consent=consent if has_face else None,
                guardian_email=f"home{index}@parents.example" if index % 2 else None,
                withdrawn={"at": began + 1, "recorded_by": "t-rector"} if withdrew else None,
                image_id=f"{index:04}" if index % 5 == 0 else None,
                number_key=number_key(roll),
                movement_exempt=int(index == EXEMPT),
            )
            self._school.rolls.append((roll, name))
            if has_face:
                self._face(f"s{index:02}", began)

    def _face(self, student: str, at: int) -> None:
        picture = io.BytesIO()
        shade = tuple(int(each) for each in self._random.integers(60, 200, 3))
        Image.new("RGB", (160, 160), shade).save(picture, "JPEG")
        source = hashlib.sha256(picture.getvalue()).hexdigest()
        self._put("portraits", student_id=student, jpeg=picture.getvalue(), source=source, created_at=at)
        for number in range(2):
            vector = self._random.normal(size=128).astype("<f4")
            self._put(
                "templates",
                student_id=student,
                id=f"{student}-{number}",
                engine="dlib-1",
                detector="mtcnn",
                dimension=128,
                embedding=(vector / np.linalg.norm(vector)).tobytes(),
                source=source,
                quality=0.75,
                created_at=at,
            )
        if self._version >= 6:
            self._put(
                "crops",
                student_id=student,
                source=source,
                detector="mtcnn",
                jpeg=picture.getvalue(),
                box=[30.5, 20.25, 130.0, 150.75],
                landmarks=[60.5, 70.0, 100.5, 70.25, 80.0, 95.5, 65.25, 120.0, 95.0, 120.5],
                quality=0.75,
                created_at=at,
            )
        self._connection.execute("UPDATE gallery SET version = version + 1")

    def teachers(self) -> None:
        if self._version < 2:
            return
        hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        began = ms(self._monday)
        for key, username, name, role in TEACHERS:
            self._put(
                "users",
                id=key,
                username=username,
                name=name,
                role=role,
                password_hash=hashed,
                created_at=began,
                password_changed_at=began,
                active=1,
                version=2,
                strong_password=1,
                asked_for_factor=1,
                enrols=int(key == "t-sato"),
            )

    def courses(self) -> None:
        self._put("courses", id="general", name="General", roster=None)
        for course, roster in COURSES.items():
            far = (self._now.weekday() + 3) % 7  # from today, so that no session begins during a test
            rules = [{"weekday": far, "start": f"{hour:02}:00", "minutes": 60} for _, hour in STARTS[course]]
            self._put(
                "courses",
                id=course,
                name={"physics": "Physik II: Wärme & Licht", "logic": "論理学"}[course],
                roster=[f"s{index:02}" for index in roster],
                teachers=["t-lindgren"] if course == "physics" else ["t-sato"],
                late_after_minutes=10,
                schedule=rules,
                active=1,
                liveness="required" if course == "physics" else "flag",
                movements=2 if course == "physics" else 1,
                spot_check=int(course == "logic"),
            )

    def all_sessions(self) -> None:
        for course in COURSES:
            self._school.marks[course], self._school.sessions[course] = Counter(), []
            for week in range(WEEKS):
                for day, hour in STARTS[course]:
                    opens = self._monday + timedelta(weeks=week, days=day, hours=hour)
                    cancelled = self._version >= 2 and (course, week) == ("logic", 3)
                    self._session(course, opens, cancelled=cancelled)
        opens = self._now - timedelta(minutes=7)
        self._school.open = self._session("physics", opens, is_open=True)

    def _session(
        self, course: str, opens: datetime, *, cancelled: bool = False, is_open: bool = False
    ) -> str:
        closes = opens + timedelta(minutes=60)
        key = f"{course}|{opens:%Y-%m-%d|%H:%M}"
        before = ms(opens - timedelta(hours=20))
        new = self._version >= 5
        act = {"at": before, "act": "cancelled", "by": "t-sato", "why": "Grippe"}
        self._put(
            "sessions",
            id=key,
            course_id=course,
            token=hashlib.sha256(key.encode()).hexdigest()[:32],
            day=f"{opens:%Y-%m-%d}",
            opens_at=ms(opens),
            closes_at=ms(closes),
            late_at=ms(opens + timedelta(minutes=10)),
            secret=hashlib.sha256(f"secret {key}".encode()).hexdigest(),
            opened_by=None if cancelled else "t-lindgren",
            planned=1,
            closed_at=None if is_open or (cancelled and new) else before if cancelled else ms(closes),
            cancelled_at=before if cancelled and new else None,
            history=[act] if cancelled and new else [],
            version=2,
            room_pictures=[{"at": ms(opens) + 1, "by": "t-lindgren", "seen": ["s03", "s11"]}],
            spot_checks=[{"at": ms(opens) + 2, "by": "t-lindgren", "student_ids": ["s12"]}],
        )
        if not cancelled:
            if not is_open:
                self._school.sessions[course].append(key)
            for index in COURSES[course]:
                self._mark(key, course, index, opens, is_open=is_open)
        return key

    def _mark(self, session: str, course: str, index: int, opens: datetime, *, is_open: bool) -> None:
        """One student's mark in a session, with what was corrected; none for some in version 1."""
        chance = (3 * index + 7 * opens.toordinal() + index * opens.hour) % 10
        came = opens + timedelta(minutes=1 + index % 5, milliseconds=index)
        over = opens + timedelta(minutes=60)
        if index == LEFT or (is_open and chance > 6):
            return
        face = self._event(came, "present", "face", "student")
        if chance <= 5:
            history = [face]
        elif chance == 6:
            history = [self._event(came + timedelta(minutes=15), "late", "face", "student")]
        elif chance == 7:
            history = [self._event(came, "present", "code", "student", "typed code")]
        elif self._version == 1:  # which closed no sessions
            if chance == 8:
                return
            history = [face, self._event(over, "excused", "manual", "office", "Krankmeldung")]
        else:
            history = [self._event(over, "absent", "closing", "clock")]
            if chance == 9:
                history += [
                    self._event(over + timedelta(hours=2), "present", "manual", "t-lindgren", "was there"),
                    self._event(over + timedelta(days=1), "excused", "manual", "t-rector", "診断書 №7"),
                ]
        last = history[-1]
        own = last["method"] == "face"
        self._put(
            "marks",
            session_id=session,
            student_id=f"s{index:02}",
            status=last["status"],
            method=last["method"],
            at=last["at"],
            score=0.8125 if own else None,
            device="phone" if own else None,
            reviewer=None if own else last["by"],
            attempt=f"g{session}{index}:digest" if own else None,
            under_review=0,
            version=len(history),
            history=history,
            evidence={"place": "this_network", "liveness": "passed", "signed": True} if own else {},
        )
        if own and self._version >= 7:
            self._trace(f"g{session}{index}:digest", session, index, came)
        counts = self._school.open_marks if is_open else self._school.marks[course]
        counts[last["status"]] += 1

    def _trace(self, key: str, session: str, index: int, at: datetime) -> None:
        digest = hashlib.sha256(key.encode())
        row = {"device": f"key:{index}", "signed": 1, "address": None, "picture": digest.digest()}
        self._put(
            "traces",
            id=key,
            session_id=session,
            at=ms(at),
            student_id=f"s{index:02}",
            digest=digest.hexdigest(),
            **row,
        )

    def _event(self, at: datetime, status: str, method: str, by: str, note: str = "") -> Row:
        event = {"at": ms(at), "status": status, "method": method, "by": by, "note": note}
        return event | {"under_review": False} | ({"came_at": None} if self._version >= 3 else {})

    def reviews(self) -> None:
        for number, session in enumerate(self._school.sessions["physics"][-6:]):
            at = self._connection.execute("SELECT opens_at FROM sessions WHERE id = ?", [session]).fetchone()
            decided = number < 4
            self._put(
                "reviews",
                id=f"r{number}",
                session_id=session,
                reason=("look_alike", "unproven", "not_me")[number % 3],
                candidates=[{"student_id": "s03", "score": 0.61}, {"student_id": "s04", "score": 0.6}],
                created_at=at[0] + 60_000,
                device="phone",
                decision=("accepted", "refused")[number % 2] if decided else None,
                decided_for="s03" if decided and number % 2 == 0 else None,
                decided_by="t-lindgren" if decided else None,
                decided_at=at[0] + 120_000 if decided else None,
                subject=None if decided else f"s03|{number}",
                joined=[],
            )
            self._school.waiting += not decided

    def everything_else(self) -> None:
        now, later = ms(self._now), ms(self._now + timedelta(days=1))
        self._put("grants", id="g1", digest="d1", expires_at=later)
        verdict = {"code": "present", "student_id": "s01", "marked_at": now}
        self._put("answers", grant_id="g1", digest="d1", expires_at=later, answer=verdict)
        if self._version >= 2:
            self._put("login_failures", key="user:rector", at=now)
            self._put("one_time_links", digest="aa", purpose="first-admin", expires_at=later)
        if self._version >= 3:
            self._put(
                "api_tokens",
                id="timetable",
                name="Stundenplan 时间表",
                digest=hashlib.sha256(API_TOKEN.encode()).hexdigest(),
                scopes=["students:read", "marks:read"],
                created_by="t-rector",
                created_at=now,
                version=1,
            )
            for number, state in enumerate(("sent", "failed", "claimed", *["held"] * (self._version >= 5))):
                self._put(
                    "notices",
                    id=f"n{number}",
                    kind="absent",
                    student_id="s01",
                    course_id="physics",
                    session_id=self._school.sessions["physics"][-1],
                    day=f"{self._now:%Y-%m-%d}",
                    address="home1@parents.example",
                    created_at=now,
                    state=state,
                    sent_at=now if state == "sent" else None,
                    problem="no such mailbox" if state == "failed" else None,
                    version=1,
                    held_by="t-rector" if state == "held" else None,
                )
        if self._version >= 4:
            login = {"created_at": now, "seen_at": now, "proved_at": now, "expires_at": later}
            self._put("logins", id="l1", user_id="t-rector", browser="Firefox on Linux", **login)
            self._put("student_changes", id="c1", at=now, by="t-rector", kind="details", student_id="s05")
        if self._version >= 5:
            day = f"{self._now + timedelta(days=30):%Y-%m-%d}"
            days = {"first_day": day, "last_day": day}
            self._put("days_off", id=f"off-{day}", **days, name="Tết", by="t-rector", created_at=now)
        if self._version >= 7:
            self._alarms()
        if self._version >= 8:
            self._jobs()

    def _jobs(self) -> None:
        for number, session in enumerate(self._school.sessions["physics"][-2:]):
            key, opened = f"{number:032}", self._now - timedelta(days=number)
            self._put(
                "photo_jobs",
                id=key,
                session_id=session,
                created_at=ms(opened),
                wanted={"id": key, "by": "t-lindgren"},
                decision={"discarded": True},
                crashes=0,
                version=2,
            )

    def _alarms(self) -> None:
        for number, session in enumerate(self._school.sessions["physics"][-2:]):
            settled = {"settled_at": ms(self._now), "settled_by": "t-lindgren"} if number else {}
            self._put(
                "alarms",
                id=f"{session}|shared_phone|s05+s06",
                session_id=session,
                kind="shared_phone",
                subject="s05+s06",
                student_ids=["s05", "s06"],
                at=ms(self._now),
                detail=[],
                for_good=number,
                **settled,
            )
