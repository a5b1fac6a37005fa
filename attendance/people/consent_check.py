"""Checks how a consent is noted."""

from __future__ import annotations

from dataclasses import replace

from attendance.errors import ConsentMissingError
from attendance.people.new_student import LONGEST_CELL
from attendance.values import Consent
from attendance.values.roll_numbers import clean_text, is_printable


def checked_consent(consent: Consent) -> Consent:
    """The consent with its note cleaned up.

    Raises:
        ConsentMissingError: the note is missing or too long.
    """
    how = clean_text(consent.how)
    if not how or len(how) > LONGEST_CELL or not is_printable(how):
        raise ConsentMissingError(
            f'Note in 1 to {LONGEST_CELL} characters how consent was given, for example "signed '
            'form of 2 September, kept in the office".'
        )
    return replace(consent, how=how)
