"""A small checkout for each test."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.tools.small_checkout import SmallCheckout


@pytest.fixture
def fresh(tmp_path: Path) -> SmallCheckout:
    """A checkout that was never started."""
    root = tmp_path / "a checkout"
    root.mkdir()
    return SmallCheckout(root)


@pytest.fixture(scope="session")
def started_once(tmp_path_factory: pytest.TempPathFactory) -> SmallCheckout:
    """A checkout that was started; tests get a copy of it."""
    checkout = SmallCheckout(tmp_path_factory.mktemp("started"))
    checkout.starts()
    return checkout


@pytest.fixture
def started(fresh: SmallCheckout, started_once: SmallCheckout) -> SmallCheckout:
    """A checkout that was started once."""
    shutil.copytree(started_once.venv, fresh.venv, symlinks=True)
    script = fresh.venv / "bin" / "thing-version"
    script.write_text(script.read_text().replace(os.fspath(started_once.root), os.fspath(fresh.root)))
    return fresh
