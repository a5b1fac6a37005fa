"""What a decision about a face means when it is known whose face it was."""

from __future__ import annotations

from face_matching.decision import Decision, Doubtful, Match

NAMED, MARKED, REVIEWED, REFUSED, UNKNOWN, AS_ANOTHER = (
    "named",
    "marked",
    "reviewed",
    "refused",
    "unknown",
    "as another",
)
STRANGERS, STUDENTS = (NAMED, REVIEWED), (MARKED, REVIEWED, UNKNOWN, AS_ANOTHER)
"""What may happen to strangers, other than being refused, and to students."""


def stranger_outcome(decision: Decision) -> str:
    """What happened to somebody who is not enrolled: named, reviewed or refused."""
    if isinstance(decision, Match):
        return NAMED
    return REVIEWED if isinstance(decision, Doubtful) else REFUSED


def student_outcome(decision: Decision, student_id: str) -> str:
    """What happened to this student: one of ``STUDENTS``."""
    if isinstance(decision, Match):
        return MARKED if decision.student_id == student_id else AS_ANOTHER
    return REVIEWED if isinstance(decision, Doubtful) else UNKNOWN
