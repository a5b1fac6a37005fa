"""Which session a photo counts for; the General course has an automatic one for each local day."""

from __future__ import annotations

from datetime import date, time, timedelta, tzinfo

from attendance.classes.general_course import GENERAL_COURSE, general_runs
from attendance.classes.new_session import new_token
from attendance.clock import Clock, local_day, local_instant
from attendance.errors import SessionNotFoundError
from attendance.store.protocol import Store
from attendance.values import Course, Session

_MIDNIGHT = time()


class Sessions:
    """Finds sessions, and makes the one of today.

    Args:
        store: the register's database.
        clock: the source of the time.
        zone: the site's time zone; None means the computer's own.
        late_after: the local time from which a check-in of the General course is late; None: never.
    """

    def __init__(self, store: Store, clock: Clock, *, zone: tzinfo | None, late_after: time | None) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone
        self._late_after = late_after

    def today(self) -> Session:
        """The General session of the local day, created now if it doesn't exist yet.

        Raises:
            SessionNotFoundError: General no longer runs, since there are other courses.
        """
        session = self.open_general()
        if session is None:
            raise SessionNotFoundError(
                "The General course has no session today, since there are other courses. Open a "
                "session of one of them, or make General active again."
            )
        return session

    def open_general(self) -> Session | None:
        """As ``today``, but None if General doesn't run: another program may add a course at any moment.

        If several processes create the session at the same moment, the database keeps one and all return
        that one.
        """
        if not general_runs(self._store.courses()):
            return None
        day = local_day(self._clock.now(), self._zone)
        session_id = f"{GENERAL_COURSE.id}|{day.isoformat()}"
        existing = self._store.session(session_id)
        if existing is not None:
            return existing
        self._store.add_course(GENERAL_COURSE)
        fresh = self._general_session(session_id, day)
        if self._store.add_session(fresh):
            return fresh
        return self.get(session_id)

    def get(self, session_id: str) -> Session:
        """The session with this id.

        Raises:
            SessionNotFoundError: there is none.
        """
        session = self._store.session(session_id)
        if session is None:
            raise SessionNotFoundError(f"There is no session {session_id!r}.")
        return session

    def on_day(self, day: str) -> list[Session]:
        """The sessions of a local day.

        Args:
            day: ``YYYY-MM-DD``.

        Raises:
            SessionNotFoundError: ``day`` is not a valid date.
        """
        return self._store.sessions(day_of(day).isoformat())

    def course_of(self, session: Session) -> Course:
        """The course that the session belongs to.

        Raises:
            SessionNotFoundError: the course no longer exists.
        """
        course = self._store.course(session.course_id)
        if course is None:
            raise SessionNotFoundError(
                f"The course {session.course_id!r} of {session.id!r} no longer exists."
            )
        return course

    def _general_session(self, session_id: str, day: date) -> Session:
        late_at = None
        if self._late_after is not None:
            late_at = local_instant(day, self._late_after, self._zone)
        return Session(
            id=session_id,
            course_id=GENERAL_COURSE.id,
            token=new_token(),
            day=day.isoformat(),
            opens_at=local_instant(day, _MIDNIGHT, self._zone),
            closes_at=local_instant(day + timedelta(days=1), _MIDNIGHT, self._zone),
            late_at=late_at,
        )


def day_of(text: str) -> date:
    """The day that ``YYYY-MM-DD`` names.

    Raises:
        SessionNotFoundError: it names none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise SessionNotFoundError(f"{text!r} is not a valid date. Use YYYY-MM-DD.") from error
