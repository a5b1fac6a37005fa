"""Lists in pages: a limit, and a cursor that goes on where the last page ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field

LONGEST_PAGE = 500
PAGE = 100
Item = TypeVar("Item")


class PageQuery(BaseModel):
    """Which part of a list."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(PAGE, ge=1, le=LONGEST_PAGE, description="How many at most.")
    after: str | None = Field(
        None, max_length=400, description="The `next` of the page before; none begins with the first."
    )


def page_of(
    items: Sequence[Item], query: PageQuery, key: Callable[[Item], str]
) -> tuple[list[Item], str | None]:
    """One page, and the cursor of the next one, or None at the end.

    A cursor is the key of the last item, so that what is added or removed meanwhile shifts nothing.

    Args:
        items: all of them, in the order of their keys.
        query: which part.
        key: of an item, as text; its order is that of the list.
    """
    rest = items if query.after is None else [item for item in items if key(item) > query.after]
    chosen = list(rest[: query.limit])
    return chosen, key(chosen[-1]) if len(rest) > len(chosen) else None
