"""Long lists on phones: a search first, and of what it finds one page at a time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask import request
from markupsafe import Markup

from attendance.values.roll_numbers import is_found, search_words

PAGE_ROWS = 40  # two lists of a board, or a report with its sessions, on fewer than 15 screens of a phone
WHOLE_LIST = 600
"""Rows up to which a list is sent whole, so that searching and turning pages need no server."""

FIND = "find"  # in the address: what is searched for, in all lists of a page
LONGEST_FIND = 100
MOST_PAGES = 10_000
_FOUND, _OFF, _HIDDEN = Markup(""), Markup(" data-off"), Markup(" hidden")


@dataclass(frozen=True)
class RowPages:
    """Which rows of a list are shown.

    All rows are in the page. Rows that were not searched for are ``hidden``. Those on another page have
    ``data-off``, which the stylesheet obeys on phones only: laptops and paper have the whole list. A script
    does the same without asking the server (``static/js/row_pages.js``).

    Attributes:
        name: of the list's page in the address.
        length: rows on one page.
        query: what was searched for.
        page: from 1.
        pages: how many there are.
        found: how many rows were found.
        attributes: of each row, for its tag.
        kept: names of values of the address that stay when a page is turned.
        is_cut: whether the other rows are not in the page, so that only the server can turn and search.
    """

    name: str
    length: int
    query: str
    page: int
    pages: int
    found: int
    attributes: tuple[Markup, ...]
    kept: frozenset[str]
    is_cut: bool = False

    @classmethod
    def of(
        cls,
        texts: Sequence[str],
        name: str = "page",
        *,
        length: int = PAGE_ROWS,
        searched: bool = True,
        kept: Collection[str] = (),
    ) -> RowPages:
        """The page that the address asks for.

        Args:
            texts: what each row is found by.
            name: of the list's page in the address.
            length: rows on one page.
            searched: whether the search of the address is about this list.
            kept: what else of the address stays when a page is turned.
        """
        query = wanted_search() if searched else ""
        words = search_words(query)
        found = [at for at, text in enumerate(texts) if is_found(words, [text])]
        pages = max(1, -(-len(found) // length))
        page = min(max(1, request.args.get(name, 1, type=int)), pages, MOST_PAGES)
        shown = set(found[(page - 1) * length : page * length])
        attributes = [_HIDDEN] * len(texts)
        for at in found:
            attributes[at] = _FOUND if at in shown else _OFF
        return cls(name, length, query, page, pages, len(found), tuple(attributes), frozenset({FIND, *kept}))

    @classmethod
    def fitting(
        cls,
        texts: Sequence[str],
        name: str = "page",
        *,
        length: int = PAGE_ROWS,
        kept: Collection[str] = (),
        among: int = 0,
        searched: bool = True,
    ) -> tuple[RowPages, Sequence[int]]:
        """The page that the address asks for, of a list that may be too long to be sent whole.

        Args:
            texts: what each row is found by.
            name: of the list's page in the address.
            length: rows on one page of a phone.
            kept: what else of the address stays when a page is turned.
            searched: whether the search of the address is about this list.
            among: rows in all lists of the page between which rows move; they are cut together.

        Returns:
            The page, and the places of the rows that are sent: all of a list of up to ``WHOLE_LIST``. Of a
            longer one ``PAGE_ROWS`` are sent, also to laptops; ``attributes`` are those of the sent ones.
        """
        if max(len(texts), among) <= WHOLE_LIST:
            return cls.of(texts, name, length=length, kept=kept, searched=searched), range(len(texts))
        query = wanted_search() if searched else ""
        words = search_words(query)
        found = [at for at, text in enumerate(texts) if is_found(words, [text])]
        pages = max(1, -(-len(found) // PAGE_ROWS))
        page = min(max(1, request.args.get(name, 1, type=int)), pages, MOST_PAGES)
        sent = found[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
        plain, stays = (_FOUND,) * len(sent), frozenset({FIND, *kept})
        return cls(name, PAGE_ROWS, query, page, pages, len(found), plain, stays, is_cut=True), sent

    @classmethod
    def by_script(cls, count: int) -> RowPages:
        """Pages of a page that answers a form, which has no address to turn them by.

        A script turns them; without one the list is whole.

        Args:
            count: of its rows.
        """
        return cls("page", PAGE_ROWS, "", 1, 1, count, (_FOUND,) * count, frozenset())

    @property
    def first(self) -> int:
        """The number of the first row that is shown."""
        return min(self.found, (self.page - 1) * self.length + 1)

    @property
    def last(self) -> int:
        """The number of the last one."""
        return min(self.found, self.page * self.length)

    def turned(self, by: int) -> list[tuple[str, str]]:
        """The address's values on the page before or after."""
        there = request.args.items(multi=True) if request.method == "GET" else ()
        kept = self.kept - {self.name}
        page = str(min(max(1, self.page + by), self.pages))
        return [*((name, value) for name, value in there if name in kept), (self.name, page)]


def wanted_search() -> str:
    """What the address searches for."""
    return request.args.get(FIND, "").strip()[:LONGEST_FIND]
