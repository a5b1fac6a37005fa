"""What the terminal says about the register itself when the server starts."""

from __future__ import annotations

from attendance.console.screen import Screen
from attendance.register import Register


def tell_about_older_register(register: Register, screen: Screen) -> None:
    """Print that an old file was put in the place of the register, and what to do, where that is so."""
    if (warning := register.anchors.warning) is not None:
        screen.problem(f"{warning} {register.anchors.remedy}")
