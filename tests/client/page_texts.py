"""The texts that people read on pages: marked for translation, or unmarked in a template."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from jinja2 import Environment

from client.web.translations import CATALOGUES

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "client" / "templates"
OUTSIDE = {("attendance",), *(("attendance", name) for name in ("backup", "doctor", "liveness", "notices"))}
"""Folders of others than the app's that have texts for pages, by ``babel.cfg``."""
READ_ATTRIBUTES = frozenset({"alt", "title", "placeholder", "aria-label", "aria-description", "label"})
_EXPRESSION = "\N{OBJECT REPLACEMENT CHARACTER}"  # in the place of what a template fills in
_ATTRIBUTES = re.compile(r'\s[\w-]+="[^"]*"')  # in the body of a macro that is called inside a tag


def marked_texts() -> dict[str, str]:
    """Every text that ``pybabel extract`` finds, with the file that has it."""
    texts: dict[str, str] = {}
    for name, message in _messages():
        for text in (message,) if isinstance(message, str) else message:
            texts.setdefault(text, name)
    return texts


def one_form_texts() -> dict[str, str]:
    """Those that have no plural of their own."""
    return {message: name for name, message in _messages() if isinstance(message, str)}


@cache
def _messages() -> tuple[tuple[str, str | tuple[str, ...]], ...]:
    with (CATALOGUES / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = extract_from_dir(
        str(ROOT), methods, options, {**DEFAULT_KEYWORDS, "_l": None}, directory_filter=_is_of_the_app
    )
    return tuple((name, message) for name, _line, message, _comments, _context in found)


def unmarked_texts(template: Path) -> list[str]:
    """The texts of a template outside ``_()`` and ``{% trans %}``; expressions are left out."""
    reader = _Texts()
    reader.feed("".join(_plain(template.read_text(encoding="utf-8"))))
    reader.close()
    return [text for text in reader.texts if sum(map(str.isalpha, text)) > 1]


def _plain(source: str) -> Iterator[str]:
    """The HTML of a template, with a sign in the place of each expression."""
    names: list[str] = []
    skipped = ""  # what ends the part that is left out
    last = ""
    for _line, kind, value in Environment(autoescape=True).lex(source):
        if kind in ("block_begin", "variable_begin"):
            names = []
        elif kind == "name":
            names.append(value)
        if kind == "block_end":
            if names[0] == "trans":
                skipped = "endtrans"
            elif names[:2] == ["block", "body_class"]:
                skipped = "endblock"
            elif names[0] == skipped:
                skipped = ""
        elif kind == "variable_begin":
            yield "x" if last.endswith(("<", "</")) else _EXPRESSION  # the name of a tag, or a text
        elif kind == "data" and not skipped:
            last = value
            yield value


def _is_of_the_app(folder: str) -> bool:
    inside = Path(folder).relative_to(ROOT).parts
    return inside[0] == "client" or inside[:2] in OUTSIDE


class _Texts(HTMLParser):
    """Collects what people read: text, and attributes that are shown or read aloud."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._hidden = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what its attributes say."""
        if tag in ("script", "style", "svg") and not self._hidden:
            self._hidden = tag
        for name, value in attrs:
            if name in READ_ATTRIBUTES and value:
                self._add(value)

    def handle_endtag(self, tag: str) -> None:
        """Read on after a script or a style."""
        if tag == self._hidden:
            self._hidden = ""

    def handle_data(self, data: str) -> None:
        """Note a text."""
        if not self._hidden:
            self._add(_ATTRIBUTES.sub("", data))

    def _add(self, text: str) -> None:
        self.texts += [part.strip() for part in text.split(_EXPRESSION)]
