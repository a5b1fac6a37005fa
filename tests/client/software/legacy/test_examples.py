"""Every example in docs/known-names.md works unchanged."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from attendance.settings.settings import Settings
from tests.attendance.fake_pipeline import photo_of, room_of
from tests.attendance.site import HOPPER
from tests.client.examples import DOCS, blocks, shop
from tests.client.software.legacy.conftest import OldClient, film

JOHNSON = 12  # not enrolled
SECTION = re.compile(r"^## [^\n]*`(/[^`]+)`\n(.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
TEXT = (DOCS / "known-names.md").read_text(encoding="utf-8")
OF_ADDRESSES = TEXT[TEXT.index("## Find faces") :]
FIRST = {
    "python": blocks(OF_ADDRESSES, "python")[0].partition("for face in")[0],
    "js": blocks(OF_ADDRESSES, "js")[0].partition("const { faces }")[0],
    "": "",
}
"""The definitions in the first example, on which the others build."""
EXAMPLES = [
    pytest.param(path, language, code, id=f"{path[1:]}-{language or 'curl'}-{number}")
    for path, section in SECTION.findall(TEXT)
    for language in FIRST
    for number, code in enumerate(blocks(section, language))
]


@pytest.mark.server
@pytest.mark.parametrize(("path", "language", "code"), EXAMPLES)
def test_an_example_does_what_it_says(
    path: str,
    language: str,
    code: str,
    *,
    app: Flask,
    settings: Settings,
    old_client: OldClient,
    tmp_path: Path,
) -> None:
    new = path in ("/register", "/create-student")
    film(settings, photo_of(JOHNSON) if new else room_of(photo_of(HOPPER)), tenths=60)
    pictures = {
        "room": room_of(photo_of(HOPPER)),
        "face": photo_of(HOPPER),
        "katherine": photo_of(JOHNSON),
        "canvas": photo_of(JOHNSON if new else HOPPER),
    }
    token = old_client.headers["Authorization"].removeprefix("Bearer ")
    before = "" if code.startswith(FIRST[language]) else FIRST[language]
    with shop(app, token, tmp_path, **pictures) as here:
        here.run(language, before + code)


def test_there_is_one_in_each_language_for_each_address() -> None:
    assert len(EXAMPLES) == 7 * 3
