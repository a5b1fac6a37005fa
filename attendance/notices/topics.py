"""What a notice is about, and the entry that keeps it from being sent twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from attendance.notices.addresses import recipient_of
from attendance.notices.values import Planned, Step
from attendance.settings.mail_settings import NoticesTo
from attendance.values import Course, Notice, NoticeKind, Session, Student


@dataclass(frozen=True)
class Topic:
    """What a notice is about."""

    kind: NoticeKind
    student: Student
    course: Course
    session: Session

    @property
    def key(self) -> str:
        """One notice for an absence, ever; one for a fall below the limit for its day."""
        if self.kind is NoticeKind.ABSENT:
            return f"{self.kind}|{self.session.id}|{self.student.id}"
        return f"{self.kind}|{self.course.id}|{self.student.id}|{self.session.day}"

    def planned(self, ready_at: datetime, notices_to: NoticesTo) -> Planned:
        """The notice with whom it goes to.

        Args:
            ready_at: when the time for corrections is over, aware UTC.
            notices_to: whom the site writes to.
        """
        whom = recipient_of(self.student, notices_to)
        return Planned(
            key=self.key,
            kind=self.kind,
            student=self.student,
            course=self.course,
            session=self.session,
            to=whom.address,
            to_guardian=whom.is_guardian,
            step=Step.DUE if whom.obstacle is None else Step.STUCK,
            ready_at=ready_at,
            obstacle=whom.obstacle,
        )


def claim_of(planned: Planned, now: datetime) -> Notice:
    """The entry in the register that keeps a notice from being sent twice."""
    assert planned.to is not None
    return Notice(
        key=planned.key,
        kind=planned.kind,
        student_id=planned.student.id,
        course_id=planned.course.id,
        session_id=planned.session.id if planned.kind is NoticeKind.ABSENT else None,
        day=planned.session.day,
        to=planned.to,
        created_at=now,
    )
