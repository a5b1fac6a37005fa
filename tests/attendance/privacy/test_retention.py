"""What was kept long enough goes, as if a person had erased it, and is announced before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest

from attendance.audit.chain.actor import USER, Actor, acting
from attendance.audit.chain.values import AuditFilter, AuditKind
from attendance.classes.general_course import GENERAL_COURSE
from attendance.clock import local_instant
from attendance.people.new_student import NewStudent
from attendance.privacy.retention import Due, DueKind
from attendance.register import Register
from attendance.settings.settings import Settings
from attendance.store.protocol import Store
from attendance.values import ChangeKind, Consent, Student
from face_matching.decision import Match
from tests.attendance.fake_engines import FakeEngines
from tests.attendance.fake_pipeline import FakePipeline, fake_policy, photo_of
from tests.attendance.frozen_clock import FrozenClock
from tests.attendance.new_store import new_store
from tests.attendance.store.databases import MongomockPlace
from tests.client.conftest import NINE_O_TWO

DAY = timedelta(days=1)
LEAVER, OTHER = NewStudent("1", "A Leaver"), NewStudent("2", "Somebody Else")


class KeptSite:
    """A register with two enrolled students, of whom one left.

    Args:
        register: the register.
        clock: its clock.
    """

    def __init__(self, register: Register, clock: FrozenClock) -> None:
        self.register = register
        self.clock = clock
        consent = Consent(clock.now(), recorded_by="office", how="signed form")
        for face, person in enumerate((LEAVER, OTHER)):
            register.enrolment.enrol(person, {f"{face}.png": photo_of(face * 4)}, consent)
        with acting(Actor(USER + "anna")):
            register.students.change(self.student("1").id, LEAVER, active=False)
        register.store.chain_pending()
        found = register.store.find_audit(AuditFilter(kinds=(AuditKind.DETAIL_CHANGED,)), 1)
        self.left_at = found[0].at  # by the computer's clock, which the trail goes by
        clock.moment = self.left_at

    def student(self, number: str) -> Student:
        return self.register.students.get(number)

    def next(self, days: int) -> list[Due]:
        return self.register.retention.due(self.clock.now() + timedelta(days=days))

    def pass_days(self, days: int) -> None:
        """Two looks of the timer, the second of them a day after the first: what was due by then goes."""
        self.clock.advance(days=days)
        self.register.settle_due()
        self.clock.advance(days=1)
        self.register.settle_due()

    def numbers(self) -> list[str]:
        return [each.roll_number for each in self.register.store.students()]


@pytest.fixture(params=["sqlite", "mongomock"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[KeptSite]:
    """On either database."""
    settings = Settings(tmp_path / "config", tmp_path / "models", tmp_path, reports=tmp_path / "reports")
    path = settings.data / "attendance.sqlite3"
    store: Store = new_store(path) if request.param == "sqlite" else MongomockPlace().open()
    clock = FrozenClock(NINE_O_TWO)
    engines = FakeEngines(store, FakePipeline())
    with Register(settings, store, clock, engines=engines, policy=fake_policy) as register:
        yield KeptSite(register, clock)


def test_who_left_is_announced_and_erased_after_thirty_days(site: KeptSite) -> None:
    assert [(each.kind, each.at) for each in site.next(30)] == [(DueKind.STUDENT, site.left_at + 30 * DAY)]
    site.clock.moment = site.left_at + 30 * DAY - timedelta(seconds=1)
    site.pass_days(0)
    assert site.numbers() == ["1", "2"]
    site.pass_days(0)
    assert site.numbers() == ["2"]
    assert {each.student_id for each in site.register.store.templates()} == {site.student("2").id}


def test_erasures_by_the_clock_are_on_record(site: KeptSite) -> None:
    site.register.retention.tick()
    site.clock.advance(days=31)
    site.register.retention.tick()
    assert site.numbers() == ["1", "2"], "the clock may be wrong"
    site.clock.advance(days=1)
    with acting(Actor(USER + "somebody whose request came in the way")):
        site.register.retention.tick()
    site.register.store.chain_pending()
    removed = site.register.audit.find(AuditFilter(kinds=(AuditKind.STUDENT_REMOVED,)), 2)
    assert [each.actor for each in removed] == ["program"]
    change = site.register.student_history.latest(1)[0]
    assert (change.kind, change.by) == (ChangeKind.ERASED, "clock")
    assert site.register.audit.verify().is_clean


def test_who_came_back_stays(site: KeptSite) -> None:
    site.clock.advance(days=29)
    site.register.students.change(site.student("1").id, LEAVER, active=True)
    site.pass_days(300)
    assert site.numbers() == ["1", "2"]


def test_who_was_inactive_before_the_trail_counts_from_its_beginning(site: KeptSite) -> None:
    store = site.register.store
    store.add_student(Student("new", "3", "Added Inactive", active=False))
    found = [each for each in site.next(31) if each.student is not None and each.student.id == "new"]
    assert len(found) == 1
    assert found[0].at >= site.left_at + 30 * DAY


def test_old_photos_go_one_by_one(site: KeptSite) -> None:
    enrolled = site.register.photos.of(site.student("2"))[0].created_at
    site.clock.moment = enrolled + 1000 * DAY
    consent = Consent(site.clock.now(), recorded_by="office", how="signed form")
    site.register.enrolment.enrol(OTHER, {"new.png": photo_of(4, side=80)}, consent)
    photos = site.register.photos.of(site.student("2"))
    assert len(photos) == 2
    assert [each.photo_id for each in site.next(200) if each.kind is DueKind.PHOTO] == [photos[0].id]
    site.clock.moment = enrolled + 1100 * DAY
    site.pass_days(0)
    assert site.register.photos.of(site.student("2")) == photos[1:]
    assert site.student("2").consent is not None


def test_a_face_whose_consent_has_ended_is_not_verified_of_who_left_either(site: KeptSite) -> None:
    until = site.clock.now().date()
    given = Consent(site.clock.now(), "office", "signed form", valid_until=until.isoformat())
    student = site.register.students.note_consent(site.student("1").id, given, alone=True)
    recogniser = site.register.cameras.recogniser
    assert not student.active
    assert recogniser.verify(photo_of(0), student) is not None
    site.clock.moment = local_instant(until + DAY, time(), site.register.settings.time_zone)
    assert recogniser.verify(photo_of(0), student) is None


def test_whose_consent_ends_is_announced_stopped_and_erased(site: KeptSite) -> None:
    until = (site.clock.now() + 10 * DAY).date()
    given = Consent(site.clock.now(), "office", "signed form", valid_until=until.isoformat())
    student = site.register.students.note_consent(site.student("2").id, given, alone=True)
    midnight = local_instant(until + DAY, time(), site.register.settings.time_zone)
    announced = [(each.kind, each.at) for each in site.next(11) if each.student == student]
    assert announced == [(DueKind.CONSENT, midnight)]
    site.clock.moment = midnight - timedelta(seconds=1)
    site.register.retention.tick()
    assert matches(site, photo_of(4)) == [student.id]
    assert site.register.cameras.recogniser.verify(photo_of(4), student) is not None
    site.clock.moment = midnight
    assert matches(site, photo_of(4)) == []
    assert site.register.cameras.recogniser.verify(photo_of(4), student) is None
    assert len(site.register.store.templates_of(student.id)) == 1, "not erased yet"
    site.pass_days(0)
    site.pass_days(0)
    ended = site.student("2")
    assert (ended.consent, ended.consents) == (None, (given,))
    assert site.register.store.templates_of(student.id) == []
    assert site.register.store.portrait_of(student.id) is None
    change = site.register.student_history.latest(1, student.id)[0]
    assert (change.kind, change.by) == (ChangeKind.CONSENT_ENDED, "clock")
    site.register.store.chain_pending()
    assert site.register.audit.find(AuditFilter(kinds=(AuditKind.CONSENT_ENDED,)), 2)
    assert [each.student for each in site.next(365) if each.kind is DueKind.CONSENT] == []


def matches(site: KeptSite, photo: bytes) -> list[str]:
    """Whom the General course's search finds on a photo."""
    found = site.register.cameras.recogniser.one(photo, GENERAL_COURSE).faces
    return [each.decision.student_id for each in found if isinstance(each.decision, Match)]


def test_old_files_go_and_heads_and_other_files_stay(site: KeptSite) -> None:
    data = site.register.settings.data
    for folder in ("Attendance", "reports"):
        (data / folder).mkdir(exist_ok=True)
    old = [
        data / "Attendance" / "attendance_2020-01-31.csv",
        data / "Attendance" / "attendance_2020-01-31.before-1.csv",
        data / "reports" / "Physics 2020-01-31 09.00 0a1b2c.xlsx",
    ]
    kept = [
        data / "Attendance" / "audit_heads.csv",
        data / "Attendance" / "attendance_2020-02-31.csv",
        data / "Attendance" / f"attendance_{site.clock.now():%Y-%m-%d}.csv",
        data / "reports" / "Physics 0a1b2c.xlsx",
        data / "reports" / "My notes 2020-01-31.xlsx",
    ]
    for path in (*old, *kept):
        path.write_bytes(b"x")
    assert {each.path for each in site.next(1)} == {*old}
    site.pass_days(0)
    assert [path.exists() for path in (*old, *kept)] == [False] * len(old) + [True] * len(kept)


def test_never_means_never(site: KeptSite) -> None:
    register = site.register
    settings = replace(register.settings, keep_left=None, keep_faces=None, keep_files=None)
    with Register(
        settings, register.store, site.clock, engines=register.engines, policy=fake_policy
    ) as lasting:
        assert lasting.retention.due(site.clock.now() + timedelta(days=36_500)) == []


def test_a_folder_that_can_not_be_written_erases_nothing(
    site: KeptSite, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(now: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(site.register.retention._confirmed, "at", full)
    site.pass_days(400)
    assert site.numbers() == ["1", "2"]
    assert "Make the data folder writable" in caplog.text


def test_a_folder_that_can_not_be_read_keeps_nobody(
    site: KeptSite, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    class Closed(type(tmp_path)):  # type: ignore[misc]  # the class of paths on this system
        def is_dir(self) -> bool:
            return True

        def iterdir(self) -> Iterator[Path]:
            raise PermissionError(13, "Permission denied", str(self))

    assert site.register.reporting.folder is not None
    site.register.reporting.folder.folder = Closed(tmp_path / "reports")
    site.pass_days(400)
    assert site.numbers() == ["2"]
    assert "Old files can't be found." in caplog.text
