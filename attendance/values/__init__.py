"""The values of the register: people, courses, sessions, marks, reviews, and what check-ins leave."""

from __future__ import annotations

from attendance.values.check_ins import EnginePin, GrantAnswer
from attendance.values.marks import Mark, MarkEvent, MarkMethod, MarkStatus
from attendance.values.reviews import Candidate, Review, ReviewDecision, ReviewReason
from attendance.values.sessions import Course, ScheduleRule, Session
from attendance.values.students import Consent, Portrait, Student, Template
from attendance.values.users import OneTimeLink, Role, User

__all__ = [
    "Candidate",
    "Consent",
    "Course",
    "EnginePin",
    "GrantAnswer",
    "Mark",
    "MarkEvent",
    "MarkMethod",
    "MarkStatus",
    "OneTimeLink",
    "Portrait",
    "Review",
    "ReviewDecision",
    "ReviewReason",
    "Role",
    "ScheduleRule",
    "Session",
    "Student",
    "Template",
    "User",
]
