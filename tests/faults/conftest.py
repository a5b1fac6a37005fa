"""The site of the web app's tests, in mid-class."""

from __future__ import annotations

from tests.client.conftest import (
    admin,
    app,
    client,
    clock,
    engines,
    phone,
    register,
    settings,
    sign_in,
    store,
    teacher,
)

__all__ = (
    "admin",
    "app",
    "client",
    "clock",
    "engines",
    "phone",
    "register",
    "settings",
    "sign_in",
    "store",
    "teacher",
)
