"""The parts of a register, put together; ``attendance.register`` says what they do as a whole."""

from __future__ import annotations

from attendance.accounts.accounts import Accounts
from attendance.accounts.api_tokens import ApiTokens
from attendance.accounts.first_admin import FirstAdmin
from attendance.accounts.logins import Logins
from attendance.accounts.password_links import PasswordLinks
from attendance.accounts.passwords import Passwords
from attendance.accounts.second_factors import SecondFactors
from attendance.alarms.alarms import Alarms
from attendance.audit.receipts.receipts import Receipts
from attendance.audit.trail import AuditTrail
from attendance.backup.anchors import AnchoredHeads
from attendance.backup.timer import DailyBackups
from attendance.cameras.recognition_services import RecognitionServices
from attendance.classes.cancelling import Cancelling
from attendance.classes.class_sessions import ClassSessions
from attendance.classes.closing import Closing
from attendance.classes.courses import Courses
from attendance.classes.entering.entrances import Entrances
from attendance.classes.sessions import Sessions
from attendance.classroom.classroom import Classroom
from attendance.classroom.faces.job_reader import JobReader
from attendance.classroom.jobs.job_folders import JobFolders
from attendance.clock import Clock
from attendance.clock_watch import ClockWatch
from attendance.enrolment.enrolled_photos import EnrolledPhotos
from attendance.enrolment.enrolment import Enrolment
from attendance.evaluation.evaluations import Evaluations
from attendance.feed.reader import ChangesReader
from attendance.files.snapshots import Snapshots
from attendance.housekeeping import Housekeeping
from attendance.marks.check_in import CheckIn
from attendance.marks.code_claims import CodeClaims
from attendance.marks.corrections import Corrections
from attendance.marks.live_board import LiveBoards
from attendance.marks.marking import Marking
from attendance.marks.reviews.review import Reviews
from attendance.measures import Measures
from attendance.notices.service import Notices
from attendance.people.student_history import StudentHistory
from attendance.people.students import Students
from attendance.presence.presence import Presence
from attendance.privacy.data_of import DataOfStudents
from attendance.privacy.documents.catalogue import LawDocuments
from attendance.privacy.retention import RetentionClock
from attendance.recognition.classifier import Classifier
from attendance.recognition.engines import Engines
from attendance.recognition.galleries import Galleries
from attendance.recognition.matcher import MatcherSource
from attendance.recognition.pipelines import PolicySource
from attendance.recognition.site_calibration import SiteCalibrations
from attendance.reports.automatic_reports import Reporting
from attendance.reports.content.report_builder import Reports
from attendance.sealing.sealed_files import files_of
from attendance.settings.settings import Settings
from attendance.settings.signing_secret import receipts_secret, signing_secret
from attendance.settings.site_uses import SiteUses
from attendance.store.protocol import Store
from face_detection.runtime.progress import Progress, silent

SNAPSHOT_FOLDER = "Images"  # inside the data folder
CLASSROOM_FOLDER = "classroom"  # inside that


class RegisterParts:
    """All services of one site's register; thread-safe.

    Attributes:
        settings, store: what it was opened with; its database.
        uses: what the site allows faces to be used for.
        clock, clock_watch: the source of the time; notices when it is set.
        measures: how long steps take, for monitoring.
        engines: chooses the engine and its detector, and loads them.
        sessions: finds sessions, and makes General's of today.
        courses, class_sessions: rosters, teachers, schedules; opens, plans and finds sessions of courses.
        closing, cancelling: closes and reopens sessions; cancels and restores them.
        days_off, entrances: days without classes; QR codes and typed codes.
        claims, corrections: check-ins without a face; undo, withdraw, mark the rest.
        reports, reporting: of sessions, courses and students; the files that are written automatically.
        notices, classifier, backups: e-mail; the trained classifier, if there is one; one backup a day.
        students, changes: finds, renames and erases; what has changed, for software that keeps a copy.
        student_history: who changed students' details, consent, photos and rosters.
        snapshots, reviews: pictures of check-ins that need review; lists and decides these.
        boards, marking: the boards of sessions; marks by hand.
        audit, receipts: the trail of all changes; signed receipts and certificates of erasures.
        anchors: whether the trail still has the entries whose heads were kept beside the daily lists.
        accounts, password_links: admins and teachers; links with which they choose passwords.
        logins, second_factors: which browsers are logged in; authenticator apps and recovery codes.
        first_admin, api_tokens: sets up the first of them; tokens of other software.
        enrolment, photos: enrols students; lists and erases their enrolled photos.
        check_in, alarms: judges submitted photos; what is odd about them.
        cameras, classroom: recognition without a check-in; takes attendance from classroom photos.
        presence, retention: who is really in the room; erases what was kept long enough.
        evaluations, data_of: error rates and calibrations; hands out what is stored about a student.
        law_documents: notice, consent form, record of processing and others, by the settings in use.

    Args:
        settings: the site's settings.
        store: an open database, which the register closes.
        clock: the source of the time.
        engines, policy: gives the pipeline; the rule for an engine and a detector.
        passwords: hashes them; None means with the costs that a real site needs.
        progress: receives the progress of long tasks.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        clock: Clock,
        *,
        engines: Engines,
        policy: PolicySource,
        passwords: Passwords | None = None,
        progress: Progress = silent,
    ) -> None:
        self.settings, self.uses = settings, SiteUses.of(settings)
        self.reporting, files = Reporting(settings, store, clock), files_of(store)
        store = self.store = self.reporting.store
        self.clock, self.clock_watch, self.measures = clock, ClockWatch(clock), Measures()
        self.engines, self._progress = engines, progress
        own, self.classifier = SiteCalibrations(settings.data), Classifier(store, settings, files)
        rule, galleries = own.applied(policy), Galleries(store)
        matcher = self._matcher = MatcherSource(engines.pipeline, rule, galleries, self.classifier)
        self.evaluations = Evaluations(store, clock, matcher=matcher, usual=policy, calibrations=own)
        self.audit, self.anchors = AuditTrail(store), AnchoredHeads(store, settings)
        self.receipts = Receipts(store, clock, settings.time_zone, lambda: receipts_secret(settings))
        self.accounts, self.logins = Accounts(store, clock, passwords), Logins(store, clock)
        self.second_factors = SecondFactors(store, clock, lambda: signing_secret(settings))
        self.first_admin = FirstAdmin(store, clock, self.accounts)
        self.password_links, self.api_tokens = (
            PasswordLinks(store, clock, self.accounts),
            ApiTokens(store, clock),
        )
        self.snapshots = Snapshots(settings.data / SNAPSHOT_FOLDER, files)
        self.sessions = Sessions(store, clock, zone=settings.time_zone, late_after=settings.late_after)
        job_folder = settings.data / SNAPSHOT_FOLDER / CLASSROOM_FOLDER
        self._classroom_jobs = JobFolders(job_folder, store, files)
        of_faces = self._of_faces = (self.classifier.purge, self.evaluations.purge, galleries.purge)
        self.students = Students(
            store, self.snapshots, self._classroom_jobs, of_faces, zone=settings.time_zone
        )
        self.student_history = StudentHistory(store, clock)
        self.changes = ChangesReader(store, clock)
        self.reviews = Reviews(
            store, clock, sessions=self.sessions, students=self.students, snapshots=self.snapshots
        )
        self.marking = Marking(store, clock, sessions=self.sessions, students=self.students)
        self.data_of = DataOfStudents(store, self.snapshots, clock, settings.time_zone)
        self.law_documents = LawDocuments(settings, store, clock)
        self.presence = Presence(store, clock, self.sessions)
        self.photos = EnrolledPhotos(store, self.student_history, self.students.forget_faces)
        self.retention = RetentionClock(settings, clock, self.students, self.photos, self.reporting)
        self._run_classes(store, clock)
        self._read_faces(store, clock, matcher)

    def _read_faces(self, store: Store, clock: Clock, matcher: MatcherSource) -> None:
        """Put together what reads faces."""
        self.alarms = Alarms(store, clock)
        zone = self.settings.time_zone
        self.enrolment = Enrolment(store, clock, pipeline=matcher.pipeline, policy=matcher.policy, zone=zone)
        self.classroom = Classroom(
            self._classroom_jobs,
            store,
            clock,
            sessions=self.sessions,
            reader=JobReader(self.sessions, matcher, self.presence.pictures.claimed),
            rooms=self.presence.pictures,
            tidy=self.tidy,
            uses=self.uses,
        )
        self.cameras = RecognitionServices(
            store,
            clock,
            matcher=matcher,
            sessions=self.sessions,
            class_sessions=self.class_sessions,
            snapshots=self.snapshots,
            own_camera=self.settings.camera,
            uses=self.uses,
        )
        purges = [self.classroom.purge, self.student_history.purge, self.changes.purge]
        self._housekeeping = Housekeeping(store, clock, self.reviews, also=[*purges, *self._of_faces])
        self.check_in = CheckIn(
            store,
            clock,
            matcher=matcher,
            sessions=self.sessions,
            snapshots=self.snapshots,
            alarms=self.alarms,
            tidy=self._housekeeping.tidy,
            measures=self.measures,
            only_known=not self.uses.search,
        )

    def _run_classes(self, store: Store, clock: Clock) -> None:
        """Build the services for running a class."""
        self.courses = Courses(store)
        self.closing = Closing(store, clock, self.courses)
        self.class_sessions = ClassSessions(
            store,
            clock,
            zone=self.settings.time_zone,
            sessions=self.sessions,
            courses=self.courses,
            closing=self.closing,
        )
        self.cancelling = Cancelling(store, clock)
        self.days_off = self.class_sessions.days_off
        self.entrances = Entrances(store, clock, self.class_sessions)
        self.claims = CodeClaims(store, clock, self.snapshots)
        self.corrections = Corrections(store, clock, sessions=self.sessions, courses=self.courses)
        self.boards = LiveBoards(
            store, clock, class_sessions=self.class_sessions, courses=self.courses, reviews=self.reviews
        )
        zone, limit = self.settings.time_zone, self.settings.limit
        self.reports = Reports(store, clock, zone=zone, limit=limit, settle=self.class_sessions.settle_due)
        self.notices = Notices(store, clock, settings=self.settings, reports=self.reports)
        self.backups = DailyBackups(self.settings, store, clock)

    def tidy(self) -> None:
        """Purge old snapshots and ended grants, at most once a day; check-ins do this automatically."""
        self._housekeeping.tidy()
