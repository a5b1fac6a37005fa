"""What an examination finds: how bad it is, what it is, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from attendance.sentences import FilledSentence


class Grade(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    NOTE = "note"  # everything works, and an admin should know or decide something
    PROBLEM = "problem"  # something doesn't work, or won't when it is needed


@dataclass(frozen=True)
class SiteFinding:
    """One finding.

    Attributes:
        what: what was found, with its value.
        remedy: what to do; None where nothing has to be done, or where ``what`` says it.
    """

    grade: Grade
    what: FilledSentence
    remedy: FilledSentence | None = None


def reason(error: Exception) -> str:
    """Why something failed, without the system's error number."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def ok(what: FilledSentence) -> SiteFinding:
    """A finding that something is as it should be."""
    return SiteFinding(Grade.OK, what)


def note(what: FilledSentence, remedy: FilledSentence | None = None) -> SiteFinding:
    """A finding that an admin should know of or decide about."""
    return SiteFinding(Grade.NOTE, what, remedy)


def problem(what: FilledSentence, remedy: FilledSentence | None = None) -> SiteFinding:
    """A finding that something doesn't work, or won't when it is needed."""
    return SiteFinding(Grade.PROBLEM, what, remedy)
