"""Each control in docs/security.md names tests that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "security.md"
QUOTED = re.compile(r"`([^`]+)`")


def _tests() -> set[str]:
    """The names of all test functions."""
    return {
        node.name
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def _rows() -> list[str]:
    """The rows of its tables that have a third cell."""
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith("|") and line.count("|") >= 4]


def test_every_control_names_tests_that_exist() -> None:
    known = _tests()
    rows = [row for row in _rows() if "`" in row.split("|")[-2]]
    assert len(rows) > 40, "the tables were not found"
    named = {name for row in rows for name in QUOTED.findall(row.split("|")[-2])}
    assert [name for name in sorted(named) if not _exists(name, known)] == []


def _exists(name: str, known: set[str]) -> bool:
    """Whether there is such a test, a file or folder of tests, or ``file::TestClass``."""
    path, _, inside = name.partition("::")
    file = ROOT / path
    if inside:
        return file.is_file() and f"class {inside}" in file.read_text(encoding="utf-8")
    return name in known or file.exists()
