"""The values of the register: people, courses, sessions, marks, reviews, notices and more."""

from __future__ import annotations

from attendance.values.api_tokens import ApiToken
from attendance.values.check_ins import EnginePin, GrantAnswer
from attendance.values.days_off import DayOff
from attendance.values.marks import Mark, MarkEvent, MarkMethod, MarkStatus
from attendance.values.notices import Notice, NoticeKind, NoticeState
from attendance.values.reviews import Review, ReviewCandidate, ReviewDecision, ReviewReason
from attendance.values.sessions import Course, ScheduleRule, Session, SessionAct, SessionEvent, SessionPhase
from attendance.values.student_changes import ChangeKind, NotedChange
from attendance.values.students import Consent, FaceCrop, Portrait, Student, Template, Withdrawal
from attendance.values.users import Login, OneTimeLink, Role, SecondFactor, User

__all__ = [
    "ApiToken",
    "ChangeKind",
    "Consent",
    "Course",
    "DayOff",
    "EnginePin",
    "FaceCrop",
    "GrantAnswer",
    "Login",
    "Mark",
    "MarkEvent",
    "MarkMethod",
    "MarkStatus",
    "NotedChange",
    "Notice",
    "NoticeKind",
    "NoticeState",
    "OneTimeLink",
    "Portrait",
    "Review",
    "ReviewCandidate",
    "ReviewDecision",
    "ReviewReason",
    "Role",
    "ScheduleRule",
    "SecondFactor",
    "Session",
    "SessionAct",
    "SessionEvent",
    "SessionPhase",
    "Student",
    "Template",
    "User",
    "Withdrawal",
]
