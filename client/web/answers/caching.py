"""What caches may do with a response: for whom it is, and by which headers of the request it varies."""

from __future__ import annotations

from flask import Response, after_this_request, g

_FOR_EVERYONE = "is_for_everyone"  # attribute of flask.g
REVALIDATED = "no-cache"  # stored, but asked for each time
NOT_STORED = "no-store"  # names, faces and marks: a shared phone, a proxy or a disk keeps none of them


def for_everyone() -> None:
    """Allow caches to store this request's response, because it is the same for everyone and has no names."""
    setattr(g, _FOR_EVERYONE, True)


def cache_control() -> str:
    """The ``Cache-Control`` of this request's response."""
    return REVALIDATED if g.get(_FOR_EVERYONE, False) else NOT_STORED


def varies_by(*headers: str) -> None:
    """Note that this request's response, whatever it will be, depends on these headers of the request."""

    @after_this_request
    def note(answer: Response) -> Response:
        answer.vary.update(headers)
        return answer
