"""The addresses for other software; all others serve pages for people."""

from __future__ import annotations

from enum import StrEnum

_API = "/api"
PREFIX = f"{_API}/v1"
DOCUMENT = f"{PREFIX}/openapi.json"
CHANGE_STREAM = f"{PREFIX}/changes/stream"
SOCKET = "/ws"
HANDSHAKE = (
    "X-Socket-Handshake"  # header of the server's internal request; sending it from outside gains nothing
)
TOKEN = "token"  # noqa: S105 - the parameter of a socket's address that carries one
IN_ADDRESS = "token in the address"  # value of ``HANDSHAKE``, for a socket whose address has a token
KNOWN_NAMES = (
    "/detect_face",
    "/recognize",
    "/register",
    "/create-student",
    "/mark-attendance",
    "/student_attendance",
)
"""Addresses known from other attendance systems; see docs/known-names.md."""

_FIRST_SEGMENTS = {address.split("/")[1] for address in (PREFIX, SOCKET, *KNOWN_NAMES)}


def without_extra_slashes(path: str) -> str:
    """A path that begins with one slash, as clients meant it that join ``https://…/`` and ``/register``."""
    return "/" + path.lstrip("/")


def plain_path(path: str) -> str:
    """A path without slashes at the end or extra ones at the beginning."""
    return without_extra_slashes(path).rstrip("/")


def is_for_software(path: str) -> bool:
    """Whether a path is one of these addresses, or below one."""
    return path.lstrip("/").partition("/")[0] in _FIRST_SEGMENTS


class ErrorForm(StrEnum):
    """The format of error responses for software."""

    PROBLEM = "problem"
    KNOWN_NAME = "known name"


def error_form(path: str) -> ErrorForm | None:
    """The format of error responses at a path, or below it; None means pages for people."""
    path = without_extra_slashes(path)
    first = f"/{path.split('/')[1]}"
    if first in (_API, SOCKET):
        return ErrorForm.PROBLEM
    return ErrorForm.KNOWN_NAME if first in KNOWN_NAMES else None
