"""Fixtures of the register's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from attendance.store.protocol import Store
from tests.attendance.frozen_clock import FrozenClock
from tests.attendance.new_store import new_store
from tests.attendance.site import Site, enrol_two, open_site


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A database without anything around it."""
    opened = new_store(tmp_path / "attendance.sqlite3")
    yield opened
    opened.close()


@pytest.fixture
def clock() -> FrozenClock:
    """A clock that tests move."""
    return FrozenClock()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A register that nobody is enrolled in."""
    opened = open_site(tmp_path)
    yield opened
    opened.store.close()


@pytest.fixture
def class_of_two(site: Site) -> Site:
    """A register with Eileen Collins (1) and Grace Hopper (2)."""
    enrol_two(site)
    return site
