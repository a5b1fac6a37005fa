"""Logging: short lines, or JSON, without tokens and without the messages of sockets, which name people."""

from __future__ import annotations

import logging
import sys

from client.startup.logging.discreet import DiscreetFormatter
from client.startup.logging.json_logs import JSONFormatter
from client.web.answers.request_ids import name_request

TIME = "%H:%M:%S"
PROBLEM = "%(asctime)s  %(levelname)s  %(name)s  %(message)s%(request)s"
REQUEST = "%(asctime)s  %(message)s"
# uvicorn logs this for each WebSocket that is rejected with a full response (docs/live.md).
REJECTED_HANDSHAKE = "ASGI callable returned without completing handshake."


def is_noteworthy(record: logging.LogRecord) -> bool:
    """Whether a log record of uvicorn is worth showing."""
    return record.msg != REJECTED_HANDSHAKE


def set_up_logging(*, debug: bool, as_json: bool = False) -> None:
    """Log requests to standard output and problems to standard error.

    Args:
        debug: log everything.
        as_json: lines of JSON instead of text.
    """
    problems = logging.StreamHandler(sys.stderr)
    problems.setFormatter(JSONFormatter() if as_json else DiscreetFormatter(PROBLEM, TIME))
    problems.addFilter(name_request)
    logging.basicConfig(handlers=[problems], level=logging.DEBUG if debug else logging.WARNING, force=True)
    # Port scanners and broken connections are not worth a warning.
    logging.getLogger("uvicorn.error").setLevel(logging.DEBUG if debug else logging.ERROR)
    logging.getLogger("uvicorn.error").addFilter(is_noteworthy)
    requests = logging.StreamHandler(sys.stdout)
    requests.setFormatter(JSONFormatter() if as_json else DiscreetFormatter(REQUEST, TIME))
    access = logging.getLogger("client.access")
    access.handlers = [requests]
    access.propagate = False
    access.setLevel(logging.INFO)
