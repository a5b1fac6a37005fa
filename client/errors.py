"""The errors of this package, under one base class."""

from __future__ import annotations


class ClientError(Exception):
    """Base class of all errors that this package raises. Their messages are for people."""


class ServerError(ClientError):
    """The server can't listen on the requested address."""


class CertificateError(ClientError):
    """The certificate or its key can't be read or created."""


class TunnelError(ClientError):
    """The public tunnel can't be opened. The local server is not affected."""


class StartError(ClientError):
    """The server can't start with these options or on this machine."""


class DemoError(ClientError):
    """The demo failed."""


class NotSecureError(ClientError):
    """A password or a list of students would cross the network readable to others."""


class ProofNeededError(ClientError):
    """The password has to be entered again first."""


class RightMissingError(ClientError):
    """The user lacks the right to enrol; the message says whom to ask."""


class LockedError(ClientError):
    """This browser is locked to the kiosk."""


class NotHereError(ClientError):
    """A page is for the server's own machine."""


class ReportRangeError(ClientError):
    """The requested days are not a valid range; the message says why and what to do."""


class BadMessageError(ClientError):
    """A text message is not valid."""


class UploadError(ClientError):
    """Base of the errors of uploads in pieces."""


class UploadNotFoundError(UploadError):
    """No upload of this user for this session has this id; it ended, or never existed."""


class UploadOffsetError(UploadError):
    """A piece doesn't begin where the last one ended.

    Attributes:
        offset: where the next one has to begin.
    """

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


class UploadSizeError(UploadError):
    """More bytes arrived than were announced."""


class UploadUnfinishedError(UploadError):
    """A file is not complete yet."""
