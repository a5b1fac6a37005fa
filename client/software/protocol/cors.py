"""CORS: which other sites' pages may call the API and the legacy addresses; none by default."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask import Flask, Response, request
from flask_cors import CORS

from client.problems import request_ids
from client.serving.software_addresses import KNOWN_NAMES, PREFIX
from client.software.protocol.headers.documented import HEADERS
from client.software.protocol.idempotency import HEADER

_PATHS = (rf"{PREFIX}/.*", *(rf"{name}/?$" for name in KNOWN_NAMES))
PREFLIGHT_SECONDS = 600  # for which a browser caches the preflight response
_OF_LIBRARIES = ("X-Requested-With", "Ngrok-Skip-Browser-Warning")
"""What pages of other sites send along: some libraries always, the other one to get past ngrok's warning."""

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_SENT = (
    *("Authorization", "Content-Type", "If-Match", "If-None-Match", "Last-Event-ID"),
    *(HEADER, request_ids.HEADER),
)


def init_cors(app: Flask, origins: Sequence[str]) -> None:
    """Allow pages of these origins to call them with a token. Login cookies are not accepted from there."""
    if origins:
        app.after_request(_vary)
        # Compiled, because Flask-CORS takes the brackets of an IPv6 address for a regular expression.
        exact = [re.compile(rf"{re.escape(origin)}\Z") for origin in origins]
        CORS(
            app,
            resources={path: {"origins": exact} for path in _PATHS},
            methods=list(METHODS),
            allow_headers=[*_SENT, *_OF_LIBRARIES],
            expose_headers=[*HEADERS, "Allow"],
            max_age=PREFLIGHT_SECONDS,
            supports_credentials=False,
        )


def _vary(answer: Response) -> Response:
    """Keep caches from giving one page's permission to another's, also where a page gets none."""
    if any(re.match(path, request.path) for path in _PATHS):
        answer.vary.add("Origin")
    return answer
