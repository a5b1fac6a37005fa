"""A register with everything real but the networks, for tests that read as what people do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from attendance.alarms.alarms import Alarms
from attendance.classes.class_sessions import ClassSessions
from attendance.classes.closing import Closing
from attendance.classes.courses import Courses
from attendance.classes.entering.entrances import Entrances
from attendance.classes.sessions import Sessions
from attendance.enrolment.enrolment import Enrolment
from attendance.enrolment.enrolment_result import EnrolmentResult
from attendance.files.snapshots import Snapshots
from attendance.housekeeping import Housekeeping
from attendance.liveness.asked_movement import asked_turns
from attendance.marks.check_in import CheckIn
from attendance.marks.check_in_attempt import Attempt
from attendance.marks.code_claims import CodeClaims, claim_attempt
from attendance.marks.corrections import Corrections
from attendance.marks.live_board import LiveBoards
from attendance.marks.marking import Marking
from attendance.marks.reviews.review import Reviews
from attendance.marks.submission import Circumstances, Submission
from attendance.marks.verdict import Verdict
from attendance.measures import Measures
from attendance.people.new_student import NewStudent
from attendance.people.students import Students
from attendance.recognition.matcher import MatcherSource
from attendance.store.protocol import Store
from attendance.values import Consent, Mark, Session, Student
from face_detection.liveness.values import Turn
from tests.attendance.fake_bursts import SentBurst
from tests.attendance.fake_pipeline import FakePipeline, burst_beside, fake_matcher, photo_of
from tests.attendance.filled_store import fill_once
from tests.attendance.frozen_clock import FrozenClock
from tests.attendance.new_store import new_store

CLASS_STARTS = time(10, 0)
ZONE = ZoneInfo("Europe/Berlin")  # an hour ahead of UTC in November
GRANT_LIFETIME = timedelta(minutes=5)
UNKNOWN = Circumstances()


@dataclass
class Site:
    """A site of its own in a folder."""

    store: Store
    clock: FrozenClock
    pipeline: FakePipeline
    matcher: MatcherSource
    snapshots: Snapshots
    sessions: Sessions
    courses: Courses
    closing: Closing
    class_sessions: ClassSessions
    entrances: Entrances
    alarms: Alarms
    claims: CodeClaims
    corrections: Corrections
    boards: LiveBoards
    students: Students
    reviews: Reviews
    marking: Marking
    enrolment: Enrolment
    check_in: CheckIn

    @property
    def session(self) -> Session:
        """Today's."""
        return self.sessions.today()

    def consent(self, how: str = "signed form") -> Consent:
        """A student's consent."""
        return Consent(given_at=self.clock.now(), recorded_by="office", how=how)

    def enrol(self, roll_number: str, *photos: bytes, name: str | None = None) -> EnrolmentResult:
        """Enrol with photos called 1.jpg, 2.jpg, and so on."""
        named = {f"{number}.jpg": photo for number, photo in enumerate(photos, start=1)}
        return self.enrolment.enrol(NewStudent(roll_number, name), named, self.consent())

    def student(self, roll_number: str) -> Student:
        """Who has this roll number."""
        return self.students.get(roll_number)

    def attempt(self, photo: bytes, grant: str = "grant-1") -> Attempt:
        """The photo under a grant that was just given."""
        return Attempt.of(grant, photo, device="phone", expires_at=self.clock.now() + GRANT_LIFETIME)

    def submit(
        self,
        photo: bytes,
        grant: str = "grant-1",
        attempt: Attempt | None = None,
        session: Session | None = None,
        *,
        burst: SentBurst | None = None,
        circumstances: Circumstances = UNKNOWN,
    ) -> Verdict:
        """Send a photo, to today's General session where no other is named.

        The student moves as the page asked, unless ``burst`` says what was sent instead.
        """
        where, what = session or self.session, attempt or self.attempt(photo, grant)
        if burst is None:
            burst = burst_beside(photo, self.asked(where, what))
        submission = Submission(photo, burst.frames, burst.taken, circumstances)
        return self.check_in.submit(where, submission, what)

    def asked(self, session: Session, attempt: Attempt) -> tuple[Turn, ...]:
        """The movements that the page asks for."""
        count = self.sessions.course_of(session).movements
        return asked_turns(session, attempt.grant_id, attempt.opened_at or session.opens_at, count)

    def claim(self, session: Session, roll_number: str, grant: str = "grant-1") -> Verdict:
        """Type a roll number under a grant that was just given."""
        expires_at = self.clock.now() + GRANT_LIFETIME
        attempt = claim_attempt(grant, roll_number, device="phone", expires_at=expires_at)
        return self.claims.claim(session, roll_number, attempt)

    def mark_of(self, roll_number: str, session: Session | None = None) -> Mark | None:
        """The mark of a session, or of today's General one."""
        return self.store.mark((session or self.session).id, self.student(roll_number).id)

    def pictures(self) -> list[str]:
        """What lies in the folder of snapshots."""
        return self.snapshots.names()


def open_site(
    folder: Path,
    *,
    store: Store | None = None,
    clock: FrozenClock | None = None,
    pipeline: FakePipeline | None = None,
    late_after: time | None = CLASS_STARTS,
) -> Site:
    """A site in ``folder``; several may be open on the same one."""
    store = store or new_store(folder / "attendance.sqlite3")
    clock = clock or FrozenClock()
    pipeline = pipeline or FakePipeline()
    snapshots = Snapshots(folder / "Images")
    sessions = Sessions(store, clock, zone=ZONE, late_after=late_after)
    courses = Courses(store)
    closing = Closing(store, clock, courses)
    class_sessions = ClassSessions(
        store, clock, zone=ZONE, sessions=sessions, courses=courses, closing=closing
    )
    students = Students(store, snapshots)
    reviews = Reviews(store, clock, sessions=sessions, students=students, snapshots=snapshots)
    housekeeping = Housekeeping(store, clock, reviews)
    # As a register does when it is opened. This clock is ahead of the disk's: all files look old to it.
    housekeeping.tidy()
    marking = Marking(store, clock, sessions=sessions, students=students)
    matcher = fake_matcher(store, lambda: pipeline)
    alarms = Alarms(store, clock)
    check_in = CheckIn(
        store,
        clock,
        matcher=matcher,
        sessions=sessions,
        snapshots=snapshots,
        alarms=alarms,
        tidy=housekeeping.tidy,
        measures=Measures(),
    )
    return Site(
        store=store,
        clock=clock,
        pipeline=pipeline,
        matcher=matcher,
        snapshots=snapshots,
        sessions=sessions,
        courses=courses,
        closing=closing,
        class_sessions=class_sessions,
        entrances=Entrances(store, clock, class_sessions),
        alarms=alarms,
        claims=CodeClaims(store, clock, snapshots),
        corrections=Corrections(store, clock, sessions=sessions, courses=courses),
        boards=LiveBoards(store, clock, class_sessions=class_sessions, courses=courses, reviews=reviews),
        students=students,
        reviews=reviews,
        marking=marking,
        enrolment=Enrolment(store, clock, pipeline=matcher.pipeline, policy=matcher.policy),
        check_in=check_in,
    )


COLLINS, HOPPER, STRANGER = 0, 4, 9


def enrol_two(site: Site) -> None:
    """Eileen Collins has roll number 1, Grace Hopper 2."""

    def enrol() -> None:
        site.enrol("1", photo_of(COLLINS), name="Eileen Collins")
        site.enrol("2", photo_of(HOPPER), name="Grace Hopper")

    made_by = (site.pipeline.engine_name, site.pipeline.detector_name)
    fill_once(site.store, ("two students", site.clock.now(), made_by), enrol)
