"""CORS: which other sites' pages may call the API and the legacy addresses; none by default."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask
from flask_cors import CORS

from client.serving.software_addresses import KNOWN_NAMES, PREFIX
from client.software.protocol.idempotency import HEADER, REPLAYED

_PATHS = (rf"{PREFIX}/.*", *(rf"{name}/?$" for name in KNOWN_NAMES))
PREFLIGHT_SECONDS = 600  # for which a browser caches the preflight response
_OF_LIBRARIES = ("X-Requested-With", "Ngrok-Skip-Browser-Warning")
"""What pages of other sites send along: some libraries always, the other one to get past ngrok's warning."""

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def init_cors(app: Flask, origins: Sequence[str]) -> None:
    """Allow pages of these origins to call them with a token. Login cookies are not accepted from there."""
    if origins:
        CORS(
            app,
            resources={path: {"origins": list(origins)} for path in _PATHS},
            methods=list(METHODS),
            allow_headers=["Authorization", "Content-Type", "If-Match", HEADER, *_OF_LIBRARIES],
            expose_headers=["Deprecation", "ETag", "Link", "Location", "Retry-After", "Sunset", REPLAYED],
            max_age=PREFLIGHT_SECONDS,
            supports_credentials=False,
        )
