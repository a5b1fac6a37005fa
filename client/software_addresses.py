"""The addresses that other software calls; everything else is for people with a browser."""

from __future__ import annotations

from flask import request

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


def is_for_api() -> bool:
    """Whether the request is for the API, so that its errors are problems and no pages."""
    return request.path.startswith("/api/")
