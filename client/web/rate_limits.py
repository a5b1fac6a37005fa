"""Rate limits: generous for an address that a whole school may share, strict for one phone."""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import math
import time
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from flask import Blueprint, Flask, current_app, request
from flask_limiter import Limiter
from limits import RateLimitItem, parse
from limits.errors import StorageError

from attendance.files.shared_counters import SharedCounters
from client.problems.refusals import RefusedError, RequestProblem
from client.web.shared_limits import FILE_NAME, SCHEME

# A whole school can share an address: a lecture of 300 arrives within a minute or two, and a check-in takes
# two requests.
PER_ADDRESS = "600 per minute"
PHOTOS_PER_ADDRESS = "300 per minute"
# A person needs two or three photos; 12 allows for impatient taps and retries.
PHOTOS_PER_PHONE: RateLimitItem = parse("12 per minute")
# One guess in tens of millions hits a typed code, so even at the site's limit guessing would take weeks.
# Correct codes are not counted, so a class that shares an address can type as many as it needs.
WRONG_CODES_PER_ADDRESS: RateLimitItem = parse("20 per minute")
WRONG_CODES_PER_SITE: RateLimitItem = parse("200 per minute")
# Health checks count the students each time.
CHECKS_PER_ADDRESS = "60 per minute"
_LIMITER = "phone_limiter"
_IN_MEMORY = "memory://"
_log = logging.getLogger(__name__)
_DATABASE_PATIENCE_MS = 2000  # without its database, a limiter counts in memory instead


def init_rate_limits(
    app: Flask, mongodb_uri: str | None, limits: Mapping[Blueprint, str], *, data: Path
) -> None:
    """Limit requests by address, with counters that all processes of a site share.

    Args:
        app: the app to limit.
        mongodb_uri: the database for the counters of several machines; None keeps them in the data folder.
        limits: stricter limits per address for some blueprints.
        data: the data folder; if it can't be written, the counters are in memory.
    """
    uri, options = _storage(mongodb_uri, data)
    limiter = Limiter(
        address_to_count,
        app=app,
        application_limits=[PER_ADDRESS],
        storage_uri=uri,
        storage_options=options,
        in_memory_fallback_enabled=uri != _IN_MEMORY,
    )
    for blueprint, limit in limits.items():
        limiter.limit(limit)(blueprint)
    app.extensions[_LIMITER] = limiter


def _storage(mongodb_uri: str | None, data: Path) -> tuple[str, dict[str, str | int]]:
    """Where to count: an address for ``limits``, and its options."""
    options: dict[str, str | int] = {"wrap_exceptions": True}
    if mongodb_uri:
        options |= {"serverSelectionTimeoutMS": _DATABASE_PATIENCE_MS, "database_name": "attendance_limits"}
        return mongodb_uri, options
    path = data / FILE_NAME
    try:
        SharedCounters(path, time.time)
    except OSError as error:
        _log.warning("Rate limits are counted in memory, because %s can't be used: %s", path, error)
        return _IN_MEMORY, options
    return f"{SCHEME}://", options | {"path": str(path)}


def share_rate_limits(app: Flask, pages: Flask, limits: Mapping[Blueprint, str]) -> None:
    """Count an app's requests together with those of the pages' app.

    Args:
        app: the app to limit too.
        pages: the pages' app, which is limited already.
        limits: stricter limits for blueprints of ``app``.
    """
    limiter = cast("Limiter", pages.extensions[_LIMITER])
    limiter.init_app(app)
    for blueprint, limit in limits.items():
        limiter.limit(limit)(blueprint)
    app.extensions[_LIMITER] = limiter


def count_try(*, grant: str, device: str | None) -> None:
    """Count a photo against its grant and against the phone's own name for itself.

    Raises:
        RefusedError: there were too many within a minute.
    """
    strategy = _limiter().limiter
    keys = [("grant", grant)] + ([("device", device)] if device else [])
    for key in keys:
        try:
            allowed = strategy.hit(PHOTOS_PER_PHONE, *key)
        except StorageError:  # without the shared counters, only the limit by address applies, in memory
            return
        if not allowed:
            reset = strategy.get_window_stats(PHOTOS_PER_PHONE, *key).reset_time
            raise RefusedError(RequestProblem.TOO_MANY_TRIES, retry_after=_seconds_until(reset))


def check_wrong_codes() -> None:
    """Check that there were not too many wrong typed codes lately.

    Raises:
        RefusedError: there were too many, from this address or in total.
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
    """Count a wrong typed code."""
    for limit, key in _wrong_code_limits():
        with contextlib.suppress(StorageError):
            _limiter().limiter.hit(limit, *key)


def _wrong_code_limits() -> list[tuple[RateLimitItem, tuple[str, ...]]]:
    return [
        (WRONG_CODES_PER_ADDRESS, ("wrong-code", address_to_count())),
        (WRONG_CODES_PER_SITE, ("wrong-code-anywhere",)),
    ]


def seconds_to_wait() -> int:
    """Seconds until the limit that this request exceeded is reset."""
    limit = _limiter().current_limit
    return _seconds_until(limit.reset_at) if limit else 1


def _limiter() -> Limiter:
    return cast("Limiter", current_app.extensions[_LIMITER])


def _seconds_until(moment: float) -> int:
    return max(1, math.ceil(moment - time.time()))


def address_to_count() -> str:
    """The address to count by: for IPv6 the /64 network, because a phone can choose any address in it."""
    text = request.remote_addr or "unknown"
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text
    if address.version == 4:
        return text
    return str(ipaddress.ip_network((address, 64), strict=False))
