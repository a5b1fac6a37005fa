"""What mypy found out goes from one checkout to the next."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.kept_types import FOLDER, bring, keep, kept_folder


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's cache, in which nothing is kept."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def checkout(folder: Path, results: str | None = None) -> Path:
    """A checkout, perhaps with results of mypy."""
    folder.mkdir()
    if results is not None:
        (folder / FOLDER).mkdir()
        (folder / FOLDER / "cache.db").write_text(results)
    return folder


def results_in(folder: Path) -> str:
    return (folder / FOLDER / "cache.db").read_text()


def test_a_fresh_checkout_gets_the_results_that_were_kept_last(tmp_path: Path) -> None:
    for name in ("first", "second"):
        keep(checkout(tmp_path / name, name))
    fresh = checkout(tmp_path / "fresh")
    assert bring(fresh)
    assert results_in(fresh) == "second"
    assert [path.name for path in kept_folder().parent.iterdir()] == ["mypy"]


def test_results_of_its_own_stay(tmp_path: Path) -> None:
    keep(checkout(tmp_path / "first", "first"))
    used = checkout(tmp_path / "used", "its own")
    assert not bring(used)
    assert results_in(used) == "its own"


def test_without_kept_results_it_begins_without(tmp_path: Path) -> None:
    fresh = checkout(tmp_path / "fresh")
    assert bring(fresh)
    keep(fresh)
    assert not (fresh / FOLDER).exists()
    assert not kept_folder().exists()


def test_a_cache_that_cannot_be_written_is_no_failure(tmp_path: Path, cache: Path) -> None:
    cache.write_text("a file, where the folder would be")
    keep(checkout(tmp_path / "first", "first"))
    assert bring(checkout(tmp_path / "fresh"))
