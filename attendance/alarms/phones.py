"""One phone for two students, and one student from two phones."""

from __future__ import annotations

from collections.abc import Container, Iterable

from attendance.alarms.checked_photo import CheckedPhoto, Finding
from attendance.values import AlarmKind, CheckInTrace, Mark

SIGNED, CLAIMED = "signed", "claimed"  # whether the phone proved its key, or only calls itself so
NOW, BEFORE = "now", "before"  # in this session, or in an earlier one of the course
PAIR = "+"  # between the students of a subject


def shared_phone(
    capture: CheckedPhoto, of_device: Iterable[CheckInTrace], of_course: Container[str]
) -> Finding | None:
    """Another student who checked in with the same phone.

    In one session any other student counts, whoever came first: of two photos that are judged at once,
    either may be compared first. Of earlier sessions only the student before counts, and only if the phone
    proved its key: a phone that changed hands is reported once, not for ever.

    Args:
        capture: the new one.
        of_device: the traces of its phone, oldest first.
        of_course: the ids of the course's sessions; what happened elsewhere is not this teacher's to see.
    """
    others = [trace for trace in of_device if trace.id != capture.id and trace.student_id is not None]
    for trace in reversed(others):
        if trace.session_id == capture.session.id and trace.student_id != capture.student_id:
            return _pair(capture, trace, NOW)
    before = [trace for trace in others if trace.at <= capture.at]
    served_now = any(trace.session_id == capture.session.id for trace in before)
    has_others = any(trace.student_id != capture.student_id for trace in before)
    if served_now or not capture.signed or not has_others:
        return None
    last = next((trace for trace in reversed(before) if trace.session_id in of_course), None)
    if last is None or not last.signed or last.student_id == capture.student_id:
        return None
    return _pair(capture, last, BEFORE)


def two_phones(
    capture: CheckedPhoto, mark: Mark | None, of_student: Iterable[CheckInTrace]
) -> Finding | None:
    """A student who has a mark by one phone and checks in with another.

    A phone that could prove its key once and not another time has two names, and a browser that failed before
    another one worked gave no mark; neither counts. The photo that gave the mark may be compared last.

    Args:
        capture: the new one.
        mark: its student's.
        of_student: its student's traces, in any session.
    """
    if mark is None or mark.attempt is None or not mark.counts_as_there:
        return None
    here = [trace for trace in of_student if trace.session_id == capture.session.id]
    if mark.attempt == capture.id:
        is_found = any(trace.at > capture.at and _is_another_phone(trace, capture) for trace in here)
    else:
        first = next((trace for trace in here if trace.id == mark.attempt), None)
        is_found = first is not None and _is_another_phone(first, capture)
    if not is_found:
        return None
    detail = (SIGNED if capture.signed else CLAIMED,)
    return Finding(AlarmKind.TWO_PHONES, capture.student_id, (capture.student_id,), detail)


def _is_another_phone(one: CheckInTrace, other: CheckedPhoto) -> bool:
    """Whether two captures of a student are of two phones."""
    if one.student_id != other.student_id or None in (one.device, other.device):
        return False
    return one.signed == other.signed and one.device != other.device


def _pair(capture: CheckedPhoto, other: CheckInTrace, when: str) -> Finding:
    assert other.student_id is not None
    pair = tuple(sorted((capture.student_id, other.student_id)))
    proof = SIGNED if capture.signed and other.signed else CLAIMED
    return Finding(AlarmKind.SHARED_PHONE, PAIR.join(pair), pair, (proof, when))
