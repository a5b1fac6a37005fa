"""``Idempotency-Key``: the same write sent twice is done once, and answered alike."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from threading import Lock
from typing import Annotated, Any, TypeVar

from flask import Response, current_app, make_response, request
from pydantic import BaseModel, Field, WithJsonSchema

from attendance.values import GrantAnswer
from client.problems.problem_kinds import ApiProblemError, ProblemCode
from client.software.protocol.guard import MULTIPART, the_token
from client.web.services import the_register

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
LIFETIME = timedelta(hours=24)
LONGEST_KEY = 255  # characters
_KEY = re.compile(rf"[\x21-\x7e]{{1,{LONGEST_KEY}}}")
_KEY_SCHEMA = {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"}
_KEPT_HEADERS = ("Location", "ETag")
_LOCKS = 64
_locks = tuple(Lock() for _ in range(_LOCKS))
View = TypeVar("View", bound=Callable[..., Any])


class WriteHeaders(BaseModel):
    """What a write may carry in its head; documented here, and read where it counts."""

    key: Annotated[str, WithJsonSchema(_KEY_SCHEMA)] = Field(
        "",
        alias="Idempotency-Key",
        description="A text of your own, such as a UUID: the same request under it is done once in 24 hours.",
    )


def idempotent(view: View) -> View:
    """Answer a repetition under the same key with the first answer; stands under the route.

    An answer of 500 and more is not kept: the same request may be tried again under its key. Where a server
    died between the write and the answer, the repetition is carried out again, and meets what was written.
    """
    takes_headers = "header" in view.__annotations__

    @wraps(view)
    def once(*args: Any, **values: Any) -> Response:
        if not takes_headers:
            values.pop("header")
        key = request.headers.get(HEADER)
        if key is None:
            return make_response(_in_full(view, args, values))
        if not _KEY.fullmatch(key):
            raise ApiProblemError(
                ProblemCode.BAD_REQUEST, f"{HEADER} has 1 to {LONGEST_KEY} visible ASCII characters."
            )
        # One at a time within this process; between processes the database's unique keys decide.
        with _locks[hash(key) % _LOCKS]:
            return _once(f"api|{the_token().id}|{key}", lambda: _in_full(view, args, values))

    once.__annotations__ = {"header": WriteHeaders, **view.__annotations__}  # read by flask-openapi3
    return once  # type: ignore[return-value]


def _in_full(view: Callable[..., Any], args: tuple[Any, ...], values: dict[str, Any]) -> Response:
    """The view's answer, its problem included."""
    try:
        return make_response(view(*args, **values))
    except Exception as error:  # noqa: BLE001 - handed to Flask, which raises it again where nobody takes it
        return make_response(current_app.handle_user_exception(error))


def _once(grant_id: str, answer: Callable[[], Response]) -> Response:
    register = the_register()
    now = register.clock.now()
    expires_at = now + LIFETIME
    digest = _digest()
    register.store.purge_grants(now)  # a key whose day is over is free at once, and not at the next cleaning
    if register.store.spend_grant(grant_id, digest, expires_at) != digest:
        raise ApiProblemError(
            ProblemCode.KEY_REUSED,
            f"This {HEADER} came with another request within the last 24 hours. Make a new one for each new "
            "request.",
        )
    kept = register.store.answer(grant_id, digest, now)
    if kept is not None:
        return _replay(kept)
    fresh = answer()
    if fresh.status_code < 500:
        register.store.keep_answer(GrantAnswer(grant_id, digest, expires_at, _packed(fresh)))
    return fresh


def _digest() -> str:
    """The request: what, where and with which content.

    Of a form the parts count and not the bytes: a client that repeats one draws a new boundary.
    """
    condition = request.headers.get("If-Match", "")
    told = hashlib.sha256(f"{request.method} {request.full_path} {request.mimetype} {condition}\n".encode())
    if request.mimetype == MULTIPART:
        parts = [(name, value.encode()) for name, value in request.form.items(multi=True)]
        for name, file in request.files.items(multi=True):
            parts.append((name, file.stream.read()))
            file.stream.seek(0)
        for name, content in sorted(parts):
            told.update(f"{name} {len(content)}\n".encode() + content)
    else:
        told.update(request.get_data(cache=True))
    return told.hexdigest()


def _packed(answer: Response) -> dict[str, str | None]:
    return {
        "status": str(answer.status_code),
        "type": answer.content_type,
        "body": answer.get_data(as_text=True),
        **{name: answer.headers.get(name) for name in _KEPT_HEADERS},
    }


def _replay(kept: GrantAnswer) -> Response:
    packed = kept.answer
    answer = Response(packed["body"], int(packed["status"] or 200), content_type=packed["type"])
    for name in _KEPT_HEADERS:
        if (value := packed.get(name)) is not None:
            answer.headers[name] = value
    answer.headers[REPLAYED] = "true"
    return answer
