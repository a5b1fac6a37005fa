"""Checks how a consent or an objection is recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from attendance.errors import ConsentMissingError
from attendance.people.new_student import LONGEST_CELL
from attendance.values import Consent, Withdrawal
from attendance.values.roll_numbers import clean_text, is_printable


def checked_consent(consent: Consent, day: str) -> Consent:
    """The consent with its note cleaned up.

    Args:
        consent: as it was entered.
        day: today, ``YYYY-MM-DD``.

    Raises:
        ConsentMissingError: the note is missing or too long, or a day is wrong.
    """
    how = clean_text(consent.how)
    if not how or len(how) > LONGEST_CELL or not is_printable(how):
        raise ConsentMissingError(
            f'Note in 1 to {LONGEST_CELL} characters how consent was given, for example "signed '
            'form of 2 September, kept in the office".'
        )
    given_on, until = _day(consent.given_on), _day(consent.valid_until)
    if given_on is not None and given_on > day:
        raise ConsentMissingError(f"Consent can't have been given on {given_on}, which is after today.")
    if until is not None and until < day:
        raise ConsentMissingError(f"Consent until {until} has ended already. Give a later day, or none.")
    return replace(consent, how=how, given_on=given_on, valid_until=until)


def checked_objection(objection: Withdrawal) -> Withdrawal:
    """The objection with its note cleaned up.

    Raises:
        ConsentMissingError: the note is too long.
    """
    how = clean_text(objection.how or "")
    if len(how) > LONGEST_CELL or not is_printable(how):
        raise ConsentMissingError(f"The note has at most {LONGEST_CELL} characters that can be seen.")
    return replace(objection, how=how or None)


def checked_guardian(name: str | None) -> str | None:
    """The name of a guardian, cleaned up; None if it is empty.

    Raises:
        ConsentMissingError: it is too long.
    """
    clean = clean_text(name or "")
    if len(clean) > LONGEST_CELL or not is_printable(clean):
        raise ConsentMissingError(
            f"The guardian's name has at most {LONGEST_CELL} characters that can be seen."
        )
    return clean or None


def _day(text: str | None) -> str | None:
    """A day as ``YYYY-MM-DD``; None if there is none."""
    clean = clean_text(text or "")
    if not clean:
        return None
    try:
        return date.fromisoformat(clean).isoformat()
    except ValueError as error:
        raise ConsentMissingError(f"{clean!r} is not a day. Write it as 2026-09-30.") from error
