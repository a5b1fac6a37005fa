"""The Python packages of the bill: pinned version and hashes, and the licence that the package states."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from typing import Any

from attendance.doctor.pins import Pin

# Packages for other systems aren't installed here; their licences were read on their pages in November 2026.
ELSEWHERE = {
    "pywin32-ctypes": "BSD-3-Clause",
    "tensorflow": "Apache-2.0",
    "tensorflow-cpu": "Apache-2.0",
    "tzdata": "Apache-2.0",
}
IN_A_FILE = {"namex": "Apache-2.0"}  # these state their licence in a file alone
_CLASSIFIER = "License :: OSI Approved :: "
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_LONGEST_NAME = 60  # characters of a licence's name; what is longer is the licence's text


def component(pin: Pin) -> dict[str, Any]:
    """A package as a component of CycloneDX.

    Args:
        pin: the package.
    """
    marker = [{"name": "face-attendance:marker", "value": pin.marker}] if pin.marker else []
    return {
        "type": "library",
        "bom-ref": reference(pin),
        "name": pin.name,
        "version": pin.version,
        "purl": f"pkg:pypi/{pin.name}@{pin.version}",
        "licenses": licences(pin.name),
        "hashes": [{"alg": "SHA-256", "content": each} for each in pin.hashes],
        **({"properties": marker} if marker else {}),
    }


def reference(pin: Pin) -> str:
    """What other parts of the bill call a package."""
    return f"pkg:pypi/{pin.name}@{pin.version}"


def licences(name: str) -> list[dict[str, Any]]:
    """A package's licences as CycloneDX has them: one expression, or names.

    Args:
        name: of the package.
    """
    about = _about(name)
    expression = about.get("License-Expression") if about else ELSEWHERE.get(name)
    expression = expression or IN_A_FILE.get(name)
    if expression:
        return [{"expression": expression}]
    if about is None:
        return [{"license": {"name": "unknown"}}]
    named = [
        line.removeprefix(_CLASSIFIER)
        for line in about.get_all("Classifier") or ()
        if line.startswith(_CLASSIFIER)
    ]
    if not named:
        first = (about.get("License") or "").strip().splitlines()[:1]
        named = [line for line in first if len(line) <= _LONGEST_NAME]
    return [{"license": {"name": each}} for each in named or ["unknown"]]


def needed_by(pin: Pin, others: Iterable[Pin]) -> list[str]:
    """What a package asks for, as far as it is in the bill; empty where the package isn't installed here.

    Args:
        pin: the package.
        others: all packages of the bill.
    """
    about = _about(pin.name)
    asked = {
        _normal(found[0])
        for line in (about.get_all("Requires-Dist") or () if about else ())
        if "extra ==" not in line and (found := _NAME.match(line))
    }
    return sorted(reference(each) for each in others if each.name in asked)


@cache
def _about(name: str) -> Any:
    """The metadata of an installed package; None where it isn't installed."""
    try:
        return metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
