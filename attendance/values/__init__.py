"""The values of the register: people, courses, sessions, marks, reviews, notices and more."""

from __future__ import annotations

from attendance.values.accounts.api_tokens import ApiToken
from attendance.values.accounts.users import Login, OneTimeLink, Role, SecondFactor, User
from attendance.values.alarms import Alarm, AlarmKind, CheckInTrace
from attendance.values.check_ins import EnginePin, GrantAnswer
from attendance.values.days_off import DayOff
from attendance.values.liveness import LivenessMode, LivenessResult, MarkEvidence, Place
from attendance.values.marks import Mark, MarkEvent, MarkHead, MarkMethod, MarkStatus
from attendance.values.notices import Notice, NoticeKind, NoticeState
from attendance.values.reviews import Review, ReviewCandidate, ReviewDecision, ReviewReason
from attendance.values.sessions import (
    Course,
    RoomPicture,
    ScheduleRule,
    Session,
    SessionAct,
    SessionEvent,
    SessionPhase,
    SpotCheck,
)
from attendance.values.student_changes import ChangeKind, NotedChange
from attendance.values.students import (
    Consent,
    ConsentForm,
    ConsentParty,
    FaceCrop,
    Portrait,
    Student,
    Template,
    Withdrawal,
)

__all__ = [
    "Alarm",
    "AlarmKind",
    "ApiToken",
    "ChangeKind",
    "CheckInTrace",
    "Consent",
    "ConsentForm",
    "ConsentParty",
    "Course",
    "DayOff",
    "EnginePin",
    "FaceCrop",
    "GrantAnswer",
    "LivenessMode",
    "LivenessResult",
    "Login",
    "Mark",
    "MarkEvent",
    "MarkEvidence",
    "MarkHead",
    "MarkMethod",
    "MarkStatus",
    "NotedChange",
    "Notice",
    "NoticeKind",
    "NoticeState",
    "OneTimeLink",
    "Place",
    "Portrait",
    "Review",
    "ReviewCandidate",
    "ReviewDecision",
    "ReviewReason",
    "Role",
    "RoomPicture",
    "ScheduleRule",
    "SecondFactor",
    "Session",
    "SessionAct",
    "SessionEvent",
    "SessionPhase",
    "SpotCheck",
    "Student",
    "Template",
    "User",
    "Withdrawal",
]
