"""Compresses long responses of views that opt in, and the static styles and scripts.

The compressed length depends on the content. An attacker who can inject text into a page, make a signed-in
browser reload it repeatedly, and observe its length on the network can guess a secret on the same page letter
by letter (BREACH, 2013). Teachers' pages contain their forms' tokens, so only views that show nothing of the
request may be compressed. Phones' pages need no login and have no secret that a second request would show
again: each brings a grant of its own. Answers to forms, which name people and may repeat what was typed, are
never compressed. Responses of the API to a read have no secret beside their content, repeat nothing of the
request, and need a token, which no browser sends for another site's page. Static files and the document are
the same for everyone.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from functools import lru_cache, wraps
from http import HTTPStatus
from typing import ParamSpec

from flask import Flask, Response, make_response, request
from flask.typing import ResponseReturnValue

SMALLEST = 1400  # bytes: compressing what fits into one packet gains nothing
LEVEL = 5  # 935 kB become 36 kB for a board of 500 students, in about 10 ms
STATIC = "static"
_PLAIN = "identity"
_TEXTS = frozenset({"text/css", "text/javascript", "application/javascript", "image/svg+xml"})
_MOST_FILES = 64  # whose compressed forms are remembered
Params = ParamSpec("Params")


def init_compression(app: Flask) -> None:
    """Compress an app's static styles and scripts."""
    app.after_request(_compress_static)


def compressed(view: Callable[Params, ResponseReturnValue]) -> Callable[Params, Response]:
    """Compress a view's response for browsers that accept gzip. Put it below the route's decorator.

    Args:
        view: a view that shows nothing of the request, neither of its address nor of a form.
    """

    @wraps(view)
    def wrapper(*args: Params.args, **kwargs: Params.kwargs) -> Response:
        return compress(make_response(view(*args, **kwargs)))

    return wrapper


def compress(answer: Response) -> Response:
    """Compress a response, if it is long and the browser wants gzip; returns the same response.

    A short one is compressed only for a browser that takes nothing else. The tag of a compressed response is
    weak, since it stands for the same content in other bytes.

    Args:
        answer: what shows nothing of the request beside a secret, or what has no secret.
    """
    answer.vary.add("Accept-Encoding")
    body = answer.get_data()
    if wants_gzip() and (len(body) >= SMALLEST or refuses_uncompressed()):
        pack(answer, gzip.compress(body, LEVEL, mtime=0))
    return answer


def wants_gzip() -> bool:
    """Whether the browser accepts gzip, and likes what is not compressed no better (RFC 9110, 12.5.3)."""
    codings = request.accept_encodings
    wish = codings.quality("gzip")
    return wish > 0 and (codings.find(_PLAIN) < 0 or codings.quality(_PLAIN) <= wish)


def refuses_uncompressed() -> bool:
    """Whether the browser rules out what is not compressed: ``identity;q=0``, or ``*;q=0`` without it."""
    codings = request.accept_encodings
    return codings.find(_PLAIN) >= 0 and codings.quality(_PLAIN) <= 0


def _compress_static(answer: Response) -> Response:
    if request.endpoint != STATIC or answer.mimetype not in _TEXTS:
        return answer
    answer.vary.add("Accept-Encoding")
    if answer.status_code != HTTPStatus.OK or not wants_gzip():
        return answer
    body = _read(answer)
    if len(body) >= SMALLEST or refuses_uncompressed():
        pack(answer, _packed(body))
    return answer


def pack(answer: Response, packed: bytes) -> Response:
    """Give a response its compressed body; returns the same response.

    Args:
        answer: one that varies by ``Accept-Encoding``.
        packed: in gzip's format.
    """
    answer.set_data(packed)
    answer.headers["Content-Encoding"] = "gzip"
    tag, _ = answer.get_etag()
    if tag is not None:
        answer.set_etag(tag, weak=True)
    return answer


def _read(answer: Response) -> bytes:
    """The content of an answer that would read its file later."""
    answer.direct_passthrough = False
    close = getattr(answer.response, "close", None)
    body = answer.get_data()
    if close is not None:  # nobody closes it for an answer to HEAD
        close()
    return body


@lru_cache(maxsize=_MOST_FILES)
def _packed(body: bytes) -> bytes:
    return gzip.compress(body, LEVEL, mtime=0)
