"""What to do about a package whose files are missing or damaged."""

from __future__ import annotations

import os
import shlex
import sys


def reinstall(package: str) -> str:
    """The sentence on how to reinstall a package, with the pip of this Python.

    Args:
        package: as pip knows it, with a version if not every one will do.
    """
    return f"Reinstall it: {install_command(package)}"


def install_command(package: str) -> str:
    """The command that installs a package in place of what is there, without what it asks for.

    Args:
        package: as pip knows it, with a version if not every one will do.
    """
    python = f'"{sys.executable}"' if os.name == "nt" else shlex.quote(sys.executable)
    return f"{python} -m pip install --force-reinstall --no-deps {package}"
