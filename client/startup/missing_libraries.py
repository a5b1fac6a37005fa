"""Says what is missing on this machine, where a package fails for want of a system library."""

from __future__ import annotations

import re
import shutil

LIBRARY = re.compile(r"(lib[\w+-]+\.so[.\d]*)")
# What OpenCV and OpenVINO need beyond their wheels, by package manager.
REMEDIES = {
    "apt-get": "sudo apt install libgl1 libglib2.0-0",
    "dnf": "sudo dnf install mesa-libGL glib2",
    "zypper": "sudo zypper install Mesa-libGL1 libglib-2_0-0",
    "pacman": "sudo pacman -S libglvnd glib2",
    "apk": "sudo apk add mesa-gl glib",
}


def missing_library(error: ImportError) -> str | None:
    """A sentence with the line that installs the library that an import missed, or None if that is not it."""
    found = LIBRARY.search(str(error))
    if found is None:
        return None
    remedy = next((line for manager, line in REMEDIES.items() if shutil.which(manager)), None)
    if remedy is None:
        return (
            f"The system library {found[1]} is missing. Install the package that contains it and start again."
        )
    return f"The system library {found[1]} is missing. This installs it: {remedy}"
