"""Explains import errors caused by missing system libraries."""

from __future__ import annotations

import re
import shutil

LIBRARY = re.compile(r"(lib[\w+-]+\.so[.\d]*)")
# System libraries that OpenCV and OpenVINO need, by package manager.
REMEDIES = {
    "apt-get": "sudo apt install libgl1 libglib2.0-0",
    "dnf": "sudo dnf install mesa-libGL glib2",
    "zypper": "sudo zypper install Mesa-libGL1 libglib-2_0-0",
    "pacman": "sudo pacman -S libglvnd glib2",
    "apk": "sudo apk add mesa-gl glib",
}


def missing_library(error: ImportError) -> str | None:
    """A message with the command that installs the missing library, or None for other import errors."""
    found = LIBRARY.search(str(error))
    if found is None:
        return None
    remedy = next((line for manager, line in REMEDIES.items() if shutil.which(manager)), None)
    if remedy is None:
        return (
            f"The system library {found[1]} is missing. Install the package that contains it and start again."
        )
    return f"The system library {found[1]} is missing. Install it: {remedy}"
