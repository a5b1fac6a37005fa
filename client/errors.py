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
