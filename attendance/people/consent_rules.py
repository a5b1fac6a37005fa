"""What a student's consents and objections add up to; what one more of them changes.

Whose consent is on record was asked for because it was needed: a guardian's for a child, both for a
teenager, the student's own later. So all consents on record have to count, and a single objection ends them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from attendance.errors import ObjectionStandsError
from attendance.values import Consent, ConsentParty, Student, Withdrawal

UNSTATED = ConsentParty.UNSTATED
_WHO = {ConsentParty.STUDENT: "The student", ConsentParty.GUARDIAN: "A guardian", UNSTATED: "Somebody"}


def with_consent(student: Student, given: Consent, day: str, *, alone: bool = False) -> Student:
    """The student with one more consent; the same if this party has agreed already.

    It ends this party's own objection. What others have agreed to stays.

    Args:
        student: as they are.
        given: the new consent.
        day: today, ``YYYY-MM-DD``.
        alone: whether it replaces all that is on record, such as that of a student who is of age now.

    Raises:
        ObjectionStandsError: somebody else objects.
    """
    objected = bool(student.objections)
    for objection in student.objections:
        if objection.objector not in (given.giver, UNSTATED):
            raise ObjectionStandsError(
                f"{_WHO[objection.objector]} objects, as {objection.recorded_by} recorded, so nobody else's "
                "consent counts. Record that they agree again, or take the objection back, if it was a "
                "mistake."
            )
    if alone:
        return settled(student, (given,), (), day)
    if not objected and any(_has_agreed(each, given, day) for each in student.consents):
        return student
    kept = [each for each in student.consents if not _is_replaced(each, given, day, objected=objected)]
    return settled(student, (*kept, given), (), day)


def with_objection(student: Student, objection: Withdrawal, day: str) -> Student:
    """The student with an objection; the same if this party objects already.

    Args:
        student: as they are.
        objection: the new one. One of nobody in particular is the withdrawal of a consent on record.
        day: today, ``YYYY-MM-DD``.
    """
    party = objection.objector
    if any(each.objector is party for each in student.objections):
        return student
    if party is UNSTATED and (student.objections or not student.consents):
        return student
    return settled(student, student.consents, (*student.objections, objection), day)


def without_objection(student: Student, objector: ConsentParty, day: str) -> Student:
    """The student without this party's objection, which was a mistake; consents from before count again.

    Args:
        student: as they are.
        objector: whose objection.
        day: today, ``YYYY-MM-DD``.
    """
    left = tuple(each for each in student.objections if each.objector is not objector)
    return student if left == student.objections else settled(student, student.consents, left, day)


def settled(
    student: Student, consents: Sequence[Consent], objections: Sequence[Withdrawal], day: str
) -> Student:
    """The student with these consents and objections, and what they add up to on a day.

    Args:
        student: as they are.
        consents: all on record.
        objections: all on record.
        day: ``YYYY-MM-DD``.
    """
    counts = bool(consents) and not objections and all(each.is_valid(day) for each in consents)
    return replace(
        student,
        consent=consents[0] if counts else None,
        other_consents=tuple(consents[1:] if counts else consents),
        withdrawn=objections[0] if objections else None,
        other_objections=tuple(objections[1:]),
    )


def _has_agreed(each: Consent, given: Consent, day: str) -> bool:
    """Whether a consent on record says what the given one says; one of nobody in particular adds nothing."""
    return each.is_valid(day) and (given.giver is UNSTATED or each.giver is given.giver)


def _is_replaced(each: Consent, given: Consent, day: str, *, objected: bool) -> bool:
    """Whether a consent on record is over with the given one: of the same party, or perhaps the same."""
    if each.giver is given.giver:
        return True
    return UNSTATED in (each.giver, given.giver) and (objected or not each.is_valid(day))
