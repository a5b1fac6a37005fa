"""A site on which a student has left something of every kind, in both databases."""

from __future__ import annotations

import io
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from attendance.accounts.api_tokens import Scope
from attendance.marks.check_in_attempt import Attempt
from attendance.marks.code_claims import claim_attempt
from attendance.marks.submission import Circumstances, Submission
from attendance.people.new_student import NewStudent
from attendance.recognition.classifier import fingerprint_of
from attendance.register import Register
from attendance.settings.settings import Settings
from attendance.store.protocol import Store
from attendance.values import Consent, Notice, NoticeKind, NoticeState, RoomPicture, Session, SpotCheck
from client import create_app
from face_matching.matchers.student_svm import StudentSvm
from tests.attendance.classroom.school_room import Room, matches, room_photo
from tests.attendance.fake_engines import FakeEngines
from tests.attendance.fake_pipeline import FULL_BLEND, PEOPLE, FakePipeline, fake_policy, photo_of
from tests.attendance.frozen_clock import FrozenClock
from tests.attendance.store.builders import alarm, trace
from tests.attendance.store.databases import MongomockPlace
from tests.client.conftest import NINE_O_TWO

PERSON = {
    "roll_number": "RN-MARKER-1",
    "name": "Marker Name",
    "email": "marker@example.org",
    "phone": "+49 30 5550117",
    "guardian_email": "marker.guardian@example.org",
    "image_id": "IMAGE-MARKER-4",
}
FACE, OTHER = 11, 77
KEY = {"Idempotency-Key": f"create-{PERSON['roll_number']}-{PERSON['email']}"}


class UsedSite:
    """A site on which a student has left traces everywhere.

    Args:
        register: the site's register.
        clock: its clock.
        pipeline: what its photos are read with.
        log: what it logs.
    """

    def __init__(
        self, register: Register, clock: FrozenClock, pipeline: FakePipeline, log: io.StringIO
    ) -> None:
        self.register = register
        self._clock = clock
        self._pipeline = pipeline
        self.log = log
        self.client: FlaskClient = create_app(register=register).test_client()
        token = register.api_tokens.make("other software", list(Scope), by="admin").text
        self.headers = {"Authorization": f"Bearer {token}"}
        self.created = self.create()
        assert self.created.status_code == 201, self.created.text
        self.id = register.students.get(PERSON["roll_number"]).id

    def create(self) -> TestResponse:
        """The request that created the student, with its key."""
        return self.client.post("/api/v1/students", json=PERSON, headers=self.headers | KEY)

    def use(self) -> None:
        """Check in, object, claim, be photographed, be corrected, be told about, be reported on."""
        register, now = self.register, self.register.clock.now()
        consent = Consent(given_at=now, recorded_by="office", how="signed form")
        register.students.note_consent(self.id, consent)
        register.enrolment.enrol(NewStudent(**PERSON), {"1.png": photo_of(FACE)}, consent)
        register.enrolment.enrol(NewStudent("2", "Somebody Else"), {"1.png": photo_of(OTHER)}, consent)
        course = register.courses.add("Physics", roster=[PERSON["roll_number"], "2"])
        session = register.class_sessions.open_now(course.id, by="t1")
        for number, photo in enumerate(
            (photo_of(FACE), photo_of(FACE, side=80), photo_of(FACE, blend=FULL_BLEND))
        ):
            grant = f"g{number}"
            attempt = Attempt.of(grant, photo, device="phone", expires_at=now + timedelta(minutes=5))
            register.check_in.submit(
                session, Submission(photo, circumstances=Circumstances(has_camera=False)), attempt
            )
            register.check_in.not_me(session, attempt, photo)
        claimed = claim_attempt(
            "g9", PERSON["roll_number"], device=None, expires_at=now + timedelta(minutes=5)
        )
        register.claims.claim(session, PERSON["roll_number"], claimed)
        notice = Notice(
            key="n1",
            kind=NoticeKind.ABSENT,
            student_id=self.id,
            course_id=course.id,
            session_id=session.id,
            day=session.day,
            to=PERSON["guardian_email"],
            created_at=now,
            state=NoticeState.CLAIMED,
        )
        register.store.claim_notice(notice)
        self.compare(session)
        room = Room(register, self._clock, self._pipeline, session)
        confirmed, _unconfirmed = (room.read(room_photo(FACE, OTHER)) for _ in range(2))
        register.classroom.confirm(confirmed.id, matches(confirmed), by="t1")
        register.closing.close(session.id, by="t1")
        register.settle_due()
        self.classify()
        self.wait()

    def compare(self, session: Session) -> None:
        """Leave what is compared of check-ins, and who was seen in the room and called out."""
        store, now = self.register.store, self.register.clock.now()
        assert store.add_trace(trace(session_id=session.id, student_id=self.id, at=now))
        assert store.add_alarm(alarm(self.id, session.id, student_ids=(self.id,), at=now))
        current = store.session(session.id)
        assert current is not None
        pictures, checks = (RoomPicture(now, "t1", (self.id,)),), (SpotCheck(now, "t1", (self.id,)),)
        seen = replace(current, room_pictures=pictures, spot_checks=checks, version=current.version + 1)
        assert store.replace_session(seen)

    def classify(self) -> None:
        """Leave a trained classifier, whose numbers don't matter here."""
        register = self.register
        engine, detector = self._pipeline.engine_name, self._pipeline.detector_name
        ids = tuple(student.id for student in register.students.all())
        svm = StudentSvm(
            engine,
            detector,
            fingerprint_of(register.store.templates(engine)),
            ids,
            np.zeros((len(ids), PEOPLE)),
            np.zeros(len(ids)),
            np.zeros((len(ids), 2)),
            accepts_at=0.5,
        )
        assert register.classifier.save(svm)

    def erase(self) -> TestResponse:
        """Through the API, as other software does."""
        answer = self.client.delete(f"/api/v1/students/{self.id}", headers=self.headers)
        self.wait()
        return answer

    def wait(self) -> None:
        """Until the reports are written."""
        assert self.register.reporting.folder is not None
        assert self.register.reporting.folder.wait()


@contextmanager
def used_site(kind: str, request: pytest.FixtureRequest, settings: Settings) -> Iterator[UsedSite]:
    """Such a site.

    Args:
        kind: ``sqlite`` or ``mongomock``.
        request: gives the SQLite store.
        settings: of the site.
    """
    store: Store = request.getfixturevalue("store") if kind == "sqlite" else MongomockPlace().open()
    pipeline, clock = FakePipeline(), FrozenClock(NINE_O_TWO)
    engines = FakeEngines(store, pipeline)
    with (
        everything_logged() as log,
        Register(settings, store, clock, engines=engines, policy=fake_policy) as register,
    ):
        used = UsedSite(register, clock, pipeline, log)
        used.use()
        yield used


@contextmanager
def everything_logged() -> Iterator[io.StringIO]:
    """All that the program logs with ``--debug``; what other packages log then is theirs."""
    log, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(log), root.level
    handler.addFilter(lambda record: record.name.startswith(("attendance", "client", "face_")))
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield log
    finally:
        root.setLevel(level)
        root.removeHandler(handler)


def rows_of(site: UsedSite) -> dict[str, str]:
    """The content of each table or collection, as text."""
    path = site.register.settings.data / "attendance.sqlite3"
    if site.register.store.name == "sqlite":
        with closing(sqlite3.connect(path)) as connection:
            found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            return {name: str(connection.execute(f"SELECT * FROM {name}").fetchall()) for (name,) in found}
    with site.register.store._connection.register() as register:  # type: ignore[attr-defined]
        return {name: str(list(register[name].find())) for name in register.list_collection_names()}
