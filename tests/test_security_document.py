"""Each control in docs/security.md and each fault in docs/deployment.md names tests that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = {"security.md": 40, "deployment.md": 10}  # with at least so many rows that name tests
COMMAND = "python -m benchmarks."
QUOTED = re.compile(r"`([^`]+)`")


def _tests() -> set[str]:
    """The names of all test functions."""
    return {
        node.name
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def _rows(document: str) -> list[str]:
    """The rows of its tables that have a third cell."""
    lines = (ROOT / "docs" / document).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith("|") and line.count("|") >= 4]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_control_names_tests_that_exist(document: str) -> None:
    known = _tests()
    rows = [row for row in _rows(document) if "`" in row.split("|")[-2]]
    assert len(rows) > DOCUMENTS[document], "the tables were not found"
    named = {name for row in rows for name in QUOTED.findall(row.split("|")[-2])}
    assert [name for name in sorted(named) if not _exists(name, known)] == []


def _exists(name: str, known: set[str]) -> bool:
    """Whether there is such a test, a file or folder of tests, or ``file::TestClass``."""
    path, _, inside = name.partition("::")
    file = ROOT / path
    if inside:
        return file.is_file() and f"class {inside}" in file.read_text(encoding="utf-8")
    return name in known or file.exists() or name.startswith(COMMAND)
