"""The documents lead to files and headings that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted((*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")))
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)")
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
PATH = re.compile(r"`([a-z_]+/[\w./]+)`")  # a file or folder of the repository, as prose names it
CODE = re.compile(r"^( *)```.*?^\1```", re.MULTILINE | re.DOTALL)


def _anchors(page: Path) -> set[str]:
    """What its headings are called in addresses, as GitHub makes them."""
    headings = HEADING.findall(CODE.sub("", page.read_text("utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = []
    for name, anchor in LINK.findall(CODE.sub("", page.read_text("utf-8"))):
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            broken.append(f"{name}#{anchor}" if anchor else name)
    assert broken == []


def test_the_recipes_name_files_that_are_there() -> None:
    named = set(PATH.findall(CODE.sub("", (ROOT / "CONTRIBUTING.md").read_text("utf-8"))))
    assert len(named) > 40
    assert {name for name in named if not (ROOT / name).exists() and "/de/" not in name} == set()
