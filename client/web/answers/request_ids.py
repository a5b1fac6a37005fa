"""The id of the request that an app serves, in its answer and in what it logs."""

from __future__ import annotations

import logging

from flask import Flask, Response, has_request_context, request

from client.problems.request_ids import HEADER, request_id

_ID = "attendance.request_id"  # in the WSGI environment


def init_request_ids(app: Flask) -> None:
    """Send each request's id with its answer."""
    app.after_request(_send)


def the_request_id() -> str:
    """The id of this request. The server's own layer has given it one; other servers leave that to this."""
    found: str | None = request.environ.get(_ID)
    if found is None:
        found = request.environ[_ID] = request_id(request.headers.get(HEADER))
    return found


def name_request(record: logging.LogRecord) -> bool:
    """Give a log record the id of the request that it is about: ``request_id``, and ``request`` for text.

    It is a filter of ``logging`` that lets every record pass.
    """
    found = the_request_id() if has_request_context() else None
    record.request_id, record.request = found, f"  [{found}]" if found else ""
    return True


def _send(answer: Response) -> Response:
    answer.headers[HEADER] = the_request_id()
    return answer
