"""Rate limits: by grant, login or token, and by address for requests that show none of these."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any, cast

from flask import Blueprint, Flask, Response, current_app
from flask_limiter import Limiter, RequestLimit
from limits import RateLimitItem, parse
from limits.errors import StorageError

from attendance.files.shared_counters import SharedCounters
from attendance.store.open_store import open_limit_counters
from client.problems.refusals import RefusedError, RequestProblem
from client.serving.shares.parties import PartyKind
from client.web.limits.shared_limits import FILE_NAME, SCHEME, Counters
from client.web.visitors.identity import the_address, the_limited_party, the_party

# Requests that fail, of one grant, login, token or address. A whole school can share an address, and a page
# that works counts for nobody.
PER_ADDRESS = "600 per minute"
PHOTOS_PER_ADDRESS = "300 per minute"
# A person needs two or three photos; 12 allows for impatient taps and retries.
PHOTOS_PER_PHONE: RateLimitItem = parse("12 per minute")
# One guess in tens of millions hits a typed code, so even at the site's limit guessing would take weeks.
# Correct codes are not counted; each allows its address one wrong code more, so that a class can type as many
# as it needs although five strangers among it guess.
WRONG_CODES_PER_ADDRESS: RateLimitItem = parse("25 per minute")
WRONG_CODES_PER_SITE: RateLimitItem = parse("200 per minute")
_RIGHT_CODES: RateLimitItem = parse("100000 per 10 minutes")
_PHOTOS_WITHOUT_GRANT: RateLimitItem = parse(PHOTOS_PER_ADDRESS)
_LIMITER = "phone_limiter"
_IN_MEMORY = "memory://"
_REGISTER = "attendance"  # the register's database, if the address names none
_log = logging.getLogger(__name__)


def init_rate_limits(
    app: Flask,
    mongodb_uri: str | None,
    unlimited: Iterable[Blueprint] = (),
    *,
    data: Path,
) -> None:
    """Limit requests, with counters that all processes of a site share.

    Args:
        app: the app to limit.
        mongodb_uri: the database for the counters of several machines; None keeps them in the data folder.
        unlimited: blueprints that stay open although others fail at the same address.
        data: the data folder; if it can't be written, the counters are in memory.
    """
    counters = _counters(mongodb_uri, data)
    uri = _IN_MEMORY if counters is None else f"{SCHEME}://"
    options: dict[str, Any] = {"wrap_exceptions": True}
    limiter = Limiter(
        lambda: the_limited_party().key,
        app=app,
        application_limits=[PER_ADDRESS],
        application_limits_deduct_when=_is_failure,
        storage_uri=uri,
        storage_options=options if counters is None else options | {"counters": counters},
        in_memory_fallback_enabled=uri != _IN_MEMORY,
        swallow_errors=True,  # where the counters break between a request and its answer, the answer matters
    )
    for blueprint in unlimited:
        limiter.exempt(blueprint)
    app.extensions[_LIMITER] = limiter


def _counters(mongodb_uri: str | None, data: Path) -> Counters | None:
    """Where to count; None means in memory."""
    if mongodb_uri:
        return open_limit_counters(mongodb_uri, limits_database(mongodb_uri), time.time)
    path = data / FILE_NAME
    try:
        return SharedCounters(path, time.time)
    except OSError as error:
        _log.warning("Rate limits are counted in memory, because %s can't be used: %s", path, error)
        return None


def limits_database(mongodb_uri: str) -> str:
    """The name of the database for the counters: the register's and an ending; each school has its own."""
    path = mongodb_uri.partition("://")[2].partition("?")[0].rpartition("@")[2].partition("/")[2]
    return f"{path or _REGISTER}_limits"


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


@contextmanager
def without_grant_limited() -> Iterator[None]:
    """Count a form against its address if it turns out in this block to have no valid grant.

    Raises:
        RefusedError: there were too many of these, and this one shows no grant in its address either.
    """
    key = ("without-grant", the_address())
    if the_party().kind is PartyKind.ADDRESS:
        _check(_PHOTOS_WITHOUT_GRANT, *key)
    try:
        yield
    except RefusedError:
        count(_PHOTOS_WITHOUT_GRANT, *key)
        raise


def count_try(*, grant: str, device: str | None) -> None:
    """Count a photo against its grant and against the phone's own name for itself.

    Raises:
        RefusedError: there were too many within a minute.
    """
    for key in [("grant", grant)] + ([("device", device)] if device else []):
        if not count(PHOTOS_PER_PHONE, *key):
            raise _too_many(PHOTOS_PER_PHONE, *key)


def check_wrong_codes() -> None:
    """Check that there were not too many wrong typed codes lately.

    Raises:
        RefusedError: there were too many, from this address or in total.
    """
    _check(WRONG_CODES_PER_ADDRESS, "wrong-code", the_address(), more=counted(_RIGHT_CODES, *_right_codes()))
    _check(WRONG_CODES_PER_SITE, "wrong-code-anywhere")


def count_wrong_code() -> None:
    """Count a wrong typed code."""
    count(WRONG_CODES_PER_ADDRESS, "wrong-code", the_address())
    count(WRONG_CODES_PER_SITE, "wrong-code-anywhere")


def count_right_code() -> None:
    """Count a right typed code."""
    count(_RIGHT_CODES, *_right_codes())


def count(limit: RateLimitItem, *key: str) -> bool:
    """Count something; whether it was within the limit.

    Without the shared counters, only the limits of Flask-Limiter apply, in memory.
    """
    try:
        return _limiter().limiter.hit(limit, *key)
    except StorageError:
        return True


def counted(limit: RateLimitItem, *key: str) -> int:
    """How often something was counted in the time of its limit, also beyond the limit."""
    try:
        return _limiter().storage.get(limit.key_for(*key))
    except StorageError:
        return 0


def forget(limit: RateLimitItem, *key: str) -> None:
    """Count again from zero."""
    with suppress(StorageError):
        _limiter().limiter.clear(limit, *key)


def seconds_left(limit: RateLimitItem, *key: str) -> int:
    """Seconds until the time of a limit is over, at least one."""
    try:
        return seconds_until(_limiter().limiter.get_window_stats(limit, *key).reset_time)
    except StorageError:
        return 1


def seconds_to_wait() -> int:
    """Seconds until the limit that this request exceeded is reset."""
    limit = _limiter().current_limit
    return seconds_until(limit.reset_at) if limit else 1


def evaluated_limits() -> list[RequestLimit]:
    """The limits that this request was checked against, the stricter ones first; the app counts it already.

    Their counters can be read once the request is counted; ``StorageError`` if they can't.
    """
    return [*_limiter().current_limits]


def _check(limit: RateLimitItem, *key: str, more: int = 0) -> None:
    if counted(limit, *key) >= limit.amount + more:
        raise _too_many(limit, *key)


def _too_many(limit: RateLimitItem, *key: str) -> RefusedError:
    return RefusedError(RequestProblem.TOO_MANY_TRIES, retry_after=seconds_left(limit, *key))


def _right_codes() -> tuple[str, str]:
    return ("right-code", the_address())


def _is_failure(answer: Response) -> bool:
    return answer.status_code >= HTTPStatus.BAD_REQUEST


def _limiter() -> Limiter:
    return cast("Limiter", current_app.extensions[_LIMITER])


def seconds_until(moment: float) -> int:
    """Seconds until a moment in seconds since 1970, at least one."""
    return max(1, math.ceil(moment - time.time()))
