"""Compresses long pages of views that opt in, and the static styles and scripts.

The compressed length depends on the content. An attacker who can inject text into a page, make a signed-in
browser reload it repeatedly, and observe its length on the network can guess a secret on the same page letter
by letter (BREACH, 2013). Teachers' pages contain their forms' tokens, so only views that show nothing of the
request may be compressed. Phones' pages need no login and have no secret that a second request would show
again: each brings a grant of its own. Answers to forms, which name people and may repeat what was typed, are
never compressed. Static files are the same for everyone.
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
    """Compress a response, if it is long and the browser accepts gzip; returns the same response.

    Args:
        answer: what shows nothing of the request beside a secret, or what has no secret.
    """
    answer.vary.add("Accept-Encoding")
    body = answer.get_data()
    if len(body) >= SMALLEST and _accepts_gzip():
        answer.set_data(gzip.compress(body, LEVEL, mtime=0))
        answer.headers["Content-Encoding"] = "gzip"
    return answer


def _compress_static(answer: Response) -> Response:
    if request.endpoint != STATIC or answer.mimetype not in _TEXTS:
        return answer
    answer.vary.add("Accept-Encoding")
    if answer.status_code != HTTPStatus.OK or not _accepts_gzip():
        return answer
    body = _read(answer)
    if len(body) >= SMALLEST:
        etag, _ = answer.get_etag()
        answer.set_data(_packed(body))
        answer.headers["Content-Encoding"] = "gzip"
        answer.set_etag(etag or "", weak=True)  # the same file in other bytes
    return answer


def _read(answer: Response) -> bytes:
    """The content of an answer that would read its file later."""
    answer.direct_passthrough = False
    close = getattr(answer.response, "close", None)
    body = answer.get_data()
    if close is not None:  # nobody closes it for an answer to HEAD
        close()
    return body


def _accepts_gzip() -> bool:
    return request.accept_encodings.quality("gzip") > 0


@lru_cache(maxsize=_MOST_FILES)
def _packed(body: bytes) -> bytes:
    return gzip.compress(body, LEVEL, mtime=0)
