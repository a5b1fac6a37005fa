"""The house stands: imports point down only, and the web app starts without TensorFlow."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("face_detection", "face_matching", "attendance", "client", "create_database")
BELOW = {
    "face_detection": set[str](),
    "face_matching": set[str](),
    "attendance": {"face_detection", "face_matching"},
    "client": {"attendance", "face_detection", "face_matching"},
    "create_database": {"attendance", "face_detection", "face_matching"},
}
MUST_NOT_KNOW = {
    "face_detection": {"flask", "click", "sqlite3", "pymongo"},
    "face_matching": {"flask", "click", "sqlite3", "pymongo", "PIL", "cv2", "openvino"},
    "attendance": {"flask", "click", "argparse", "jinja2", "openvino", "tensorflow"},
    "client": {"sqlite3", "pymongo", "openvino", "tensorflow", "keras_facenet"},
    "create_database": {"sqlite3", "pymongo", "openvino", "tensorflow", "keras_facenet", "flask"},
}
ONLY_IN_STORE = {"sqlite3", "pymongo"}
LONGEST_MODULE = 300  # lines; the house's aim is about 250
LONGEST_FUNCTION = 60  # lines with the docstring; the house's aim is about 40


def modules(room: str) -> list[Path]:
    """Every module of a room."""
    return sorted((ROOT / room).rglob("*.py"))


def imports_of(path: Path) -> Iterator[str]:
    """The names of the modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import hides where an arrow points"
            assert node.module is not None
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def roots_of(path: Path) -> set[str]:
    """The top-level packages that a file imports."""
    return {name.partition(".")[0] for name in imports_of(path)}


@pytest.mark.parametrize("room", ROOMS)
def test_imports_point_down_only(room: str) -> None:
    not_below = set(ROOMS) - BELOW[room] - {room}
    wrong = {str(p.relative_to(ROOT)): roots_of(p) & not_below for p in modules(room)}
    assert not {path: names for path, names in wrong.items() if names}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_does_not_know_what_is_not_its_business(room: str) -> None:
    wrong = {str(p.relative_to(ROOT)): roots_of(p) & MUST_NOT_KNOW[room] for p in modules(room)}
    assert not {path: names for path, names in wrong.items() if names}


def test_only_the_stores_speak_to_a_database() -> None:
    outside = [p for p in modules("attendance") if "store" not in p.relative_to(ROOT).parts]
    wrong = {str(p.relative_to(ROOT)): roots_of(p) & ONLY_IN_STORE for p in outside}
    assert not {path: names for path, names in wrong.items() if names}


@pytest.mark.parametrize("room", ROOMS)
def test_no_module_imports_in_a_circle(room: str) -> None:
    names = {".".join(p.relative_to(ROOT).with_suffix("").parts): p for p in modules(room)}
    arrows = {
        name: {target for target in top_level_imports(path) if target in names} - {name}
        for name, path in names.items()
    }
    while arrows:
        leaves = {name for name, targets in arrows.items() if not targets}
        assert leaves, f"a circle among {sorted(arrows)}"
        arrows = {n: targets - leaves for n, targets in arrows.items() if n not in leaves}


def top_level_imports(path: Path) -> set[str]:
    """What a file imports, a name out of a module counted as the module too."""
    found = set(imports_of(path))
    return found | {name.rpartition(".")[0] for name in found}


@pytest.mark.parametrize("room", ROOMS)
def test_modules_and_functions_stay_small(room: str) -> None:
    too_long = []
    for path in modules(room):
        source = path.read_text(encoding="utf-8")
        if (lines := source.count("\n")) > LONGEST_MODULE:
            too_long.append(f"{path.relative_to(ROOT)}: {lines} lines")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    too_long.append(f"{path.relative_to(ROOT)}: {node.name}, {length} lines")
    assert not too_long


@pytest.mark.parametrize("room", ROOMS)
def test_every_module_says_what_it_is_for(room: str) -> None:
    silent = [str(p) for p in modules(room) if not ast.get_docstring(ast.parse(p.read_text("utf-8")))]
    assert not silent


@pytest.mark.parametrize("module", ["client", "client.flaskapp", "create_database", "attendance.register"])
def test_starting_loads_no_heavy_framework(module: str) -> None:
    program = (
        f"import sys, {module}; "
        "print([m for m in ('tensorflow', 'keras', 'keras_facenet', 'mtcnn') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout.strip() == "[]", done.stderr
