"""Paging by cursor: each page starts after the last item of the previous one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field

LONGEST_PAGE = 500
PAGE = 100
Item = TypeVar("Item")


class PageQuery(BaseModel):
    """The page of a list to return."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(PAGE, ge=1, le=LONGEST_PAGE, description="The maximum number of items on a page.")
    after: str | None = Field(
        None, max_length=400, description="The `next` of the previous page. Omit it to get the first page."
    )


def page_of(
    items: Sequence[Item], query: PageQuery, key: Callable[[Item], str]
) -> tuple[list[Item], str | None]:
    """One page of items, and the cursor of the next page or None.

    The cursor is the key of the page's last item, so that adding or removing items doesn't shift pages.

    Args:
        items: all items, sorted by key.
        query: the requested page.
        key: returns an item's sort key.
    """
    rest = items if query.after is None else [item for item in items if key(item) > query.after]
    chosen = list(rest[: query.limit])
    return chosen, key(chosen[-1]) if len(rest) > len(chosen) else None
