"""Compresses long pages of views that opt in.

The compressed length depends on the content. An attacker who can inject text into a page, make a signed-in
browser reload it repeatedly, and observe its length on the network can guess a secret on the same page letter
by letter (BREACH, 2013). Teachers' pages contain their forms' tokens, so only views that show nothing of the
request may be compressed.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Response, make_response, request
from flask.typing import ResponseReturnValue

SMALLEST = 1400  # bytes: compressing what fits into one packet gains nothing
LEVEL = 5  # 935 kB become 36 kB for a board of 500 students, in about 10 ms
Params = ParamSpec("Params")


def compressed(view: Callable[Params, ResponseReturnValue]) -> Callable[Params, Response]:
    """Compress a view's response for browsers that accept gzip. Put it below the route's decorator.

    Args:
        view: a view that shows nothing of the request, neither of its address nor of a form.
    """

    @wraps(view)
    def wrapper(*args: Params.args, **kwargs: Params.kwargs) -> Response:
        answer = make_response(view(*args, **kwargs))
        answer.vary.add("Accept-Encoding")
        body = answer.get_data()
        if len(body) >= SMALLEST and request.accept_encodings.quality("gzip") > 0:
            answer.set_data(gzip.compress(body, LEVEL, mtime=0))
            answer.headers["Content-Encoding"] = "gzip"
        return answer

    return wrapper
