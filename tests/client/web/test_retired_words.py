"""No text that people read has a word that docs/glossary.md retires."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

import click
import pytest

from create_database.cli import cli
from tests.client.page_texts import ROOT, TEMPLATES, marked_texts, unmarked_texts

RETIRED = re.compile(r'^- "([^"]+)" -> "[^"]+"$', re.MULTILINE)
PACKAGES = ("face_detection", "face_matching", "attendance", "client", "create_database")
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
STORED = {"photo of the room"}  # in notes of marks that registers have
Texts = Iterator[tuple[str, str]]
"""Each text with the file that has it."""


def _marked() -> Texts:
    """Pages, phones, notices; scripts get their sentences from the same code and templates."""
    yield from ((text, name) for text, name in marked_texts().items())


def _unmarked() -> Texts:
    """What a template has outside its marks, such as names of file types."""
    for template in sorted(TEMPLATES.rglob("*.html")):
        yield from ((text, template.name) for text in unmarked_texts(template))


def _code() -> Texts:
    """Messages, help texts, log lines and descriptions in the code, without docstrings."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
            docstrings = {
                id(node.body[0].value)
                for node in nodes
                if isinstance(node, DOCUMENTED) and node.body and isinstance(node.body[0], ast.Expr)
            }
            yield from (
                (node.value, path.name)
                for node in nodes
                if isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and " " in node.value
                and id(node) not in docstrings
            )


def _commands() -> Texts:
    """The help of every command of the admin, with its options."""
    context = click.Context(cli, info_name="admin")
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        yield from ((text, name) for text in _helps(command, context))


def _helps(command: click.Command, context: click.Context) -> Iterator[str]:
    inside = click.Context(command, parent=context, info_name=command.name)
    yield command.get_help(inside)
    if isinstance(command, click.Group):
        for name in command.list_commands(inside):
            inner = command.get_command(inside, name)
            assert inner is not None
            yield from _helps(inner, inside)


def _documents() -> Texts:
    """README and documents; the glossary itself names the words."""
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    yield from ((page.read_text("utf-8"), page.name) for page in pages if page.name != "glossary.md")


SOURCES: tuple[Callable[[], Texts], ...] = (_marked, _unmarked, _code, _commands, _documents)


def _retired() -> re.Pattern[str]:
    words = RETIRED.findall((ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"))
    assert len(words) > 40, "The glossary's list was not found."
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b", re.IGNORECASE)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.__name__.strip("_"))
def test_no_text_has_a_retired_word(source: Callable[[], Texts]) -> None:
    retired = _retired()
    texts = list(source())
    assert texts
    found = [
        f"{name}: {word[0]!r} in {text!r}"
        for text, name in texts
        for word in retired.finditer(text)
        if word[0] not in STORED
    ]
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
