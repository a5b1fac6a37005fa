# ruff: noqa: RUF001 - names of many scripts
"""A list is imported in a browser: its columns are chosen, shown again and imported, on any screen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import FilePayload, expect

from attendance.people.new_student import NewStudent
from attendance.values.roll_numbers import search_form, search_words
from tests.attendance.lists.made_books import book
from tests.attendance.store.twins import add_twin
from tests.browser.album import Album
from tests.browser.barriers import barriers_of
from tests.browser.classroom import Classroom
from tests.browser.conftest import LAPTOP, OpenWindow, Visitor

pytestmark = pytest.mark.browser
SHEETS = {
    "Notes": [["Physics 2, winter term"]],
    "7a": [
        ["Kennzeichen", "Nachname", "Vorname", "E-Mail", "Klasse", "Geburtstag", "Bemerkung"],
        [
            "0107",
            "Lovelace",
            "Ada",
            "ada@example.org",
            "7a",
            "1815-12-10",
            "sits in the first row",
        ],
        ["0108", "Núñez", "José", "jose@example.org", "7a", "1976-02-11", ""],
        ["0108", "Hopper", "Grace", "", "7a", "", ""],
        ["", "Jemison", "Mae", "", "7a", "", ""],
    ],
}
NAMES = (
    "Seán O\u2019Brien",
    "Jürgen Müller-Şahin",
    "Søren Łukasz",
    "علی\u200cرضا",
    "ශ\u0dca\u200dර\u0dd3",
    "CS\u201317",
    "१७",
)


@pytest.fixture(scope="module")
def visitor(open_window: OpenWindow, classroom: Classroom) -> Iterator[Visitor]:
    """The admin at a laptop."""
    with open_window(viewport=LAPTOP, reduced_motion="reduce") as window:
        opened = Visitor(window.new_page())
        classroom.set_up_admin(opened.page)
        opened.complaints.clear()
        yield opened


def test_columns_are_chosen_and_the_list_is_imported(
    visitor: Visitor, classroom: Classroom, album: Album
) -> None:
    page = visitor.page
    page.goto(f"{classroom.base}/teach/students/roster")
    excel = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    file = FilePayload(name="7a.xlsx", mimeType=excel, buffer=book(SHEETS))
    page.get_by_label("The file").set_input_files(file)
    album.keep(page, "list-choose")
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_text("It is unclear which column has the roll numbers.")).to_be_visible()
    album.keep(page, "list-asked")
    assert barriers_of(page) == []
    page.get_by_label("Kennzeichen").select_option("Roll number")
    page.get_by_role("button", name="Show again").click()
    expect(page.get_by_role("button", name="Import 2 students")).to_be_visible()
    expect(page.get_by_text("0108 is “Grace Hopper” here and “José Núñez” in line 3")).to_be_visible()
    album.keep(page, "list-shown")
    assert barriers_of(page) == []
    page.get_by_label("Klasse").select_option("Don't import")
    page.get_by_role("button", name="Import 2 students").click()
    expect(page.get_by_text("Your choices have changed.")).to_be_visible()
    assert all(student.name != "Ada Lovelace" for student in classroom.register.students.all())
    page.get_by_role("button", name="Import 2 students").click()
    expect(page.get_by_text("2 students were imported. 2 lines were not imported")).to_be_visible()
    album.keep(page, "list-imported")
    assert barriers_of(page) == []
    ada = classroom.register.students.get("0107")
    assert (ada.name, ada.year) == ("Ada Lovelace", None)
    assert visitor.complaints == []


def test_a_pages_own_filters_find_what_the_server_finds(visitor: Visitor, classroom: Classroom) -> None:
    page = visitor.page
    page.goto(f"{classroom.base}/teach/students/")
    folded = "([texts, name]) => import('/static/js/folded.js').then((made) => texts.map(made[name]))"
    assert page.evaluate(folded, [list(NAMES), "searchForm"]) == [search_form(name) for name in NAMES]
    assert page.evaluate(folded, [list(NAMES), "searchWords"]) == [search_words(name) for name in NAMES]


def test_an_admin_sees_twins_beside_each_other(visitor: Visitor, classroom: Classroom, album: Album) -> None:
    register, page = classroom.register, visitor.page
    one = register.students.add(NewStudent("CS-17", "Mae Jemison"))
    add_twin(register.store, replace(one, id="twin", roll_number="cs-17"))
    page.goto(f"{classroom.base}/teach/students/")
    album.keep(page, "twins-noticed")
    page.get_by_role("link", name="Show these students").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    album.keep(page, "twins")
    assert barriers_of(page) == []
