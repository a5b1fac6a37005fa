"""Paging by cursor: each page starts after the last item of the previous one."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

from pydantic import ConfigDict, Field

from client.problems.problem_kinds import ApiProblemError, ProblemCode
from client.software.protocol.models import Parameters

LONGEST_PAGE = 500
LONGEST_CURSOR = 2000  # characters: a name of 100 letters, folded and in UTF-8, with an id, in base64
PAGE = 100
EXAMPLE_CURSOR = "c3R1ZGVudHMgMTc"
Item = TypeVar("Item")
NextPage = Annotated[
    str | None,
    Field(
        description="Pass as `after` to get the next page; null on the last page.", examples=[EXAMPLE_CURSOR]
    ),
]
"""The field ``next`` of a page."""


class PageQuery(Parameters):
    """The page of a list to return."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(PAGE, ge=1, le=LONGEST_PAGE, description="The maximum number of items on a page.")
    after: str | None = Field(
        None,
        max_length=LONGEST_CURSOR,
        description="The `next` of the previous page. Omit it to get the first page.",
    )


def page_of(
    items: Sequence[Item], query: PageQuery, kind: str, key: Callable[[Item], str]
) -> tuple[list[Item], str | None]:
    """One page of items, and the cursor of the next page or None.

    The cursor has the key of the page's last item, so that adding or removing items doesn't shift pages.

    Args:
        items: all items, sorted by key.
        query: the requested page.
        kind: what they are; a cursor works for items of its own kind only.
        key: returns an item's sort key.

    Raises:
        ApiProblemError: the query's cursor is none of this kind.
    """
    last = after_key(query, kind)
    rest = items if last is None else [item for item in items if key(item) > last]
    chosen = list(rest[: query.limit])
    return chosen, _cursor(kind, key(chosen[-1])) if len(rest) > len(chosen) else None


def after_key(query: PageQuery, kind: str) -> str | None:
    """The key after which the requested page begins; None for the first one.

    Raises:
        ApiProblemError: the query's cursor is none of this kind.
    """
    return None if query.after is None else _key_of(query.after, kind)


def _cursor(kind: str, key: str) -> str:
    return base64.urlsafe_b64encode(f"{kind} {key}".encode()).decode("ascii").rstrip("=")


def _key_of(cursor: str, kind: str) -> str:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        found, _, key = base64.b64decode(padded, altchars=b"-_", validate=True).decode("utf-8").partition(" ")
    except (binascii.Error, ValueError):
        found = key = ""
    if found != kind or _cursor(kind, key) != cursor:
        raise ApiProblemError(
            ProblemCode.NOT_AS_DESCRIBED,
            "after must be the `next` of the previous page, unchanged. Omit it to get the first page.",
        )
    return key
