"""The settings choose the database."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from attendance.errors import StoreUnavailableError
from attendance.store.open_store import open_store
from tests.attendance.store.databases import NXServer

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("no_address", [None, ""])
def test_without_an_address_the_register_is_a_file_in_the_data_folder(
    tmp_path: Path, no_address: str | None
) -> None:
    with closing(open_store(tmp_path / "new" / "data", no_address)) as store:
        assert store.name == "sqlite"
    assert (tmp_path / "new" / "data" / "attendance.sqlite3").is_file()


def test_with_an_address_it_is_on_the_server(tmp_path: Path, nx_server: NXServer) -> None:
    with closing(open_store(tmp_path, nx_server.place().address)) as store:
        assert store.name == "mongodb"
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_is_away_is_never_replaced_by_a_file(tmp_path: Path) -> None:
    uri = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200"
    with pytest.raises(StoreUnavailableError, match=r"mongodb://127\.0\.0\.1:1"):
        open_store(tmp_path, uri)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.server
def test_without_an_address_pymongo_is_not_loaded(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from attendance.store.open_store import open_store;"
        "open_store(Path(sys.argv[1]), None).close(); sys.exit('pymongo' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, check=True, timeout=120)
