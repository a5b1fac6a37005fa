"""Which pages of other sites may call the API, and the names that other systems know; at first none."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask
from flask_cors import CORS

from client.serving.software_addresses import KNOWN_NAMES, PREFIX
from client.software.protocol.idempotency import HEADER, REPLAYED

_PATHS = (rf"{PREFIX}/.*", *(rf"{name}/?$" for name in KNOWN_NAMES))
KEPT_SECONDS = 600  # for which a browser remembers the answer to its question
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def init_cors(app: Flask, origins: Sequence[str]) -> None:
    """Let the pages of these origins call them with a token; a login's cookie counts for nothing there."""
    if origins:
        CORS(
            app,
            resources={path: {"origins": list(origins)} for path in _PATHS},
            methods=list(METHODS),
            allow_headers=["Authorization", "Content-Type", "If-Match", HEADER],
            expose_headers=["ETag", "Location", "Retry-After", REPLAYED],
            max_age=KEPT_SECONDS,
            supports_credentials=False,
        )
