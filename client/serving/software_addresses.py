"""The addresses that other software calls; everything else is for people with a browser."""

from __future__ import annotations

from enum import StrEnum

PREFIX = "/api/v1"
DOCUMENT = f"{PREFIX}/openapi.json"
SOCKET = "/ws"
HANDSHAKE = "X-Socket-Handshake"  # on the server's own question; a stranger who sends it learns no more
KNOWN_NAMES = (
    "/detect_face",
    "/recognize",
    "/register",
    "/create-student",
    "/mark-attendance",
    "/student_attendance",
)
"""Those that clients of other attendance systems know."""

_FIRST_STEPS = {address.split("/")[1] for address in (PREFIX, SOCKET, *KNOWN_NAMES)}


def is_for_software(path: str) -> bool:
    """Whether a path is one of them, or below one."""
    return path.removeprefix("/").partition("/")[0] in _FIRST_STEPS


class ErrorForm(StrEnum):
    """How software is told what went wrong."""

    PROBLEM = "problem"
    KNOWN_NAME = "known name"


def error_form(path: str) -> ErrorForm | None:
    """How errors at a path are told; None: to people, by pages."""
    if path.startswith("/api/") or path.rstrip("/") == SOCKET:
        return ErrorForm.PROBLEM
    return ErrorForm.KNOWN_NAME if path.rstrip("/") in KNOWN_NAMES else None
