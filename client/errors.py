"""The errors of the web app, under one base class; ``client.problems`` says how each is answered."""

from __future__ import annotations


class ClientError(Exception):
    """Base of every error that this package raises on purpose; its message is for a person to read."""


class ServerError(ClientError):
    """The server can't listen where it was told to."""


class CertificateError(ClientError):
    """The certificate or its key can't be read, or can't be made."""


class TunnelError(ClientError):
    """The public tunnel can't be opened; the local server is not touched by it."""


class StartError(ClientError):
    """Something that the start needs is missing on this machine."""


class DemoError(ClientError):
    """The demonstration did not come out as it should."""


class NotSecureError(ClientError):
    """A password or a list of students would cross the network readable to others."""


class LockedError(ClientError):
    """This browser is locked to the kiosk."""


class NotHereError(ClientError):
    """A page is for the server's own machine."""


class ReportRangeError(ClientError):
    """The requested days make no range; the message says why and what to do."""


class BadMessageError(ClientError):
    """A text message that the WebSocket's protocol does not have."""


class UploadError(ClientError):
    """Base of what can go wrong with a piece of an upload."""


class UploadNotFoundError(UploadError):
    """No upload of this user for this session has this id; it ended, or never was."""


class UploadOffsetError(UploadError):
    """A piece does not begin where the last one ended.

    Attributes:
        offset: where the next one has to begin.
    """

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


class UploadSizeError(UploadError):
    """More bytes came than were announced."""


class UploadUnfinishedError(UploadError):
    """A file is not whole yet."""
