"""Sends a long page in fewer bytes, for the views that say so.

The length of what is compressed tells of what it is. Whoever can put text of their choice into a page, have
a signed-in browser load it again and again, and watch its length on the wire, can guess a secret that stands
in the same page, letter by letter (BREACH, 2013). Every page of teachers holds the token of its forms, so a
view is compressed only where nothing of the request is shown.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Response, make_response, request
from flask.typing import ResponseReturnValue

SMALLEST = 1400  # bytes: what fits into one packet arrives no sooner in fewer
LEVEL = 5  # 24 kB of 343 for a board of 500 students, in about 5 ms
Asked = ParamSpec("Asked")


def compressed(view: Callable[Asked, ResponseReturnValue]) -> Callable[Asked, Response]:
    """Send a view's answer as gzip to browsers that take it; stands under the route.

    Args:
        view: shows nothing of the request, neither of its address nor of a form.
    """

    @wraps(view)
    def smaller(*args: Asked.args, **kwargs: Asked.kwargs) -> Response:
        answer = make_response(view(*args, **kwargs))
        answer.vary.add("Accept-Encoding")
        body = answer.get_data()
        if len(body) >= SMALLEST and request.accept_encodings.quality("gzip") > 0:
            answer.set_data(gzip.compress(body, LEVEL, mtime=0))
            answer.headers["Content-Encoding"] = "gzip"
        return answer

    return smaller
