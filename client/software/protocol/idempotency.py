"""``Idempotency-Key``: a write that is sent twice is done once and gets the same response."""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import wraps
from threading import Lock
from typing import Annotated, Any, TypeVar

from flask import Response, current_app, make_response, request
from pydantic import Field, WithJsonSchema

from attendance.errors import StoreUnavailableError
from attendance.register import Register
from attendance.values import GrantAnswer
from attendance.values.check_ins import ERASED_ANSWER
from client.problems.problem_kinds import ApiProblemError, ProblemCode
from client.software.protocol.guard import the_token
from client.software.protocol.headers.documented import REPLAYED
from client.software.protocol.models import Parameters
from client.web.parsing.upload import MULTIPART
from client.web.services import the_register

HEADER = "Idempotency-Key"
LIFETIME = timedelta(hours=24)
LONGEST_KEY = 255  # characters
PATIENCE = timedelta(seconds=10)  # with another process: nearly all writes take less, and clients wait longer
_KEY = re.compile(rf"[\x21-\x7e]{{1,{LONGEST_KEY}}}")
_KEY_SCHEMA = {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"}
_STORED_HEADERS = ("Location", "ETag")
_LOCKS = 64
_LOOK_EVERY = 0.05  # seconds
_GIVEN_UP = "given up"
_PROBLEMS = (ProblemCode.BAD_REQUEST, ProblemCode.KEY_REUSED, ProblemCode.GONE)
_TAKES_KEY = "api_takes_key"  # attribute of a view
_locks = tuple(Lock() for _ in range(_LOCKS))
View = TypeVar("View", bound=Callable[..., Any])


class WriteHeaders(Parameters):
    """Optional headers of a write. This model only documents them: ``idempotent`` reads the request."""

    key: Annotated[str, WithJsonSchema(_KEY_SCHEMA)] = Field(
        "",
        alias="Idempotency-Key",
        description="A unique text, such as a UUID. Requests repeated with it within 24 hours are done once.",
    )


def idempotent(view: View) -> View:
    """Answer repeated requests with the first response to their key; goes below the route's decorator.

    Responses of 500 and above are not stored, so that the request can be retried with its key. If a server
    dies between the write and the response, the repeated request runs again, on the data already written. So
    it does if another process takes longer than ``PATIENCE``, as nobody can tell that from a dead one.
    """
    takes_headers = "header" in view.__annotations__

    @wraps(view)
    def once(*args: Any, **values: Any) -> Response:
        if not takes_headers:
            values.pop("header")
        key = request.headers.get(HEADER)
        if key is None:
            return make_response(_full_response(view, args, values))
        if not _KEY.fullmatch(key):
            raise ApiProblemError(
                ProblemCode.BAD_REQUEST, f"{HEADER} must have 1 to {LONGEST_KEY} visible ASCII characters."
            )
        # Within this process a lock serialises repetitions; another process waits for the answer.
        with _locks[hash(key) % _LOCKS]:
            return _once(_grant_id(key), lambda: _full_response(view, args, values))

    setattr(once, _TAKES_KEY, True)
    once.__annotations__ = {"header": WriteHeaders, **view.__annotations__}  # read by flask-openapi3
    return once  # type: ignore[return-value]


def problems_of_key(view: Callable[..., Any]) -> tuple[ProblemCode, ...]:
    """The problem codes that a call has for its key; none where it takes no key."""
    return _PROBLEMS if hasattr(view, _TAKES_KEY) else ()


def _full_response(view: Callable[..., Any], args: tuple[Any, ...], values: dict[str, Any]) -> Response:
    """The view's response, even if the view raises."""
    try:
        return make_response(view(*args, **values))
    except Exception as error:  # noqa: BLE001 - Flask raises it again if nothing handles it
        return make_response(current_app.handle_user_exception(error))


def _once(grant_id: str, respond: Callable[[], Response]) -> Response:
    register = the_register()
    now = register.clock.now()
    expires_at = now + LIFETIME
    digest = _digest()
    register.store.purge_grants(now)  # frees expired keys now rather than at the next clean-up
    mine = f"{digest} {now.isoformat()} {secrets.token_hex(8)}"
    begun = register.store.spend_grant(grant_id, mine, expires_at)
    if begun.partition(" ")[0] != digest:
        raise ApiProblemError(
            ProblemCode.KEY_REUSED,
            f"This {HEADER} was used for a different request in the last 24 hours. Use a new key for each "
            "new request.",
        )
    stored = None if begun == mine else _awaited(register, grant_id, begun)
    if stored is not None:
        return _replay(stored)
    is_done = False
    try:
        response = respond()
        is_done = response.status_code < 500
    finally:
        if not is_done:
            with suppress(StoreUnavailableError):  # then repetitions wait in vain, and run again all the same
                register.store.keep_answer(GrantAnswer(grant_id, _GIVEN_UP, expires_at))
    if is_done:
        register.store.keep_answer(GrantAnswer(grant_id, digest, expires_at, _packed(response)))
    return response


def _awaited(register: Register, grant_id: str, begun: str) -> GrantAnswer | None:
    """The response to a request that was begun before, perhaps by another process that is still at it.

    Args:
        register: the register.
        grant_id: what the key is stored as.
        begun: the request's digest, and when it was begun by whom; older versions stored the digest alone.

    Returns:
        The response; None if the request failed here, or none came in time.
    """
    digest, _, at = begun.partition(" ")
    now = register.clock.now()
    since = now - datetime.fromisoformat(at.partition(" ")[0]) if at else PATIENCE
    until = time.monotonic() + min(PATIENCE - since, PATIENCE).total_seconds()
    while True:
        stored = register.store.answer(grant_id, digest, now)
        if stored is not None or time.monotonic() >= until:
            return stored
        if register.store.answer(grant_id, _GIVEN_UP, now) is not None:
            return None
        time.sleep(_LOOK_EVERY)


def _grant_id(key: str) -> str:
    """What the key is stored as: its digest, because software may make keys of names or roll numbers."""
    return f"api|{the_token().id}|{hashlib.sha256(key.encode()).hexdigest()}"


def _digest() -> str:
    """A digest of the request's method, address and content.

    Forms are digested by part, because a client that repeats one picks a new boundary.
    """
    condition = request.headers.get("If-Match", "")
    digest = hashlib.sha256(f"{request.method} {request.full_path} {request.mimetype} {condition}\n".encode())
    if request.mimetype == MULTIPART:
        parts = [(name, value.encode()) for name, value in request.form.items(multi=True)]
        for name, file in request.files.items(multi=True):
            parts.append((name, file.stream.read()))
            file.stream.seek(0)
        for name, content in sorted(parts):
            digest.update(f"{name} {len(content)}\n".encode() + content)
    else:
        digest.update(request.get_data(cache=True))
    return digest.hexdigest()


def _packed(answer: Response) -> dict[str, str | None]:
    return {
        "status": str(answer.status_code),
        "type": answer.content_type,
        "body": answer.get_data(as_text=True),
        **{name: answer.headers.get(name) for name in _STORED_HEADERS},
    }


def _replay(stored: GrantAnswer) -> Response:
    packed = stored.answer
    if packed == ERASED_ANSWER:
        raise ApiProblemError(
            ProblemCode.GONE,
            f"The response to this {HEADER} named a student who was erased since. The request isn't done "
            "again; use a new key for a new request.",
        )
    answer = Response(packed["body"], int(packed["status"] or 200), content_type=packed["type"])
    for name in _STORED_HEADERS:
        if (value := packed.get(name)) is not None:
            answer.headers[name] = value
    answer.headers[REPLAYED] = "true"
    return answer
