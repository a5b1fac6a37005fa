"""The errors of the register, under one base class."""

from __future__ import annotations


class AttendanceError(Exception):
    """Base of every error that the register raises on purpose."""


class StoreUnavailableError(AttendanceError):
    """The database can't be reached or does not answer in time; nothing was lost, try again."""


class SchemaError(AttendanceError):
    """The database was written by a newer version of this program, or is not its database."""


class RollNumberTakenError(AttendanceError):
    """Another student already has this roll number."""


class StudentExistsError(AttendanceError):
    """The register already has a student with this id."""


class StudentNotFoundError(AttendanceError):
    """No student has this id or roll number."""


class SessionNotFoundError(AttendanceError):
    """No session has this id, token or day."""


class CourseNotFoundError(AttendanceError):
    """No course has this id."""


class CourseError(AttendanceError):
    """A course, its schedule or one of its sessions can't be so; the message lists what is wrong."""


class SessionClosedError(AttendanceError):
    """The session is closed; open it again first."""


class UsernameTakenError(AttendanceError):
    """Another user already logs in under this name."""


class ReviewNotFoundError(AttendanceError):
    """No check-in that needs review has this id, or it is already decided."""


class ConsentMissingError(AttendanceError):
    """A template may not exist without consent on record."""


class EngineMismatchError(AttendanceError):
    """Stored templates were made by another engine than the one in use; re-embed them."""


class SettingsError(AttendanceError):
    """One or more settings are wrong; the message lists them all."""


class RollNumberError(AttendanceError):
    """A roll number is empty, too long or contains something that can't be typed."""


class ReportError(AttendanceError):
    """A report can't be made or written as requested; the message gives the reason."""


class EnrolmentFolderError(AttendanceError):
    """A folder of students, or the roster in it, can't be read as one; the message lists what is wrong."""


class ImportFileError(AttendanceError):
    """A file of another system can't be taken over; nothing of it was."""
