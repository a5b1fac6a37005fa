"""``RateLimit`` and ``RateLimit-Policy``: what is left of the limits that a request counts for.

By draft-ietf-httpapi-ratelimit-headers-11, whose fields are lists of structured fields (RFC 9651).
"""

from __future__ import annotations

from flask import Flask, Response
from flask_limiter import RequestLimit
from limits.errors import StorageError

from client.web.limits.rate_limits import evaluated_limits, seconds_until

LIMIT, POLICY = "RateLimit", "RateLimit-Policy"
FAILURES, REQUESTS = "failed-requests", "requests"
"""The names of the policies: one of which failed requests count, and a stricter one of which all do."""


def init_limit_headers(app: Flask) -> None:
    """Send with each response what is left.

    To be called before the app is limited: what is set up last looks at a response first, and counts it.
    """
    app.after_request(_show)


def _show(answer: Response) -> Response:
    limits = evaluated_limits()
    try:
        left = [_left(limit) for limit in limits]
    except StorageError:  # nobody knows what is left
        return answer
    if limits:
        answer.headers[POLICY] = ", ".join(_policy(limit) for limit in limits)
        answer.headers[LIMIT] = ", ".join(left)
    return answer


def _name(limit: RequestLimit) -> str:
    return FAILURES if limit.shared else REQUESTS


def _policy(limit: RequestLimit) -> str:
    return f'"{_name(limit)}";q={limit.limit.amount};w={limit.limit.get_expiry()}'


def _left(limit: RequestLimit) -> str:
    """What is left, and the seconds until it is the whole quota again, if it is not.

    A window that has not begun has no end, which saves the second look into the counters' file.
    """
    storage = limit.limiter.storage
    used = storage.get(limit.key)
    left = f'"{_name(limit)}";r={max(0, limit.limit.amount - used)}'
    return f"{left};t={seconds_until(storage.get_expiry(limit.key))}" if used else left
