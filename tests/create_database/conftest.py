"""Fixtures of the command line's tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.create_database.admin import Admin


@pytest.fixture
def admin(tmp_path: Path) -> Admin:
    """An admin of a register that nobody is enrolled in."""
    return Admin(tmp_path)


@pytest.fixture
def admin_of_two(admin: Admin) -> Admin:
    """An admin of a register with Eileen Collins (17) and Grace Hopper (18)."""
    admin.enrols_two()
    return admin
