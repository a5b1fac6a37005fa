"""What is logged and how: calm lines, and no token in any of them."""

from __future__ import annotations

import logging
import re
import sys

SESSION_ADDRESS = re.compile(r"(/s/)[^\s?'\"\]]+")  # whoever knows it can check in from anywhere
TIME = "%H:%M:%S"
# uvicorn says so of each WebSocket that was refused with a whole answer, as docs/live.md has it.
REFUSED_HANDSHAKE = "ASGI callable returned without completing handshake."


class DiscreetFormatter(logging.Formatter):
    """A formatter that cuts the session's token out of whatever is logged, tracebacks too."""

    def format(self, record: logging.LogRecord) -> str:
        """The line without tokens."""
        return SESSION_ADDRESS.sub(r"\1…", super().format(record))


def is_news(record: logging.LogRecord) -> bool:
    """Whether a line of uvicorn's is worth a person's eyes."""
    return record.msg != REFUSED_HANDSHAKE


def set_up_logging(*, debug: bool) -> None:
    """Requests to the standard output, problems to the standard error.

    Args:
        debug: log everything that any part of the program says.
    """
    problems = logging.StreamHandler(sys.stderr)
    problems.setFormatter(DiscreetFormatter("%(asctime)s  %(levelname)s  %(name)s  %(message)s", TIME))
    logging.basicConfig(handlers=[problems], level=logging.DEBUG if debug else logging.WARNING, force=True)
    # Scanners and broken connections are everyday life, not news.
    logging.getLogger("uvicorn.error").setLevel(logging.DEBUG if debug else logging.ERROR)
    logging.getLogger("uvicorn.error").addFilter(is_news)
    requests = logging.StreamHandler(sys.stdout)
    requests.setFormatter(DiscreetFormatter("%(asctime)s  %(message)s", TIME))
    access = logging.getLogger("client.access")
    access.handlers = [requests]
    access.propagate = False
    access.setLevel(logging.INFO)
