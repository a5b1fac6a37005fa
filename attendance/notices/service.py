"""Notices of one register: what would be sent, what was, and the thread that sends."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from gettext import NullTranslations
from threading import Event, Lock, Thread

from attendance.clock import Clock
from attendance.errors import AttendanceError
from attendance.notices.holding import hold_back, send_after_all
from attendance.notices.mail import MailConnection
from attendance.notices.planning import Planner
from attendance.notices.sending import Connect, Sender, Sent
from attendance.notices.values import TO_COME, Planned, Step
from attendance.notices.wording import NoticeText, Writer
from attendance.reports.content.report_builder import Reports
from attendance.settings.mail_settings import MailSender
from attendance.settings.settings import Settings
from attendance.store.protocol import Store
from attendance.values import Notice, NoticeKind, NoticeState, Session

LISTED = timedelta(days=31)  # how far back sent notices are listed
PAUSE = timedelta(minutes=2)  # between two sendings by the timer
PAUSES = (timedelta(minutes=2), timedelta(minutes=10), timedelta(minutes=30), timedelta(hours=1))
"""After the first, second, … sending in a row that the mail server did not allow."""
STOP_SECONDS = 5.0
NOBODY = MailSender("(the school)", "attendance@example.invalid")  # in a preview without a sender

_log = logging.getLogger(__name__)


class Notices:
    """Notices to students and guardians; sends nothing unless the settings switch it on.

    Attributes:
        last: the result of this process's last sending; None before the first.

    Args:
        store: the register's database.
        clock: the source of the time.
        settings: the site's settings.
        reports: counts who is below the limit.
        connect: opens a connection to the mail server; None means the one of the settings.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        settings: Settings,
        reports: Reports,
        connect: Connect | None = None,
    ) -> None:
        self.last: Sent | None = None
        self._store = store
        self._clock = clock
        self._settings = settings
        self._planner = Planner(store, clock, reports=reports, settings=settings)
        self._connect = connect or self._line
        self._catalogue = NullTranslations()
        self._lock = Lock()  # one sending of a process at a time
        self._beginning = Lock()  # one thread of them
        self._stop = Event()
        self._started = False
        self._thread: Thread | None = None
        self._next: datetime | None = None
        self._in_vain = 0  # sendings in a row that the mail server did not allow

    @property
    def is_on(self) -> bool:
        """Whether the settings want any notices."""
        return bool(self._settings.notices)

    @property
    def missing(self) -> tuple[str, ...]:
        """The settings that are needed to send and are not given."""
        wanted = {"ATTENDANCE_SMTP": self._settings.smtp, "ATTENDANCE_MAIL_FROM": self._settings.mail_from}
        return tuple(name for name, value in wanted.items() if value is None)

    @property
    def is_sending(self) -> bool:
        """Whether this process is sending at this moment."""
        return self._lock.locked() or (self._thread is not None and self._thread.is_alive())

    def speak(self, catalogue: NullTranslations) -> None:
        """Set the language of the notices."""
        self._catalogue = catalogue

    def plan(self, *, at_once: bool = False) -> list[Planned]:
        """What would be sent next, what waits, and what can't be sent.

        Where notices are off it is what would be sent if all were on.

        Args:
            at_once: as if the time for corrections were over.
        """
        kinds = self._settings.notices or frozenset(NoticeKind)
        return [one for one in self._planner.plan(kinds, at_once=at_once) if one.step is not Step.DONE]

    def text_of(self, *parts: Planned) -> NoticeText:
        """The text of a letter as it would be sent.

        Args:
            parts: its notices, of one student and one day.
        """
        return self._writer().text_of(*parts)

    def hold_back(self, keys: Collection[str], *, by: str) -> int:
        """Hold notices back that have not gone out yet; who is quicker, this or a sending, decides.

        Args:
            keys: of planned notices.
            by: the id of the user.

        Returns:
            How many are held back now that were not before.
        """
        return hold_back(self._store, self.plan(), keys, by=by, now=self._clock.now())

    def send_after_all(self, keys: Collection[str]) -> int:
        """Hold notices back no longer: each is sent when its time comes, as if it had never been held.

        Returns:
            How many were held back until now.
        """
        return send_after_all(self._store, keys)

    def recent(self) -> list[Notice]:
        """What was sent, possibly sent, or failed within the last month, newest first."""
        return self._store.notices(self._clock.now() - LISTED)[::-1]

    def sent_about(self, session: Session) -> list[str]:
        """The ids of students about whose absence in a session an e-mail was sent, or possibly sent."""
        since = self._store.notices(session.opens_at)
        about = (one for one in since if one.session_id == session.id and one.state is not NoticeState.FAILED)
        return list(dict.fromkeys(one.student_id for one in about))

    def send(
        self, *, at_once: bool = False, courses: Collection[str] | None = None, wait: bool = True
    ) -> Sent | None:
        """Send what is due, now and in this thread.

        Args:
            at_once: also what waits for corrections.
            courses: only letters that are about nothing but these courses; None means all.
            wait: until another sending of this process is over; else None is given at once.

        Raises:
            StoreUnavailableError: the database is unavailable.
        """
        if not self.is_on:
            return Sent(problem="ATTENDANCE_NOTICES is off.")
        if self.missing:
            return Sent(problem=f"Not set: {' and '.join(self.missing)}.")
        if not self._lock.acquire(blocking=wait):
            return None
        try:
            planned = self._planner.plan(self._settings.notices, at_once=at_once)
            wanted = planned if courses is None else _about_nothing_but(courses, planned)
            sender = Sender(
                self._store,
                self._clock,
                planner=self._planner,
                writer=self._writer(),
                connect=self._connect,
                stopped=self._stop.is_set,
            )
            self.last = sender.send(wanted)
            return self.last
        finally:
            self._lock.release()

    def send_soon(self, *, at_once: bool = False, courses: Collection[str] | None = None) -> bool:
        """Send in a thread beside; False where one is at it."""
        arguments = {"at_once": at_once, "courses": courses}
        with self._beginning:
            if self._stop.is_set() or self.is_sending:
                return False
            self._thread = Thread(target=self._run, kwargs=arguments, name="notices", daemon=True)
            self._thread.start()
        return True

    def start(self) -> None:
        """Allow ``tick`` to send from now on; for servers, not for commands that only read."""
        self._started = True

    def tick(self) -> None:
        """Send beside what is due, from time to time; cheap, and meant for a timer."""
        if not (self._started and self.is_on) or self.missing:
            return
        now = self._clock.now()
        if self._next is None or now >= self._next:
            self._next = now + PAUSE
            self.send_soon()

    def close(self) -> None:
        """Stop after the current notice."""
        with self._beginning:
            self._stop.set()
        if self._thread is not None and self._thread.is_alive():
            self._thread.join(STOP_SECONDS)

    def _run(self, *, at_once: bool, courses: Collection[str] | None) -> None:
        try:
            result = self.send(at_once=at_once, courses=courses, wait=False)
        except AttendanceError as error:  # the database is unavailable; the next tick tries again
            _log.warning("Notices were not sent: %s", error)
            return
        if result is None:
            return
        self._in_vain = self._in_vain + 1 if result.problem else 0
        if result.problem:
            _log.warning("Notices were not sent: %s", result.problem)
            self._next = self._clock.now() + PAUSES[min(self._in_vain, len(PAUSES)) - 1]

    def _writer(self) -> Writer:
        settings = self._settings
        return Writer(
            settings.mail_from or NOBODY,
            settings.time_zone,
            settings.notices_language,
            self._catalogue,
        )

    def _line(self) -> MailConnection:
        assert self._settings.smtp is not None
        return MailConnection(self._settings.smtp)


def _about_nothing_but(courses: Collection[str], planned: Sequence[Planned]) -> list[Planned]:
    """The notices of student and day that are all of these courses; others go out together later."""
    open_ones = [one for one in planned if one.step in TO_COME]
    others = {(one.student.id, one.session.day) for one in open_ones if one.course.id not in courses}
    return [one for one in open_ones if (one.student.id, one.session.day) not in others]
