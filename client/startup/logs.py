"""Logging: short lines without tokens, and without what sockets say about people."""

from __future__ import annotations

import logging
import re
import sys

from attendance.accounts.api_tokens import PREFIX as TOKEN_PREFIX
from client.web.answers.request_ids import name_request

SECRETS = (
    re.compile(r"(/s/)[^\s?'\"\]]+"),  # anyone who knows a session's address can check in from anywhere
    re.compile(r"([?&]token=)[^\s&'\"\]]+"),  # of a WebSocket's address
    re.compile(rf"({TOKEN_PREFIX})[A-Za-z0-9_-]{{43}}"),  # of an API token, wherever it is
    # With --debug, the WebSocket library logs a handshake's headers.
    re.compile(r"((?:authorization|cookie|sec-websocket-protocol):\s*)[^\r\n]+", re.IGNORECASE),
    # It also logs the beginning and the end of each message, with the names of students.
    re.compile(r"([<>] (?:TEXT|BINARY|CONT) ).+(?= \[)"),
)
TIME = "%H:%M:%S"
# uvicorn logs this for each WebSocket that is rejected with a full response (docs/live.md).
REJECTED_HANDSHAKE = "ASGI callable returned without completing handshake."


class DiscreetFormatter(logging.Formatter):
    """A formatter that removes addresses of sessions, tokens and cookies from all lines and tracebacks."""

    def format(self, record: logging.LogRecord) -> str:
        """Format a record without secrets."""
        line = super().format(record)
        for secret in SECRETS:
            line = secret.sub(r"\1…", line)
        return line


def is_noteworthy(record: logging.LogRecord) -> bool:
    """Whether a log record of uvicorn is worth showing."""
    return record.msg != REJECTED_HANDSHAKE


def set_up_logging(*, debug: bool) -> None:
    """Log requests to standard output and problems to standard error.

    Args:
        debug: log everything.
    """
    problems = logging.StreamHandler(sys.stderr)
    problems.setFormatter(
        DiscreetFormatter("%(asctime)s  %(levelname)s  %(name)s  %(message)s%(request)s", TIME)
    )
    problems.addFilter(name_request)
    logging.basicConfig(handlers=[problems], level=logging.DEBUG if debug else logging.WARNING, force=True)
    # Port scanners and broken connections are not worth a warning.
    logging.getLogger("uvicorn.error").setLevel(logging.DEBUG if debug else logging.ERROR)
    logging.getLogger("uvicorn.error").addFilter(is_noteworthy)
    requests = logging.StreamHandler(sys.stdout)
    requests.setFormatter(DiscreetFormatter("%(asctime)s  %(message)s", TIME))
    access = logging.getLogger("client.access")
    access.handlers = [requests]
    access.propagate = False
    access.setLevel(logging.INFO)
