"""Inlined sources are this package's own, and can't end their element."""

from __future__ import annotations

import re
from difflib import unified_diff
from pathlib import Path

import pytest

from client.web.page_sources import STATIC, TEMPLATES, icon_uri, source

SCRIPTS = sorted(TEMPLATES.rglob("*.js"))
STYLES = sorted([*TEMPLATES.rglob("*.css"), *STATIC.rglob("*.css")])


@pytest.mark.parametrize("path", [*SCRIPTS, *STYLES], ids=lambda path: path.name)
def test_every_script_and_style_can_stand_inside_a_page(path: Path) -> None:
    folder = STATIC if path.is_relative_to(STATIC) else TEMPLATES
    inlined = _lines(source(path.relative_to(folder).as_posix()))
    written = _lines(path.read_text(encoding="utf-8"))
    changed = [line for line in unified_diff(written, inlined, n=0, lineterm="") if line[0] in "+-"][2:]
    assert inlined
    assert all(
        re.match(r"-\s*(//|/?\*)", line) or line.endswith("*/") for line in changed
    )  # comments left out


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_text_of_a_script_spans_lines(path: Path) -> None:
    """Indentation is left out, too, which would change such a text."""
    assert all(line.count("`") % 2 == 0 for line in path.read_text(encoding="utf-8").splitlines())


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_put_text_into_pages_and_never_markup(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for forbidden in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
    ):
        assert forbidden not in text


@pytest.mark.parametrize("path", [*SCRIPTS, *STYLES, *TEMPLATES.rglob("*.html")], ids=lambda path: path.name)
def test_nothing_comes_from_elsewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert "http:/" not in text
    assert "https:/" not in text


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_no_markup_carries_styles_or_handlers_of_its_own(path: Path) -> None:
    """The content security policy would silently block them."""
    text = path.read_text(encoding="utf-8")
    assert " style=" not in text
    assert " onclick=" not in text
    assert "| safe" not in text


def test_a_file_that_is_not_there_is_said_to_be_missing() -> None:
    with pytest.raises(FileNotFoundError, match="elsewhere"):
        source("phone/elsewhere.js")


def test_the_icon_is_in_the_page() -> None:
    assert icon_uri().startswith("data:image/svg+xml,%3Csvg ")
    assert '"' not in icon_uri()
