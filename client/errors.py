"""The errors of starting and reaching the product, under one base class."""

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
