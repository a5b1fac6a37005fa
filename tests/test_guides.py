"""The guides show pictures that exist, and each picture that the script makes is small and shown."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent / "docs"
PICTURE = re.compile(r"images/([a-z-]+\.png)")
LINK = re.compile(r"\]\(([a-z-]+\.md)\)")
MOST_BYTES = 60_000


def _found(pattern: re.Pattern[str]) -> set[str]:
    return {name for guide in DOCS.glob("guide-*.md") for name in pattern.findall(guide.read_text("utf-8"))}


def test_every_picture_and_every_page_that_a_guide_names_is_there() -> None:
    assert len(_found(PICTURE)) > 10
    assert [name for name in _found(PICTURE) if not (DOCS / "images" / name).is_file()] == []
    assert [name for name in _found(LINK) if not (DOCS / name).is_file()] == []


def test_pictures_are_small() -> None:
    sizes = {name: (DOCS / "images" / name).stat().st_size for name in _found(PICTURE)}
    assert {name: size for name, size in sizes.items() if size > MOST_BYTES} == {}
