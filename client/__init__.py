"""The web app: the phone page, its routes, the server and the tunnel."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from client.flaskapp import create_app

__all__ = ["create_app"]


def __getattr__(name: str) -> Any:
    """Load the app only when it is asked for, so that ``import client`` stays cheap."""
    if name == "create_app":
        return import_module("client.flaskapp").create_app
    raise AttributeError(f"module 'client' has no attribute {name!r}")
