"""The errors that both databases raise, with the same messages."""

from __future__ import annotations

from collections.abc import Sequence

from attendance.errors import (
    ConsentMissingError,
    CourseNotFoundError,
    RollNumberTakenError,
    SchemaError,
    SessionNotFoundError,
    StudentExistsError,
    StudentNotFoundError,
    UsernameTakenError,
)
from attendance.values import ApiToken, Mark, Session, Student, Template, User
from attendance.values.roll_numbers import clean_text


def refuse_newer(where: str, found: int, known: int) -> None:
    """Check that the database was not written by a newer version of this program.

    Args:
        where: the database, for the message.
        found: the database's schema version.
        known: the newest schema version that this program knows.

    Raises:
        SchemaError: ``found`` is newer.
    """
    if found > known:
        raise SchemaError(
            f"The register in {where} has schema version {found}, but this program supports versions up to "
            f"{known}: a newer version of the program wrote it. Start that version, or choose another "
            "data folder with ATTENDANCE_DATA (another database with MONGODB_URI)."
        )


UNREADABLE = (KeyError, ValueError, TypeError, AttributeError)
"""What is raised where a record isn't what this program writes."""


def unreadable(kind: type, error: Exception) -> SchemaError:
    """The error for a record that is in the database and isn't what this program writes."""
    return SchemaError(
        f"The register is damaged: a record of the kind {kind.__name__} can't be read ({error!r}). Stop the "
        "program and restore a backup, or report this."
    )


def consent_missing(student_id: str) -> ConsentMissingError:
    """The error for a template of a student who has given no consent or is not in the register."""
    return ConsentMissingError(
        f"The student {student_id!r} is unknown or has given no consent, so no face may be stored. "
        "First record when and how consent was given."
    )


def refuse_templates_of_others(student_id: str, templates: Sequence[Template]) -> None:
    """Raise ``ValueError`` if one of the templates belongs to another student."""
    others = {template.student_id for template in templates} - {student_id}
    if others:
        raise ValueError(f"Templates of {sorted(others)} can't replace those of {student_id!r}.")


def taken(student: Student, theirs: str | None = None) -> RollNumberTakenError:
    """The error for a roll number that another student has.

    Args:
        student: who can't have it.
        theirs: the number as the other student has it.
    """
    return number_taken(student.roll_number, theirs, whose=repr(student.name))


def number_taken(roll_number: str, theirs: str | None, *, whose: str = "this one") -> RollNumberTakenError:
    """The same error where no more than the number is known."""
    same = "belongs to" if theirs in (None, roll_number) else f"is the same as {theirs!r} of"
    return RollNumberTakenError(
        f"The roll number {roll_number!r} {same} another student; give {whose} another one, or rename the "
        "other student first.",
        theirs,
    )


def whose_number(roll_number: str, same: Sequence[Student]) -> Student | None:
    """Whom a roll number means.

    Args:
        roll_number: as it was typed.
        same: the students whose numbers are the same, however they are written.

    Returns:
        Who has it as it was typed, or the only one; None where it is unclear which of several.
    """
    exact = clean_text(roll_number)
    found = [student for student in same if student.roll_number == exact] or same
    return found[0] if len(found) == 1 else None


def no_student(student_id: str) -> StudentNotFoundError:
    """The error for an unknown student id."""
    return StudentNotFoundError(f"No student has the id {student_id!r}.")


def no_session(session_id: str) -> SessionNotFoundError:
    """The error for an unknown session id."""
    return SessionNotFoundError(f"No session has the id {session_id!r}.")


def student_exists(student_id: str) -> StudentExistsError:
    """The error for a student id that is already in the register."""
    return StudentExistsError(f"The register already has a student with the id {student_id!r}.")


def no_course(course_id: str) -> CourseNotFoundError:
    """The error for an unknown course id."""
    return CourseNotFoundError(f"No course has the id {course_id!r}.")


def username_taken(user: User) -> UsernameTakenError:
    """The error for a username that another user has."""
    return UsernameTakenError(
        f"Another user already has the username {user.username!r}; give {user.name!r} another one."
    )


def token_taken(session: Session) -> ValueError:
    """The error for a token that another session has, which can't happen with random ones."""
    return ValueError(
        f"Another session has the token of {session.id!r}; give each session a new random token."
    )


def api_token_taken(token: ApiToken) -> ValueError:
    """The error for an API token whose id or digest another one has, which can't happen with random ones."""
    return ValueError(
        f"Another API token has the id or the digest of {token.name!r}; generate a new random token."
    )


def session_of_all(marks: Sequence[Mark]) -> str | None:
    """The id of the session that all marks belong to, or None if there are no marks.

    Raises:
        ValueError: they belong to several sessions.
    """
    sessions = {mark.session_id for mark in marks}
    if len(sessions) > 1:
        raise ValueError(f"Marks of several sessions can't be written in one call: {sorted(sessions)}.")
    return next(iter(sessions), None)
