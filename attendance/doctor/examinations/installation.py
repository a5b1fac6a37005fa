"""The installation: Python, the packages, and whether the libraries can be loaded."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path

from attendance import __version__
from attendance.doctor.examined_site import ExaminedSite
from attendance.doctor.findings import SiteFinding, note, ok, problem
from attendance.doctor.pins import entries_of, fixed_versions
from attendance.missing_libraries import missing_library
from attendance.program import SERVER, checkout, repair
from attendance.sentences import said
from attendance.sentences import sentence as _l
from face_detection.runtime.libraries import NEEDED

_REQUIREMENTS = "requirements.txt"
_SECONDS = 60.0  # to load all libraries, from a cold disk of a busy laptop
# A library that ends its process, as one for another processor does, must not end this one.
_LOADING = """
import importlib, json, sys
for name in sys.argv[1:]:
    print(name, end=" ", flush=True)
    try:
        importlib.import_module(name)
    except Exception as error:
        print(json.dumps(f"{error}"), flush=True)
    else:
        print(json.dumps(None), flush=True)
"""


def examine(site: ExaminedSite | None) -> Iterator[SiteFinding]:
    """Python's version, packages that are missing or not the tested ones, libraries that don't load.

    Args:
        site: None where so much is broken that no site can be opened.
    """
    yield ok(
        _l(
            "Version %(version)s with Python %(python)s on %(system)s.",
            version=__version__,
            python=platform.python_version(),
            system=platform.platform(terse=True),
        )
    )
    root = checkout()
    yield from packages(fixed_versions(_requirements(root)))
    if site is None or not site.is_server:  # which has loaded them
        yield from libraries(NEEDED)


def packages(wanted: dict[str, str]) -> Iterator[SiteFinding]:
    """Compare the installed packages with those that were tested."""
    missing, others = [], []
    for name, version in wanted.items():
        try:
            installed = metadata.version(name)
        except metadata.PackageNotFoundError:
            missing.append(name)
        else:
            if installed != version:
                others.append(f"{name} {installed} ({version})")
    if missing:
        yield problem(_l("Packages are missing: %(names)s.", names=", ".join(missing)), said(repair()))
    if others:
        yield note(
            _l(
                "Some packages don't have the tested version, which is in brackets: %(names)s.",
                names=", ".join(others),
            ),
            said(repair()),
        )
    if wanted and not missing and not others:
        yield ok(_l("All packages have the tested versions."))


def libraries(names: Sequence[str], seconds: float = _SECONDS) -> Iterator[SiteFinding]:
    """Load libraries in a process of its own."""
    try:
        done = subprocess.run(  # noqa: S603 - this Python
            [sys.executable, "-c", _LOADING, *names],
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        yield note(
            _l("The libraries weren't loaded within %(seconds)s s.", seconds=f"{seconds:g}"),
            _l("Try again when the computer is less busy."),
        )
        return
    loaded = 0
    for line in done.stdout.splitlines():
        name, _, answer = line.partition(" ")
        if not answer:  # it ended the process
            yield problem(
                _l(
                    "Loading %(name)s ends the program (status %(status)s).",
                    name=name,
                    status=done.returncode,
                ),
                said(repair()),
            )
        elif (error := json.loads(answer)) is not None:
            yield problem(
                _l("The library %(name)s can't be loaded: %(error)s.", name=name, error=error),
                said(missing_library(ImportError(error)) or repair()),
            )
        else:
            loaded += 1
    if loaded == len(names):
        yield ok(_l("All libraries can be loaded."))


def _requirements(root: Path | None) -> Sequence[str]:
    """The entries that name the packages; of an installed package without them none."""
    try:
        if root is None:
            return [each.replace(" ", "") for each in metadata.requires(SERVER) or ()]
        return list(entries_of((root / _REQUIREMENTS).read_text("utf-8")))
    except (OSError, metadata.PackageNotFoundError):
        return []
