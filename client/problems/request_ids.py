"""The id of a request, by which an answer is found again in the log."""

from __future__ import annotations

import re
from uuid import uuid4

HEADER = "X-Request-Id"
LONGEST = 128  # characters
# What UUIDs, trace ids and base64 consist of: nothing that ends a header or a line of the log, or moves the
# cursor of a terminal.
_SANE = re.compile(rf"[A-Za-z0-9._~+/=:@-]{{1,{LONGEST}}}", re.ASCII)


def request_id(sent: str | None) -> str:
    """The id that a client or a proxy has sent, if it is fit for headers and logs, or else a new one.

    Args:
        sent: the header's value; None if there is none.
    """
    return sent if sent is not None and _SANE.fullmatch(sent) else str(uuid4())
