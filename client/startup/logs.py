"""Logging: short lines without tokens."""

from __future__ import annotations

import logging
import re
import sys

SESSION_ADDRESS = re.compile(r"(/s/)[^\s?'\"\]]+")  # anyone who knows it can check in from anywhere
TIME = "%H:%M:%S"
# uvicorn logs this for each WebSocket that is rejected with a full response (docs/live.md).
REJECTED_HANDSHAKE = "ASGI callable returned without completing handshake."


class DiscreetFormatter(logging.Formatter):
    """A formatter that removes session tokens from all lines, including tracebacks."""

    def format(self, record: logging.LogRecord) -> str:
        """Format a record without tokens."""
        return SESSION_ADDRESS.sub(r"\1…", super().format(record))


def is_noteworthy(record: logging.LogRecord) -> bool:
    """Whether a log record of uvicorn is worth showing."""
    return record.msg != REJECTED_HANDSHAKE


def set_up_logging(*, debug: bool) -> None:
    """Log requests to standard output and problems to standard error.

    Args:
        debug: log everything.
    """
    problems = logging.StreamHandler(sys.stderr)
    problems.setFormatter(DiscreetFormatter("%(asctime)s  %(levelname)s  %(name)s  %(message)s", TIME))
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
