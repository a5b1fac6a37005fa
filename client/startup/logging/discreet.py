"""Removes addresses of sessions, tokens and cookies from what is logged."""

from __future__ import annotations

import logging
import re

from attendance.accounts.api_tokens import PREFIX as TOKEN_PREFIX

SECRETS = (
    re.compile(r"(/s/)[^\s?'\"\]]+"),  # anyone who knows a session's address can check in from anywhere
    re.compile(r"([?&]token=)[^\s&'\"\]]+"),  # of a WebSocket's address
    re.compile(rf"({TOKEN_PREFIX})[A-Za-z0-9_-]{{43}}"),  # of an API token, wherever it is
    # With --debug, the WebSocket library logs a handshake's headers.
    re.compile(r"((?:authorization|cookie|sec-websocket-protocol):\s*)[^\r\n]+", re.IGNORECASE),
    # It also logs the beginning and the end of each message, with the names of students.
    re.compile(r"([<>] (?:TEXT|BINARY|CONT) ).+(?= \[)"),
)


class DiscreetFormatter(logging.Formatter):
    """A formatter that removes addresses of sessions, tokens and cookies from all lines and tracebacks."""

    def format(self, record: logging.LogRecord) -> str:
        """Format a record without secrets."""
        line = super().format(record)
        for secret in SECRETS:
            line = secret.sub(r"\1…", line)
        return line
