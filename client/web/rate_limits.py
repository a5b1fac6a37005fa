"""How often one may try: a school behind one address generously, one phone not."""

from __future__ import annotations

import contextlib
import ipaddress
import math
import time
from collections.abc import Mapping
from typing import cast

from flask import Blueprint, Flask, current_app, request
from flask_limiter import Limiter
from limits import RateLimitItem, parse
from limits.errors import StorageError

from client.problems.refusals import RefusedError, RequestProblem

# A whole school can sit behind one address: a lecture of 300 arrives within a minute or two, and a
# check-in is two requests.
PER_ADDRESS = "600 per minute"
PHOTOS_PER_ADDRESS = "300 per minute"
# A person needs two or three photos; 12 leaves room for an impatient thumb and for retries.
PHOTOS_PER_PHONE: RateLimitItem = parse("12 per minute")
# Guessing typed codes: one in tens of millions hits, so that even the whole site's limit would need weeks.
# A code that is right is not counted: a class behind one address types as many as it likes.
WRONG_CODES_PER_ADDRESS: RateLimitItem = parse("20 per minute")
WRONG_CODES_PER_SITE: RateLimitItem = parse("200 per minute")
# Health is asked by machines, and counts the students each time.
CHECKS_PER_ADDRESS = "60 per minute"
_LIMITER = "phone_limiter"
_DATABASE_PATIENCE_MS = 2000  # a limiter whose database is away counts in memory instead


def init_rate_limits(app: Flask, mongodb_uri: str | None, limits: Mapping[Blueprint, str]) -> None:
    """Count every request by address, in memory or, for many machines, in their MongoDB.

    Args:
        app: whose requests are counted.
        mongodb_uri: where counters are shared; None keeps them in this process.
        limits: stricter ones by address, for some blueprints.
    """
    options: dict[str, str | int] = {"wrap_exceptions": True}
    if mongodb_uri:
        options |= {"serverSelectionTimeoutMS": _DATABASE_PATIENCE_MS, "database_name": "attendance_limits"}
    limiter = Limiter(
        address_to_count,
        app=app,
        application_limits=[PER_ADDRESS],
        storage_uri=mongodb_uri or "memory://",
        storage_options=options,
        in_memory_fallback_enabled=bool(mongodb_uri),
    )
    for blueprint, limit in limits.items():
        limiter.limit(limit)(blueprint)
    app.extensions[_LIMITER] = limiter


def share_rate_limits(app: Flask, pages: Flask, limits: Mapping[Blueprint, str]) -> None:
    """Count an app's requests together with those of the pages' app.

    Counters that are kept in memory begin anew with it, this once.

    Args:
        app: whose requests are counted too.
        pages: whose requests are counted already.
        limits: as in :func:`init_rate_limits`, for blueprints of ``app``.
    """
    limiter = cast("Limiter", pages.extensions[_LIMITER])
    limiter.init_app(app)
    for blueprint, limit in limits.items():
        limiter.limit(limit)(blueprint)
    app.extensions[_LIMITER] = limiter


def count_try(*, grant: str, device: str | None) -> None:
    """Count one photo against its grant and against the phone that it says it is from.

    Raises:
        RefusedError: there were too many within the minute.
    """
    strategy = _limiter().limiter
    keys = [("grant", grant)] + ([("device", device)] if device else [])
    for key in keys:
        try:
            allowed = strategy.hit(PHOTOS_PER_PHONE, *key)
        except StorageError:  # the shared counters are away; the limit by address goes on in memory
            return
        if not allowed:
            reset = strategy.get_window_stats(PHOTOS_PER_PHONE, *key).reset_time
            raise RefusedError(RequestProblem.TOO_MANY_TRIES, retry_after=_seconds_until(reset))


def check_wrong_codes() -> None:
    """Refuse to look at a typed code where too many wrong ones came lately.

    Raises:
        RefusedError: from this address, or from everywhere together.
    """
    strategy = _limiter().limiter
    for limit, key in _wrong_code_limits():
        try:
            allowed = strategy.test(limit, *key)
        except StorageError:  # as above
            return
        if not allowed:
            reset = strategy.get_window_stats(limit, *key).reset_time
            raise RefusedError(RequestProblem.TOO_MANY_TRIES, retry_after=_seconds_until(reset))


def count_wrong_code() -> None:
    """Count a typed code that is not known."""
    for limit, key in _wrong_code_limits():
        with contextlib.suppress(StorageError):
            _limiter().limiter.hit(limit, *key)


def _wrong_code_limits() -> list[tuple[RateLimitItem, tuple[str, ...]]]:
    return [
        (WRONG_CODES_PER_ADDRESS, ("wrong-code", address_to_count())),
        (WRONG_CODES_PER_SITE, ("wrong-code-anywhere",)),
    ]


def seconds_to_wait() -> int:
    """After how many seconds the limit that this request ran into is over."""
    limit = _limiter().current_limit
    return _seconds_until(limit.reset_at) if limit else 1


def _limiter() -> Limiter:
    return cast("Limiter", current_app.extensions[_LIMITER])


def _seconds_until(moment: float) -> int:
    return max(1, math.ceil(moment - time.time()))


def address_to_count() -> str:
    """The address to count by; of IPv6 the network, because one phone has a whole one to choose from."""
    text = request.remote_addr or "unknown"
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text
    if address.version == 4:
        return text
    return str(ipaddress.ip_network((address, 64), strict=False))
