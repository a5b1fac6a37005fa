"""The errors of the register, under one base class."""

from __future__ import annotations


class AttendanceError(Exception):
    """Base of every error that the register raises on purpose."""


class StoreUnavailableError(AttendanceError):
    """The database can't be reached or doesn't answer in time; nothing was lost, try again."""


class SchemaError(StoreUnavailableError):
    """The database is damaged, or a newer version of this program or another program wrote it."""


class SealBrokenError(SchemaError):
    """A sealed record was changed, exchanged or put there by somebody else, or its key is missing."""


class RollNumberTakenError(AttendanceError):
    """Another student already has this roll number, however it is written.

    Args:
        message: what was wrong, and what to do.
        theirs: the number as the other student has it, where that is known.
    """

    def __init__(self, message: str = "", theirs: str | None = None) -> None:
        super().__init__(message)
        self.theirs = theirs


class StudentExistsError(AttendanceError):
    """The register already has a student with this id."""


class StudentNotFoundError(AttendanceError):
    """No student has this id or roll number."""


class SessionNotFoundError(AttendanceError):
    """No session has this id, token or day."""


class CourseNotFoundError(AttendanceError):
    """No course has this id."""


class CourseError(AttendanceError):
    """A course, its schedule or one of its sessions is invalid; the message lists what is wrong."""


class SessionClosedError(AttendanceError):
    """The session is closed; reopen it first."""


class SessionCancelledError(SessionClosedError):
    """The session was cancelled; restore it first."""


class SessionChangedError(AttendanceError):
    """Someone else changed the session since it was read; look at it again."""


class DayOffError(AttendanceError):
    """A day off, or a list of them, is invalid; the message lists what is wrong."""


class DayOffNotFoundError(AttendanceError):
    """There is no such day off."""


class UsernameTakenError(AttendanceError):
    """Another account already has this username."""


class PhotoNotFoundError(AttendanceError):
    """The student has no enrolled photo with this id."""


class ReviewNotFoundError(AttendanceError):
    """No check-in in review has this id, or it is already decided."""


class ConsentMissingError(AttendanceError):
    """A template may not exist without consent on record."""


class ObjectionStandsError(AttendanceError):
    """Consent can't count while somebody else objects; the message says who."""


class SwitchedOffError(AttendanceError):
    """The site has switched off what was asked for; the message names the setting."""


class EngineMismatchError(AttendanceError):
    """The templates were made by another engine or detector than the one in use; re-embed them."""


class SettingsError(AttendanceError):
    """One or more settings are invalid; the message lists them all."""


class SiteKeyError(SettingsError):
    """The site's key is missing, wrong or unreadable; the message says where it was looked for."""


class BackupError(AttendanceError):
    """A backup can't be made, read or restored as wished; the message says why, and what to do."""


class RollNumberError(AttendanceError):
    """A roll number is empty, too long, or contains a character that can't be typed."""


class ReportError(AttendanceError):
    """A report can't be created as requested; the message says why."""


class EnrolmentFolderError(AttendanceError):
    """A folder of students can't be read; the message says what is wrong."""


class AligningFolderError(AttendanceError):
    """Photos can't be aligned from one of these folders into the other; the message says what to do."""


class ClassifierTrainingError(AttendanceError):
    """The classifier can't be trained on the enrolled faces; the message says why, and what to do."""


class StudentListError(AttendanceError):
    """A list of students can't be read; the message says why."""


class ImportFileError(AttendanceError):
    """A file of another system can't be imported; nothing of it was."""


class EvaluationDataError(AttendanceError):
    """What is to be evaluated can't be read, or has too few people."""


class CalibrationError(AttendanceError):
    """The site can't be calibrated as wished; the message says what is missing."""
