"""Which e-mails closing a session leads to, and who got one about a cancelled one."""

from __future__ import annotations

from attendance.notices.planning import WRITTEN_ABOUT
from attendance.values import NoticeKind, Session
from client.web.services import the_register


def letters_after(session: Session) -> str:
    """Whether closing a session leads to e-mails about absences: ``soon``, no more (``old``), or never."""
    register = the_register()
    if NoticeKind.ABSENT not in register.settings.notices:
        return ""
    return "soon" if session.opens_at >= register.clock.now() - WRITTEN_ABOUT else "old"


def told_about(session: Session) -> list[str]:
    """Who got an e-mail about an absence in a session that is cancelled now."""
    if not session.is_cancelled:
        return []
    sent = the_register().notices.sent_about(session)
    students = [the_register().store.student(student_id) for student_id in sent]
    return sorted(student.name for student in students if student is not None)
