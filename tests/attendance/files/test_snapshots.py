"""Snapshots are files of their own that only their owner may read."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from attendance.files.snapshots import Snapshots


@pytest.fixture
def snapshots(tmp_path: Path) -> Snapshots:
    return Snapshots(tmp_path / "Images")


def test_a_picture_is_found_by_its_name(snapshots: Snapshots) -> None:
    name = snapshots.save("grant:digest", b"picture")
    assert snapshots.path(name).read_bytes() == b"picture"
    assert snapshots.names() == [name]


def test_two_reviews_never_share_a_file_and_one_never_has_two(snapshots: Snapshots) -> None:
    assert snapshots.save("a", b"1") == snapshots.save("a", b"1")
    assert snapshots.save("a", b"1") != snapshots.save("b", b"1")
    assert len(snapshots.names()) == 2


def test_a_deleted_picture_is_gone_and_may_be_deleted_again(snapshots: Snapshots) -> None:
    name = snapshots.save("a", b"1")
    snapshots.delete(name)
    snapshots.delete(name)
    assert snapshots.names() == []


@pytest.mark.parametrize(
    "name", ["../attendance.sqlite3", "", "a.jpg", "A" * 40 + ".jpg", "0" * 40 + ".jpg/x"]
)
def test_no_other_file_can_be_named(snapshots: Snapshots, name: str) -> None:
    with pytest.raises(ValueError, match="not a valid name of a snapshot"):
        snapshots.path(name)


@pytest.mark.parametrize("name", ["../attendance.sqlite3", "", "a.jpg"])
def test_an_odd_name_in_a_register_has_no_picture_and_deletes_nothing(
    snapshots: Snapshots, tmp_path: Path, name: str
) -> None:
    snapshots.save("a", b"1")
    before = sorted(tmp_path.rglob("*"))
    assert snapshots.find(name) is None
    snapshots.delete(name)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps no such permissions")
def test_only_the_owner_may_read_it(snapshots: Snapshots) -> None:
    assert snapshots.path(snapshots.save("a", b"1")).stat().st_mode & 0o777 == 0o600


def test_those_saved_before_a_moment_are_told(snapshots: Snapshots) -> None:
    name = snapshots.save("a", b"1")
    now = datetime.now(UTC)
    assert snapshots.saved_before(now + timedelta(minutes=1)) == [name]
    assert snapshots.saved_before(now - timedelta(minutes=1)) == []


def test_other_files_in_the_folder_are_left_alone(snapshots: Snapshots) -> None:
    name = snapshots.save("a", b"1")
    (snapshots.path(name).parent / ".gitkeep").touch()
    assert snapshots.names() == [name]


def test_without_the_folder_there_are_none(snapshots: Snapshots) -> None:
    assert snapshots.names() == []
