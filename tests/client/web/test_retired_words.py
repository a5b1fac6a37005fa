"""No text that people read has a word that docs/glossary.md retires."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from tests.client.page_texts import ROOT, TEMPLATES, marked_texts, unmarked_texts

RETIRED = re.compile(r'^- "([^"]+)" -> "[^"]+"$', re.MULTILINE)
Texts = Iterator[tuple[str, str]]
"""Each text with the file that has it."""


def _marked() -> Texts:
    """Pages, phones, notices; scripts get their sentences from the same code and templates."""
    yield from ((text, name) for text, name in marked_texts().items())


def _unmarked() -> Texts:
    """What a template has outside its marks, such as names of file types."""
    for template in sorted(TEMPLATES.rglob("*.html")):
        yield from ((text, template.name) for text in unmarked_texts(template))


SOURCES: tuple[Callable[[], Texts], ...] = (_marked, _unmarked)


def _retired() -> re.Pattern[str]:
    words = RETIRED.findall((ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"))
    assert len(words) > 40, "The glossary's list was not found."
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b", re.IGNORECASE)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.__name__.strip("_"))
def test_no_text_has_a_retired_word(source: Callable[[], Texts]) -> None:
    retired = _retired()
    texts = list(source())
    assert texts
    found = [f"{name}: {word[0]!r} in {text!r}" for text, name in texts for word in retired.finditer(text)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("text", "has_one"),
    [
        ("Opens by itself at 9:00", True),
        ("WHOEVER has it", True),
        ("Load it again", True),
        ("A notification", False),
    ],
)
def test_retired_words_are_found_whole_and_in_any_case(text: str, *, has_one: bool) -> None:
    assert bool(_retired().search(text)) is has_one
