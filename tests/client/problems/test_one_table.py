"""No module but those of ``client.problems`` decides which HTTP status an error has."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from client.problems.refusals import RefusedError
from tests.error_classes import error_classes

ROOT = Path(__file__).resolve().parents[3]
TABLE = ROOT / "client" / "problems"
HANDLERS = {
    "client/web/error_answers.py": "register_error_handler",  # for everybody
    "client/teacher/reports/reports_pages.py": "errorhandler",  # offers other days, with the table's status
}


def modules() -> list[Path]:
    """Every module of the web app outside the table."""
    return [path for path in sorted((ROOT / "client").rglob("*.py")) if TABLE not in path.parents]


def decisions(source: str, names: set[str]) -> list[str]:
    """Where a source gives errors of these names a status of its own."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ExceptHandler) and node.type is not None and _errors_in(node.type, names):
            found += [
                f"except, line {node.lineno}: {status}" for part in node.body for status in _statuses(part)
            ]
        elif isinstance(node, ast.Dict):
            keys = [key for key in node.keys if key is not None and _errors_in(key, names)]
            found += [f"a mapping, line {key.lineno}" for key in keys]
        elif isinstance(node, ast.Tuple) and any(_errors_in(part, names) for part in node.elts):
            found += [f"a pair, line {node.lineno}: {status}" for status in _statuses(node)]
        elif isinstance(node, ast.FunctionDef) and _asks_for(node, names):
            found += [f"isinstance in {node.name}: {status}" for status in _statuses(node)]
    return found


def _errors_in(node: ast.AST, names: set[str]) -> bool:
    return any(
        (isinstance(part, ast.Name) and part.id in names)
        or (isinstance(part, ast.Attribute) and part.attr in names)
        for part in ast.walk(node)
    )


def _asks_for(function: ast.FunctionDef, names: set[str]) -> bool:
    """Whether a function asks which of the packages' errors it has; a refusal brings its problem along."""
    return any(
        isinstance(part, ast.Call)
        and isinstance(part.func, ast.Name)
        and part.func.id == "isinstance"
        and _errors_in(part.args[1], names - {RefusedError.__name__})
        for part in ast.walk(function)
    )


def _statuses(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if (
            isinstance(part, ast.Attribute)
            and isinstance(part.value, ast.Name)
            and part.value.id == "HTTPStatus"
        ):
            yield part.attr
        elif isinstance(part, ast.Constant) and type(part.value) is int and 400 <= part.value < 600:
            yield str(part.value)


@pytest.fixture
def names() -> set[str]:
    return {kind.__name__ for kind in error_classes()}


def test_no_other_module_gives_errors_a_status(names: set[str]) -> None:
    found = {str(path.relative_to(ROOT)): decisions(path.read_text("utf-8"), names) for path in modules()}
    assert {path: places for path, places in found.items() if places} == {}


@pytest.mark.parametrize(
    "source",
    [
        "try:\n    view()\nexcept StudentNotFoundError:\n    abort(404)",
        "try:\n    view()\nexcept (ValueError, errors.CourseError):\n    status = HTTPStatus.CONFLICT",
        "STATUS = {SessionClosedError: 409}",
        "TABLE = ((PhotoError, 422),)",
        "def status(error):\n    return 503 if isinstance(error, BusyError) else 500",
    ],
)
def test_such_a_decision_is_found(source: str, names: set[str]) -> None:
    assert decisions(source, names)


def test_errors_are_answered_in_one_place() -> None:
    found = {
        (str(path.relative_to(ROOT)), node.attr)
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in HANDLERS.values()
    }
    assert found == set(HANDLERS.items())
