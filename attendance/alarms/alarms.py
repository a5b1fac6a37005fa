"""Notes check-ins for comparison, and finds, lists and settles alarms."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from threading import Lock

from attendance.alarms.checked_photo import CheckedPhoto, Finding
from attendance.alarms.copies import copied_picture
from attendance.alarms.enrolled import EnrolledHashes
from attendance.alarms.late_codes import late_code
from attendance.alarms.networks import Spread, is_odd_enough, many_addresses, spread_of
from attendance.alarms.odd_cameras import virtual_camera
from attendance.alarms.phones import shared_phone, two_phones
from attendance.clock import Clock
from attendance.errors import StoreUnavailableError
from attendance.store.protocol import Store
from attendance.values import Alarm, AlarmKind, CheckInTrace
from attendance.values.alarms import alarm_id

EARLIER_SESSIONS = 6  # of a course, whose networks are compared
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _SessionsOf:
    """The ids of a course's sessions, each asked for when it is needed.

    Attributes:
        store: the register's database.
        course_id: the course.
    """

    store: Store
    course_id: str

    def __contains__(self, session_id: object) -> bool:
        """Whether a session is one of the course."""
        session = self.store.session(str(session_id))
        return session is not None and session.course_id == self.course_id


class Alarms:
    """What is odd about check-ins. Nothing here refuses or delays one.

    A capture is compared after its answer was decided, in a thread of its own, one after the other. If the
    process dies meanwhile, the marks are there and a comparison is missing. A capture that gave a mark may
    have its trace in the register already, written in the same step.

    Args:
        store: the register's database.
        clock: the source of the time.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._enrolled = EnrolledHashes(store)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="alarms")
        self._lock = Lock()
        self._is_closed = False

    def note(self, capture: CheckedPhoto, kept: CheckInTrace | None = None) -> None:
        """Compare a capture with others, soon; returns at once and never fails.

        Args:
            capture: one that named a student.
            kept: its trace, if it was written with the check-in.
        """
        with self._lock:
            if not self._is_closed:
                self._thread.submit(self._compare, capture, kept)

    def wait(self) -> None:
        """Wait until all captures that were noted so far are compared."""
        with self._lock:
            if self._is_closed:
                return
            last = self._thread.submit(lambda: None)
        wait([last])

    def of_session(self, session_id: str) -> list[Alarm]:
        """The alarms of a session, settled ones too, oldest first."""
        return self._store.alarms_of(session_id)

    def settle(self, alarm_id: str, *, by: str, for_good: bool = False) -> Alarm | None:
        """Settle an alarm.

        Args:
            alarm_id: which.
            by: who has seen it.
            for_good: raise no such alarm about the same students again; only for those who share a phone.

        Returns:
            The settled alarm; None if it is unknown or was settled already.
        """
        alarm = self._store.alarm(alarm_id)
        if alarm is None:
            return None
        lasts = for_good and alarm.kind is AlarmKind.SHARED_PHONE
        return self._store.settle_alarm(alarm_id, by=by, at=self._clock.now(), for_good=lasts)

    def reopen(self, alarm_id: str) -> Alarm | None:
        """Undo that an alarm was settled; None if it is unknown or open."""
        return self._store.reopen_alarm(alarm_id)

    def close(self) -> None:
        """Finish what was noted; nothing is noted afterwards."""
        with self._lock:
            self._is_closed = True
        self._thread.shutdown()

    def _compare(self, capture: CheckedPhoto, kept: CheckInTrace | None) -> None:
        """Keep a capture's trace unless it is kept, and raise its alarms; whatever fails is logged."""
        try:
            trace = kept or capture.trace()
            # If it was not written now, it was compared before, or its student is gone.
            if kept is not None or self._store.add_trace(trace):
                for finding in self._findings(capture, trace):
                    self._raise(capture, finding)
        except StoreUnavailableError as error:
            _log.warning("A check-in could not be compared with others: %s", error)
        except Exception:  # noqa: BLE001 - no check-in may fail of it, and the thread goes on
            _log.exception("A check-in could not be compared with others")

    def _findings(self, capture: CheckedPhoto, trace: CheckInTrace) -> Iterator[Finding]:
        """What is odd about a capture; of the register only what this one is compared with is read."""
        of_student = self._store.traces_of_student(capture.student_id)
        of_device = [] if capture.device is None else self._store.traces_of_device(capture.device)
        mark = self._store.mark(capture.session.id, capture.student_id)
        found = [
            shared_phone(capture, of_device, _SessionsOf(self._store, capture.session.course_id)),
            two_phones(capture, mark, of_student),
            self._copy(capture, of_student),
            virtual_camera(capture),
            late_code(capture),
            None if trace.address is None else self._many_addresses(capture),
        ]
        yield from (finding for finding in found if finding is not None)

    def _copy(self, capture: CheckedPhoto, of_student: list[CheckInTrace]) -> Finding | None:
        first = self._store.trace_with_digest(capture.digest)
        return copied_picture(capture, first, of_student, self._enrolled.of(capture.student_id))

    def _many_addresses(self, capture: CheckedPhoto) -> Finding | None:
        spread = self._spread(capture.session.id)
        if not is_odd_enough(spread):
            return None
        course = self._store.sessions_of(capture.session.course_id)
        before = [one for one in course if one.opens_at < capture.session.opens_at][-EARLIER_SESSIONS:]
        return many_addresses(spread, [self._spread(one.id) for one in before])

    def _spread(self, session_id: str) -> Spread:
        return spread_of(self._store.addresses_of_session(session_id))

    def _raise(self, capture: CheckedPhoto, finding: Finding) -> None:
        if self._store.settled_for_good(finding.kind, finding.subject):
            return
        session_id = capture.session.id
        alarm = Alarm(
            id=alarm_id(session_id, finding.kind, finding.subject),
            session_id=session_id,
            kind=finding.kind,
            subject=finding.subject,
            student_ids=finding.student_ids,
            at=capture.at,
            detail=finding.detail,
        )
        self._store.add_alarm(alarm)
