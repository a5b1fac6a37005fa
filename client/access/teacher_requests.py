"""Which requests belong to the teacher's pages, and whether a person or a script asks."""

from __future__ import annotations

from flask import request

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# Where the teacher's pages are; also what a login may lead to.
PREFIXES = ("/teach", "/admin", "/wall", "/realtime")
# Their front doors, where nobody is signed in yet.
DOORS = ("/login", "/logout", "/setup", "/welcome")


def is_for_teachers() -> bool:
    """Whether an error belongs into the teacher's look."""
    if request.path.startswith("/wall/"):  # /wall alone is General's, for the server's own machine
        return True
    return any(is_below(request.path, prefix) for prefix in ("/teach", "/admin", "/realtime", *DOORS))


def asks_for_data() -> bool:
    """Whether a script asks, which can't follow a redirect to the login."""
    wanted = request.accept_mimetypes
    return (
        request.headers.get("X-CSRFToken") is not None
        or wanted.best == "text/event-stream"
        or (wanted.best_match(("text/html", "application/json")) == "application/json")
    )


def safe_next(target: str | None) -> str | None:
    r"""The target if it is a page of ours that a login may lead to, else None.

    A browser takes ``//host``, ``/\host`` and a tab in between for another site's address.
    """
    if not target or not target.isprintable() or "\\" in target or "//" in target.partition("?")[0]:
        return None
    path = target.partition("?")[0].partition("#")[0]
    return target if any(is_below(path, prefix) for prefix in PREFIXES) else None


def is_below(path: str, prefix: str) -> bool:
    """Whether the path is the prefix or below it."""
    return path == prefix or path.startswith(f"{prefix}/")
