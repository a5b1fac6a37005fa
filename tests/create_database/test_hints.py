"""Commands in messages, in help and in documents are understood by the command line when they are typed."""

from __future__ import annotations

import ast
import re
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from attendance import program
from attendance.program import ADMIN, SERVER, admin_command, register_in_use
from client.startup.command_line import server
from create_database.cli import cli
from create_database.context import AdminContext
from tests.create_database.test_docs import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("attendance", "client", "create_database", "face_detection", "face_matching")
SOURCES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
TEXTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
    *sorted((ROOT / "docs").glob("*.md")),
]

Start = Callable[[pytest.MonkeyPatch, Path], str]

COMPUTED = {  # what hints compute, and what may come of it
    "session.day": ["2026-11-20"],
    "f'{found.fpir:g}'": ["0.01"],
    "*asked": ["--engine", "dlib", "--detector", "haar"],
    "typed(waiting.username)": ["ada"],
    "typed(erased.roll_number)": ["'CS 17'"],
    "typed(student.roll_number)": ["'CS 17'"],
}
WORDS = {"DAY": "2026-11-20", "D": "2026-11-20", "SCOPE": "students:read", "N": "3", "NUMBER": "8080"}
WORDS |= {"RATE": "0.01", "FILE": __file__}
"""What a person types instead of a word in capitals, where any text would not do."""

IN_TEXT = re.compile(
    rf"^(?:\$ )?(?:cd \S+ && )?(?:\S*python3?(?:\.exe)? -m create_database|{ADMIN})(?=\s|$)(?P<words>.*)$"
)
SERVED = re.compile(rf"^(?:\$ )?(?:\./run|{SERVER})(?=\s|$)(?P<words>.*)$")


def calls() -> Iterator[tuple[str, list[str]]]:
    """Each hint in the code: where it is, and the words that it is made of."""
    for path in SOURCES:
        text = path.read_text("utf-8")
        for node in ast.walk(ast.parse(text)) if "admin_command(" in text else ():
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "admin_command":
                where = f"{path.relative_to(ROOT)}:{node.lineno}"
                if where.startswith(("create_database/cli.py", "create_database/shell.py")):
                    continue  # the name of the program, and the examples, which are tried below
                yield where, [word for argument in node.args for word in words_of(argument)]


def words_of(argument: ast.expr) -> list[str]:
    if isinstance(argument, ast.Constant):
        return [str(argument.value)]
    return COMPUTED[ast.unparse(argument)]


CALLS = dict(calls())


def understood(words: list[str]) -> click.Command:
    """The command that the real command line takes words for, with all of them understood.

    Raises:
        click.ClickException: it does not understand them.
    """
    reached: list[click.Command] = []
    context = AdminContext({})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(click.Command, "invoke", lambda command, _: reached.append(command))
        try:
            cli.main([WORDS.get(word, word) for word in words], obj=context, standalone_mode=False)
        finally:
            context.close()
    return reached[-1]


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that examples read, where the command line looks whether they are there."""
    monkeypatch.chdir(tmp_path)
    Path("holidays.ics").touch()
    monkeypatch.delenv("ATTENDANCE_DATA", raising=False)


def in_a_checkout_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    root = tmp_path / "a checkout"
    (root / ".venv" / "bin").mkdir(parents=True)
    (root / ".venv" / "bin" / "python").touch()
    (root / "pyproject.toml").touch()
    monkeypatch.setattr(program, "_FOLDER", root)
    monkeypatch.setattr(sys, "prefix", str(root / ".venv"))
    monkeypatch.setattr(sys, "argv", [str(root / "client" / "__main__.py")])
    monkeypatch.chdir(root)
    return ".venv/bin/python"


def in_another_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    return sys.executable


def installed_with_pip(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    scripts = tmp_path / "bin"
    scripts.mkdir()
    for name in (SERVER, ADMIN):
        (scripts / name).write_text("#!/bin/sh\n")
        (scripts / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(scripts))
    monkeypatch.setattr(sys, "argv", [str(scripts / SERVER)])
    return ADMIN


@pytest.mark.parametrize("started", [in_a_checkout_of_its_own, in_another_environment, installed_with_pip])
@pytest.mark.parametrize("where", CALLS)
def test_a_hint_is_understood_and_names_the_register_and_the_program(
    where: str, started: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = started(monkeypatch, tmp_path)
    data = tmp_path / "my data"
    with register_in_use(data):
        words = shlex.split(admin_command(*CALLS[where]))
    if words[0] == "cd":
        assert words[2] == "&&"
        monkeypatch.chdir(words[1])
        words = words[3:]
    assert words[0] == name
    assert shutil.which(words[0]) or Path(words[0]).is_file()
    words = words[1:] if name == ADMIN else words[3:]
    assert words[-2:] == ["--data", str(data)]
    assert understood(words) in COMMANDS.values()


MADE_BY = ("attendance/program.py", "attendance/console/screen.py")
"""Where hints are made, and where they are found in sentences to keep them on one line."""


def test_every_hint_is_made_by_one_function() -> None:
    assert len(CALLS) > 15
    typed = re.compile(rf"-m create_database|{ADMIN}\b|\./run\b")
    found = []
    for path in SOURCES:
        text = path.read_text("utf-8")
        if not typed.search(text):
            continue
        tree = ast.parse(text)
        docs = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        found += [
            f"{path.relative_to(ROOT)}:{node.lineno}: {node.value}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docs
            and typed.search(node.value)
            and str(path.relative_to(ROOT)) not in MADE_BY
        ]
    for path in [*(ROOT / "client").rglob("*.html"), *(ROOT / "client" / "static").rglob("*.js")]:
        found += [f"{path}: {line}" for line in path.read_text("utf-8").splitlines() if typed.search(line)]
    assert found == []


EXAMPLES = [example for command in (cli, *COMMANDS.values()) for example in getattr(command, "examples", ())]


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_of_the_help_is_understood(example: str) -> None:
    words = shlex.split(example.partition(" > ")[0])
    if words[-1] == "--help":
        assert " ".join(words[:-1]) in COMMANDS
    else:
        understood(words)


def typed_in(path: Path, pattern: re.Pattern[str]) -> Iterator[str]:
    """The commands of a document: lines of its blocks, and code in its sentences."""
    text = path.read_text("utf-8")
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    indented = re.findall(r"^    (\S.*)$", text, re.MULTILINE)
    lines = [line.strip() for block in blocks for line in re.sub(r"\\\n\s*", "", block).splitlines()]
    for line in [*lines, *indented, *re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text)]:
        found = pattern.match(line)
        if found is not None and "…" not in line and "[" not in line:
            yield found["words"].partition("  #")[0].partition(" # ")[0].strip()


def in_documents(pattern: re.Pattern[str]) -> list[tuple[str, str]]:
    return sorted({(path.name, words) for path in TEXTS for words in typed_in(path, pattern)})


@pytest.mark.parametrize(("page", "words"), in_documents(IN_TEXT))
def test_a_command_in_a_document_is_understood(page: str, words: str) -> None:
    typed = [word for word in shlex.split(words) if word not in ("-h", "--help", "--version")]
    if typed and " ".join(typed) not in COMMANDS:  # otherwise a sentence names a command
        understood(typed)


@pytest.mark.parametrize(("page", "words"), in_documents(SERVED))
def test_a_start_in_a_document_is_understood(page: str, words: str) -> None:
    typed = [WORDS.get(word, word) for word in shlex.split(words) if word not in ("--help", "--version")]
    server.make_context("run", typed)


def test_the_documents_have_many_commands() -> None:
    assert len(in_documents(IN_TEXT)) > 30
    assert len(in_documents(SERVED)) > 5
