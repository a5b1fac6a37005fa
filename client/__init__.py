"""The web app for students, teachers and other software, and the server that runs it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from client.flaskapp import create_app

__all__ = ["__version__", "create_app"]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Load the app on first access, so that ``import client`` is fast."""
    if name == "create_app":
        return import_module("client.flaskapp").create_app
    raise AttributeError(f"module 'client' has no attribute {name!r}")
