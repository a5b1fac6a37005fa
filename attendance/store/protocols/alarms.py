"""The part of the `Store` protocol about traces of check-ins, and alarms."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from attendance.values import Alarm, AlarmKind, CheckInTrace


class AlarmStore(Protocol):
    """Traces of check-ins, and the alarms that come of comparing them."""

    def add_trace(self, trace: CheckInTrace) -> bool:
        """Keep a trace unless its id is taken or its student was removed meanwhile.

        Returns:
            Whether it was written.
        """
        ...

    def traces_of_session(self, session_id: str) -> list[CheckInTrace]:
        """The traces of a session, ordered by time, then by id."""
        ...

    def addresses_of_session(self, session_id: str) -> list[tuple[str, str]]:
        """Student and hashed address of the traces of a session that have both, in the same order."""
        ...

    def traces_of_device(self, device: str) -> list[CheckInTrace]:
        """The traces that a device left in all sessions, ordered by time, then by id."""
        ...

    def traces_of_student(self, student_id: str) -> list[CheckInTrace]:
        """The traces that named a student in all sessions, ordered by time, then by id."""
        ...

    def trace_with_digest(self, digest: str) -> CheckInTrace | None:
        """The earliest trace of the same bytes."""
        ...

    def forget_addresses(self, before: datetime) -> int:
        """Delete the hashes of addresses in traces from before a time; returns how many there were."""
        ...

    def purge_traces(self, before: datetime) -> int:
        """Delete the traces from before a time; returns their number."""
        ...

    def add_alarm(self, alarm: Alarm) -> bool:
        """Add an alarm unless its id is taken or one of its students was removed meanwhile.

        Returns:
            Whether it was added.

        Raises:
            SessionNotFoundError: there is no such session.
        """
        ...

    def alarm(self, alarm_id: str) -> Alarm | None: ...

    def alarms_of(self, session_id: str) -> list[Alarm]:
        """The alarms of a session, open and settled ones, ordered by time, then by id."""
        ...

    def settle_alarm(self, alarm_id: str, *, by: str, at: datetime, for_good: bool) -> Alarm | None:
        """Record that a person settled an alarm; a settled one can only be settled for good afterwards.

        Returns:
            The settled alarm; None if it is unknown or was settled already.
        """
        ...

    def reopen_alarm(self, alarm_id: str) -> Alarm | None:
        """Undo that an alarm was settled, also for good; returns it, or None if it is unknown or open."""
        ...

    def settled_for_good(self, kind: AlarmKind, subject: str) -> bool:
        """Whether an alarm of this kind about this subject was settled for good, in whatever session."""
        ...

    def purge_alarms(self, before: datetime) -> int:
        """Delete the alarms from before a time except those settled for good; returns their number."""
        ...
