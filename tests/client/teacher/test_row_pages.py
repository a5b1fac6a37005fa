"""Long lists: what a search finds, and a page of it, with links that keep the rest of the address."""

from __future__ import annotations

import pytest
from flask import Flask

from client.teacher.row_pages import RowPages

NAMES = [f"Student {number}" for number in range(1, 11)]


def pages(app: Flask, address: str, *, method: str = "GET", **options: object) -> RowPages:
    """The pages of ten students, three on each, as an address asks for them."""
    with app.test_request_context(address, method=method):
        return RowPages.of(NAMES, "rows", length=3, **options)  # type: ignore[arg-type]


def shown(found: RowPages) -> str:
    """A sign for each row: shown, on another page, or not searched for."""
    return "".join({"": "x", " data-off": "-", " hidden": "."}[each] for each in found.attributes)


@pytest.mark.parametrize(
    ("address", "rows", "place"),
    [
        ("/", "xxx-------", (1, 3, 10)),
        ("/?rows=2", "---xxx----", (4, 6, 10)),
        ("/?rows=4", "---------x", (10, 10, 10)),
        ("/?rows=99", "---------x", (10, 10, 10)),
        ("/?rows=-1", "xxx-------", (1, 3, 10)),
        ("/?rows=x", "xxx-------", (1, 3, 10)),
        ("/?find=1", "x........x", (1, 2, 2)),
        ("/?find=STUDENT++10", ".........x", (1, 1, 1)),
        ("/?find=nobody&rows=3", "..........", (0, 0, 0)),
    ],
)
def test_a_page_of_what_is_searched_for(
    app: Flask, address: str, rows: str, place: tuple[int, int, int]
) -> None:
    found = pages(app, address)
    assert shown(found) == rows
    assert (found.first, found.last, found.found) == place


def test_a_list_that_is_not_searched_has_all_rows(app: Flask) -> None:
    assert shown(pages(app, "/?find=nobody", searched=False)) == "xxx-------"


def test_links_keep_what_belongs_to_the_list_and_repeat_nothing_else(app: Flask) -> None:
    address = "/?rows=2&find=student&one=1&one=2&guess=secret"
    with app.test_request_context(address):
        found = RowPages.of(NAMES, "rows", length=3, kept=["one", "rows"])
        assert found.turned(1) == [("find", "student"), ("one", "1"), ("one", "2"), ("rows", "3")]
        assert found.turned(-1)[-1] == ("rows", "1")
    with app.test_request_context(address, method="POST"):
        assert found.turned(1) == [("rows", "3")]
