"""Admits phones: by the rotating QR code, the typed code, or a fixed code where that was chosen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from attendance.classes.class_sessions import ClassSessions
from attendance.classes.entering import rotating_code, typed_code
from attendance.classes.entering.rotating_code import CodeCheck
from attendance.classes.entering.typed_code import CODE_INTERVALS
from attendance.classes.general_course import GENERAL_COURSE
from attendance.clock import Clock
from attendance.store.protocol import Store
from attendance.values import Course, Session, SessionPhase

SEPARATOR = "."  # between a session's token and the code; in no token


class EntryCode(StrEnum):
    """Whether a code is accepted."""

    VALID = CodeCheck.VALID.value
    TOO_OLD = CodeCheck.TOO_OLD.value
    NOT_YET = CodeCheck.NOT_YET.value
    UNKNOWN = CodeCheck.UNKNOWN.value
    NOT_OPEN_YET = "not_open_yet"
    CLOSED = "closed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Admission:
    """The answer to a phone.

    Attributes:
        code: only ``valid`` is accepted.
        session: which session it is for, where that is known.
        code_until: when the code leaves the wall, aware UTC; None: it stays there, or is not accepted.
    """

    code: EntryCode
    session: Session | None = None
    code_until: datetime | None = None


@dataclass(frozen=True)
class Showing:
    """What the projector page shows now.

    Attributes:
        address: what comes after ``/s/`` in the QR code.
        typed: the code for typing.
        typed_pretty: the same in two halves.
        valid_from: when this code began; aware UTC.
        next_at: when the next one comes; aware UTC.
    """

    address: str
    typed: str
    typed_pretty: str
    valid_from: datetime
    next_at: datetime


class Entrances:
    """Shows codes and checks them. The codes of later windows are never given out.

    Args:
        store: the register's database.
        clock: the source of the time.
        class_sessions: knows which sessions are open.
    """

    def __init__(self, store: Store, clock: Clock, class_sessions: ClassSessions) -> None:
        self._store = store
        self._clock = clock
        self._class_sessions = class_sessions

    def showing(self, session: Session) -> Showing:
        """What the projector page shows now: the QR code and the typed code."""
        interval = _interval(self._store.course(session.course_id) or GENERAL_COURSE)
        window = rotating_code.window_at(self._clock.now(), interval)
        typed = typed_code.typed_code(session.secret, window, interval)
        code = rotating_code.code(session.secret, window, interval)
        return Showing(
            address=f"{session.token}{SEPARATOR}{code}",
            typed=typed,
            typed_pretty=typed_code.readable(typed),
            valid_from=rotating_code.window_begins(window, interval),
            next_at=rotating_code.window_begins(window + 1, interval),
        )

    def address(self, session: Session) -> str:
        """What comes after ``/s/`` in the rotating QR code now."""
        return self.showing(session).address

    def static_address(self, session: Session) -> str | None:
        """What comes after ``/s/`` on a poster or at a kiosk; None where only the rotating code counts."""
        return session.token if self._may_be_static(session) else None

    def enter(self, address: str, came_at: datetime | None = None) -> Admission:
        """What a scanned code opens.

        Args:
            address: what came after ``/s/``.
            came_at: when the phone asked; a code that was valid then is, however long the phone waited since.
        """
        token, separator, code = address.partition(SEPARATOR)
        session = self._store.session_by_token(token)
        if session is None:
            return Admission(EntryCode.UNKNOWN)
        now = self._clock.now()
        phase = session.phase(now)
        if phase is SessionPhase.CANCELLED:
            return Admission(EntryCode.CANCELLED, session)
        if phase in (SessionPhase.CLOSED, SessionPhase.BY_HAND):
            return Admission(EntryCode.CLOSED, session)
        if phase is SessionPhase.PLANNED:
            return Admission(EntryCode.NOT_OPEN_YET, session)
        if separator:
            worth = rotating_code.check(session.secret, code, now)
            if worth is CodeCheck.TOO_OLD and came_at is not None:
                worth = rotating_code.check(session.secret, code, came_at)
        else:  # a poster of a course that rotates its codes by now counts as an expired code
            worth = CodeCheck.VALID if self._may_be_static(session) else CodeCheck.TOO_OLD
        until = rotating_code.shown_until(code) if worth is CodeCheck.VALID else None
        return Admission(EntryCode(worth.value), session, until)

    def enter_typed(self, text: str, came_at: datetime | None = None) -> Admission:
        """What a typed code opens; it is compared with those of all open sessions.

        Args:
            text: as it was typed.
            came_at: when it was sent, as for ``enter``.
        """
        typed, now = typed_code.cleaned(text), self._clock.now()
        admission = self._typed_at(typed, now)
        if admission.code is EntryCode.TOO_OLD and came_at is not None:
            return self._typed_at(typed, came_at)
        return admission

    def _typed_at(self, typed: str, now: datetime) -> Admission:
        worths = [
            (typed_code.check_typed(session.secret, typed, now), session)
            for session in self._class_sessions.open_ones()
        ]
        valid = [session for worth, session in worths if worth is CodeCheck.VALID]
        if len(valid) == 1:
            until = typed_code.shown_until(valid[0].secret, typed, now)
            return Admission(EntryCode.VALID, valid[0], until)
        if valid:  # two sessions show the same code, once in many years: the next one will do
            return Admission(EntryCode.TOO_OLD)
        for worth, session in worths:
            if worth is not CodeCheck.UNKNOWN:
                return Admission(EntryCode(worth.value), session)
        for session in self._class_sessions.cancelled_now():
            if typed_code.check_typed(session.secret, typed, now) is not CodeCheck.UNKNOWN:
                return Admission(EntryCode.CANCELLED, session)
        return Admission(EntryCode.UNKNOWN)

    def _may_be_static(self, session: Session) -> bool:
        course = self._store.course(session.course_id)
        return course is not None and course.static_code


def _interval(course: Course) -> int:
    """The course's interval, or the choice next to it where an import brought another one."""
    return min(CODE_INTERVALS, key=lambda choice: abs(choice - course.code_interval))
