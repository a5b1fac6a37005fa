"""Imports point down only, between packages and inside them, and the web app starts without TensorFlow."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Container, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("face_detection", "face_matching", "attendance", "client", "create_database")
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
COMPOSITION_POINTS = {
    "face_detection/pad_kit/__main__.py": "the kit's command",
    "face_detection/pad_kit/server_check.py": "hands the kit the server's own rule, which it measures",
}
"""Programs that put packages together, and may import what is above them."""
ONLY_IN_STORE = {"sqlite3", "pymongo"}
MOST_MODULES = 15  # side by side in a folder; the house's aim is about 15
LONGEST_MODULE = 250  # lines; the house's aim is about 250
LONGEST_FUNCTION = 60  # lines with the docstring; the house's aim is about 40

# The floors inside each package, lowest first. A folder or module imports lower floors and itself, never its
# own floor or a higher one. A module belongs to the closest folder above it that is listed.
FLOORS: dict[str, tuple[tuple[str, ...], ...]] = {
    "face_detection": (
        ("face_detection.problems",),
        ("face_detection.errors", "face_detection.values"),
        (
            "face_detection.batching",
            "face_detection.decoding",
            "face_detection.image_preprocess",
            "face_detection.runtime",
        ),
        (
            "face_detection.image_embedding",
            "face_detection.mtcnn",
            "face_detection.photo",
            "face_detection.quality_measures",
        ),
        (
            "face_detection.dlib",
            "face_detection.face_crop",
            "face_detection.facenet",
            "face_detection.haar",
            "face_detection.picture_hash",
            "face_detection.quality",
            "face_detection.retail",
            "face_detection.video",
        ),
        ("face_detection.engines", "face_detection.face_detect", "face_detection.face_detect_video"),
        ("face_detection.search",),
        ("face_detection.aligning", "face_detection.classroom_photo", "face_detection.liveness"),
        ("face_detection.pipeline",),
        ("face_detection.pad_kit",),
    ),
    "face_matching": (
        ("face_matching",),
        ("face_matching.evaluation",),
    ),
    "attendance": (
        ("attendance.processes",),
        (
            "attendance.clock",
            "attendance.console",
            "attendance.errors",
            "attendance.files",
            "attendance.measures",
            "attendance.missing_libraries",
            "attendance.program",
            "attendance.sentences",
        ),
        ("attendance.clock_watch", "attendance.daily_turn", "attendance.values"),
        ("attendance.audit.chain",),
        ("attendance.settings", "attendance.store"),
        ("attendance.sealing",),
        ("attendance.classroom.jobs",),
        (
            "attendance.accounts",
            "attendance.audit",
            "attendance.classes",
            "attendance.feed",
            "attendance.people",
            "attendance.recognition",
        ),
        ("attendance.alarms", "attendance.liveness", "attendance.lists"),
        (
            "attendance.marks",
            "attendance.enrolment",
            "attendance.classroom.faces",
            "attendance.reports.content",
        ),
        ("attendance.presence",),
        (
            "attendance.aligning",
            "attendance.classroom",
            "attendance.imports",
            "attendance.live",
            "attendance.notices",
            "attendance.reports.daily",
            "attendance.reports.excel",
        ),
        ("attendance.cameras", "attendance.evaluation", "attendance.reports.export"),
        ("attendance.reports",),
        ("attendance.backup", "attendance.housekeeping"),
        ("attendance.privacy",),
        ("attendance.register_parts",),
        ("attendance.register",),
        ("attendance.open_register", "attendance.trial"),
        ("attendance.doctor",),
        ("attendance.doctor.examinations",),
    ),
    "client": (
        ("client.errors",),
        ("client.problems",),
        ("client.serving",),
        ("client.web",),
        ("client.access", "client.phone", "client.monitoring"),
        ("client.projector", "client.teacher", "client.software.protocol", "client.error_pages"),
        (
            "client.teacher.board",
            "client.teacher.courses",
            "client.teacher.evaluation",
            "client.teacher.notices",
            "client.teacher.reports",
            "client.teacher.sessions",
            "client.teacher.students",
            "client.teacher.tokens",
            "client.software.api",
            "client.software.live",
        ),
        (
            "client.teacher.accounts",
            "client.teacher.classroom",
            "client.teacher.home",
            "client.teacher.realtime",
            "client.teacher.reviews",
            "client.software.legacy",
        ),
        ("client.software",),
        ("client.blueprints",),
        ("client.app_setup",),
        ("client.flaskapp",),
        ("client.startup",),
        ("client.__main__",),
    ),
    "create_database": (
        ("create_database",),
        ("create_database.commands",),
    ),
}

# Imports inside functions: what most starts do not need, with the processor time that leaving it out saves
# (measured in a process that had loaded the web app, or the command line for ``create_database``).
LATE_IMPORTS = {
    ("face_detection.facenet.convert", "h5py"): "40 ms; once, in a process of its own",
    ("face_detection.facenet.convert", "keras_facenet.inception_resnet_v1"): "6 s; once, the same",
    ("face_detection.facenet.convert", "tensorflow"): "6 s; once, the same",
    ("face_detection.facenet.convert", "openvino.tools.ovc"): "180 ms; once, the same",
    ("face_detection.decoding.expansion", "pillow_heif"): "14 ms and libheif; for HEIC photos",
    ("face_detection.decoding.child", "resource"): "does not exist on Windows",
    ("face_detection.decoding.decoder_process", "fcntl"): "the same",
    ("face_detection.runtime.openvino_core", "openvino"): "180 ms; loaded beside the first answer",
    ("face_detection.video.track_assignment", "scipy.optimize"): "700 ms; where faces are close together",
    (
        "attendance.reports.excel.workbook",
        "attendance.reports.excel.student_workbook",
    ): "50 ms; for Excel files",
    ("attendance.reports.excel.workbook", "attendance.reports.excel.session_workbook"): "50 ms; the same",
    ("attendance.reports.excel.workbook", "attendance.reports.excel.course_workbook"): "50 ms; the same",
    ("attendance.lists.excel_table", "openpyxl"): "70 ms; for lists in Excel files",
    ("attendance.accounts.second_factors", "attendance.accounts"): "20 ms; for logins with a second factor",
    ("face_matching.evaluation.ten_fold", "scipy.special"): "300 ms; for lists of pairs",
    ("face_matching.assignment", "scipy.optimize"): "700 ms; where two faces resemble one student",
    ("face_matching.matchers.svm_training", "sklearn.calibration"): "2 s; only for train-classifier",
    ("face_matching.matchers.svm_training", "sklearn.model_selection"): "the same",
    ("face_matching.matchers.svm_training", "sklearn.svm"): "the same",
    ("attendance.console.progress_bars", "attendance.console.rich_output"): "70 ms; on a terminal",
    ("attendance.console.screen", "attendance.console.rich_output"): "70 ms; on a terminal",
    ("attendance.console.screen", "ctypes"): "for Windows only",
    ("attendance.settings.mail_settings", "babel"): "30 ms; where a language is set",
    ("attendance.store.open_store", "attendance.store.mongo.store"): "220 ms; for MongoDB",
    ("attendance.store.open_store", "attendance.store.mongo.sealing.student_keys"): "the same",
    (
        "attendance.sealing.places.keyring_backend",
        "keyring",
    ): "0.1 s; for new sites and keys in a keyring",
    ("attendance.sealing.places.keyring_backend", "keyring.backends.chainer"): "the same",
    ("attendance.sealing.places.keyring_backend", "secretstorage"): "is there on Linux only",
    ("attendance.store.open_store", "attendance.store.mongo.limit_counters"): "the same",
    ("attendance.store.whole_register", "attendance.store.mongo.copying.whole_copies"): "the same",
    ("attendance.store.record_files", "attendance.store.mongo.copying.portable_documents"): "the same",
    ("client.__main__", "client.startup.command_line"): "1 s, in which Ctrl-C may come",
    ("client.startup.command_line", "client.startup.launch"): "1.7 s; --help and --version answer at once",
    ("client.monitoring.metrics_page", "client.monitoring.metrics"): "60 ms; where metrics are on",
    ("client.serving.server", "resource"): "does not exist on Windows",
    ("client.software.lazy_api_app", "client.software.api_app"): "700 ms; at the first call",
    ("client.software.live.sockets", "client.software.live.connection"): "200 ms; at the first socket",
    ("client.software.live.sockets", "client.software.live.handshake"): "200 ms; the same",
    ("client.startup.certificate", "client.serving"): "60 ms; for --tls",
    ("client.startup.certificate", "client.serving.certificates"): "the same",
    ("client.serving.tunnel.tunnel_switch", "client.serving.tunnel.tunnel"): "40 ms; for --public",
    ("client.web.visitors.device_keys", "client.web.visitors.p256"): "50 ms; for photos that are signed",
    ("create_database.__main__", "create_database.cli"): "0.3 s, in which Ctrl-C may come",
    ("create_database.context", "attendance.open_register"): "1 s; --help answers at once",
    ("create_database.context", "attendance.trial"): "the same",
    ("create_database.context", "attendance.settings.settings"): "240 ms; the same",
    ("create_database.context", "attendance.settings.misspelt"): "which imports it",
}


def modules(package: str) -> list[Path]:
    """Every module of a package."""
    return sorted((ROOT / package).rglob("*.py"))


@cache
def parsed(path: Path) -> ast.Module:
    """The tree of a file, read once for all tests."""
    return ast.parse(path.read_text(encoding="utf-8"))


def statements_in(node: ast.AST) -> Iterator[ast.AST]:
    """What is inside a module or statement, at any depth, without expressions, which contain no statement."""
    waiting = [node]
    while waiting:
        for inner in ast.iter_child_nodes(waiting.pop()):
            if not isinstance(inner, ast.expr):
                waiting.append(inner)
                yield inner


@cache
def statements_of(path: Path) -> tuple[ast.AST, ...]:
    """The statements of a file, looked for once for all tests."""
    return tuple(statements_in(parsed(path)))


def imports_of(path: Path) -> Iterator[str]:
    """The names of the modules that a file imports, wherever in it."""
    for node in statements_of(path):
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


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_point_down_only(package: str) -> None:
    not_below = set(PACKAGES) - BELOW[package] - {package}
    wrong = {str(p.relative_to(ROOT)): roots_of(p) & not_below for p in modules(package)}
    assert not {path: names for path, names in wrong.items() if names and path not in COMPOSITION_POINTS}


def test_nobody_imports_a_program_that_puts_packages_together() -> None:
    programs = {path.removesuffix(".py").replace("/", ".") for path in COMPOSITION_POINTS}
    others = {str(p.relative_to(ROOT)): p for package in PACKAGES for p in modules(package)}
    importers = {name: programs & set(imports_of(path)) for name, path in others.items()}
    assert not {name: found for name, found in importers.items() if found and name not in COMPOSITION_POINTS}


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_does_not_know_what_is_not_its_business(package: str) -> None:
    wrong = {str(p.relative_to(ROOT)): roots_of(p) & MUST_NOT_KNOW[package] for p in modules(package)}
    assert not {path: names for path, names in wrong.items() if names}


def test_only_the_stores_speak_to_a_database() -> None:
    outside = [p for p in modules("attendance") if "store" not in p.relative_to(ROOT).parts]
    wrong = {str(p.relative_to(ROOT)): roots_of(p) & ONLY_IN_STORE for p in outside}
    assert not {path: names for path, names in wrong.items() if names}


@pytest.mark.parametrize("package", PACKAGES)
def test_folders_import_lower_floors_only(package: str) -> None:
    floor_of = {unit: number for number, floor in enumerate(FLOORS[package]) for unit in floor}
    names = module_names(package)
    wrong = []
    for name, path in names.items():
        for target in module_imports(path, names):
            here, there = unit_of(name, floor_of), unit_of(target, floor_of)
            if here != there and floor_of.get(there or "", 99) >= floor_of.get(here or "", -1):
                wrong.append(f"{name} imports {target}, which is not on a lower floor")
    assert not wrong


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_has_a_floor(package: str) -> None:
    units = {unit for floor in FLOORS[package] for unit in floor}
    assert not [name for name in module_names(package) if unit_of(name, units) is None]
    assert not [
        unit for unit in units if not (ROOT / unit.replace(".", "/")).is_dir() and not module(unit).is_file()
    ]


@pytest.mark.parametrize("package", PACKAGES)
def test_no_module_imports_in_a_circle(package: str) -> None:
    names = module_names(package)
    arrows = {name: module_imports(path, names) - {name} for name, path in names.items()}
    while arrows:
        leaves = {name for name, targets in arrows.items() if not targets}
        assert leaves, f"a circle among {sorted(arrows)}"
        arrows = {n: targets - leaves for n, targets in arrows.items() if n not in leaves}


def test_imports_inside_functions_are_the_measured_ones() -> None:
    inside = {
        (".".join(path.relative_to(ROOT).with_suffix("").parts), name)
        for package in PACKAGES
        for path in modules(package)
        for name in imports_inside_functions(path)
    }
    assert inside == set(LATE_IMPORTS)


@pytest.mark.parametrize("package", [*PACKAGES, "benchmarks"])
def test_folders_stay_small_and_say_what_belongs_there(package: str) -> None:
    for folder in {path.parent for path in modules(package)}:
        side_by_side = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
        assert len(side_by_side) <= MOST_MODULES, f"{folder.relative_to(ROOT)}: {len(side_by_side)} modules"
        assert ast.get_docstring(parsed(folder / "__init__.py")), folder


def test_each_class_has_its_name_for_itself() -> None:
    places: dict[str, list[str]] = {}
    for package in (*PACKAGES, "benchmarks", "tools"):
        for path in modules(package):
            for node in statements_of(path):
                if isinstance(node, ast.ClassDef):
                    places.setdefault(node.name, []).append(str(path.relative_to(ROOT)))
    assert not {name: paths for name, paths in places.items() if len(paths) > 1}


def module_names(package: str) -> dict[str, Path]:
    """The modules of a package by their dotted names, without the ``__init__`` of folders."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): path
        for path in modules(package)
        if path.name != "__init__.py"
    }


def module(name: str) -> Path:
    """The file of a module."""
    return ROOT / f"{name.replace('.', '/')}.py"


def unit_of(name: str, units: Container[str]) -> str | None:
    """The folder or module in the table of floors that a module belongs to: the closest above it."""
    parts = name.split(".")
    above = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((unit for unit in above if unit in units), None)


def module_imports(path: Path, names: Container[str]) -> set[str]:
    """The modules among ``names`` that a file imports; ``from a import b`` means ``a.b`` if that is one."""
    found = set()
    for node in statements_of(path):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name for name in inner if name in names} or {node.module or ""}
    return {name for name in found if name in names}


def imports_inside_functions(path: Path) -> set[str]:
    """The modules that functions of a file import."""
    functions = (
        node for node in statements_of(path) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    statements = [inner for function in functions for inner in statements_in(function)]
    return {
        *(node.module or "" for node in statements if isinstance(node, ast.ImportFrom)),
        *(alias.name for node in statements if isinstance(node, ast.Import) for alias in node.names),
    }


@pytest.mark.parametrize("package", PACKAGES)
def test_modules_and_functions_stay_small(package: str) -> None:
    too_long = []
    for path in modules(package):
        if (lines := path.read_text(encoding="utf-8").count("\n")) > LONGEST_MODULE:
            too_long.append(f"{path.relative_to(ROOT)}: {lines} lines")
        for node in statements_of(path):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    too_long.append(f"{path.relative_to(ROOT)}: {node.name}, {length} lines")
    assert not too_long


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_says_what_it_is_for(package: str) -> None:
    silent = [str(p) for p in modules(package) if not ast.get_docstring(parsed(p))]
    assert not silent


@pytest.mark.server
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
