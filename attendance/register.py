"""The whole register put together: the one thing that the web app and the command line open."""

from __future__ import annotations

from dataclasses import replace
from types import TracebackType
from typing import Self

from attendance.accounts import Accounts
from attendance.check_in import CheckIn
from attendance.clock import Clock, SystemClock
from attendance.engine_room import EngineRoom, Engines
from attendance.enrolment import Enrolment
from attendance.first_admin import FirstAdmin
from attendance.galleries import Galleries
from attendance.housekeeping import Housekeeping
from attendance.marking import Marking
from attendance.passwords import Passwords
from attendance.pipelines import PolicySource
from attendance.re_embed import ReEmbedResult, re_embed
from attendance.review import Reviews
from attendance.sessions import Sessions
from attendance.settings import Settings
from attendance.snapshots import Snapshots
from attendance.store.open_store import open_store
from attendance.store.protocol import Store
from attendance.students import Students
from attendance.values import EnginePin
from face_detection.progress import Progress, silent
from face_matching.decision import DecisionPolicy
from face_matching.thresholds import policy_for

SNAPSHOT_FOLDER = "Images"  # inside the data folder


class Register:
    """Everything that can be done with one site's register; any thread may use it.

    Attributes:
        settings: what it was opened with.
        store: its database.
        clock: tells the time.
        sessions: finds sessions, and makes today's.
        students: finds, renames and erases students.
        snapshots: pictures that wait for a review.
        reviews: lists and decides held check-ins.
        marking: marks by hand.
        accounts: admins and teachers, and their logins.
        first_admin: sets up the first of them.
        enrolment: enrols students.
        check_in: judges submitted photos.

    Args:
        settings: the settings that hold.
        store: an open database, which the register closes.
        clock: tells the time.
        engines: gives the pipeline.
        policy: gives the rule of decision for an engine and a detector.
        passwords: hashes them; None means with the costs that a real site needs.
        progress: told how far a long piece of work is.
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
        self.settings = settings
        self.store = store
        self.clock = clock
        self._engines = engines
        self._progress = progress
        self._galleries = Galleries(store)
        self.accounts = Accounts(store, clock, passwords)
        self.first_admin = FirstAdmin(store, clock, self.accounts)
        self.snapshots = Snapshots(settings.data / SNAPSHOT_FOLDER)
        self.sessions = Sessions(store, clock, zone=settings.time_zone, late_after=settings.late_after)
        self.students = Students(store, self.snapshots)
        self.reviews = Reviews(
            store, clock, sessions=self.sessions, students=self.students, snapshots=self.snapshots
        )
        self.marking = Marking(store, clock, sessions=self.sessions, students=self.students)
        self.enrolment = Enrolment(store, clock, pipeline=engines.pipeline, policy=policy)
        self._housekeeping = Housekeeping(store, clock, self.reviews)
        self.check_in = CheckIn(
            store,
            clock,
            pipeline=engines.pipeline,
            policy=policy,
            sessions=self.sessions,
            galleries=self._galleries,
            snapshots=self.snapshots,
            tidy=self._housekeeping.tidy,
        )

    def engine(self) -> EnginePin:
        """Which engine and detector are in use, and why; the first call on a new register chooses them.

        Raises:
            EngineMismatchError: the settings ask for others than the enrolled faces were read with.
            face_detection.errors.FaceDetectionError: no engine can be had.
        """
        return self._engines.pin()

    @property
    def ready(self) -> bool:
        """Whether a photo would be judged without loading anything first."""
        return self._engines.ready

    def warm_up(self) -> None:
        """Load everything that the first check-in needs; meant for a thread in the background.

        Raises:
            EngineMismatchError: the templates have to be made again.
            face_detection.errors.FaceDetectionError: networks can't be had or loaded.
        """
        pipeline = self._engines.pipeline()
        course = self.sessions.course_of(self.sessions.today())
        self._galleries.of_course(course, engine=pipeline.engine_name, detector=pipeline.detector_name)

    def re_embed(self) -> ReEmbedResult:
        """Make new templates from the kept portraits with the engine that the settings ask for.

        Raises:
            face_detection.errors.FaceDetectionError: that engine can't be had.
        """
        pipeline, reason = self._engines.choose_anew()
        return re_embed(self.store, self.clock, pipeline, reason=reason, progress=self._progress)

    def tidy(self) -> None:
        """Purge old snapshots and ended grants; does nothing when that was done within the last day.

        A check-in does it by itself.
        """
        self._housekeeping.tidy()

    def close(self) -> None:
        """Give back the database's connections; the register can't be used afterwards."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_register(settings: Settings, *, clock: Clock | None = None, progress: Progress = silent) -> Register:
    """Open the register that the settings name; cheap, as no network is loaded yet.

    Args:
        settings: the settings that hold.
        clock: tells the time; None means the computer's.
        progress: told how far a long piece of work is: a download, a conversion, re-embedding.

    Raises:
        StoreUnavailableError: the database can't be reached or written.
        SchemaError: the database was written by a newer version of this program, or is none of it.
    """
    the_clock = clock or SystemClock()
    store = open_store(settings.data, settings.mongodb_uri)
    try:
        engines = EngineRoom(settings, store, the_clock, progress)

        def policy(engine: str, detector: str) -> DecisionPolicy:
            return replace(policy_for(engine, detector), fpir=settings.fpir)

        register = Register(settings, store, the_clock, engines=engines, policy=policy, progress=progress)
        register.tidy()
    except BaseException:
        store.close()
        raise
    return register
