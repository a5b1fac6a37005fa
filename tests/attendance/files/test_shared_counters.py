"""Counters that processes share."""

from __future__ import annotations

import os
import random
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from attendance.files import shared_counters
from attendance.files.shared_counters import Part, SharedCounters


class Now:
    """A clock that stands."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def pair(tmp_path: Path, now: Now) -> tuple[SharedCounters, SharedCounters]:
    """Two processes would have one each."""
    path = tmp_path / "limits"
    return SharedCounters(path, now), SharedCounters(path, now)


def test_both_count_together(pair: tuple[SharedCounters, SharedCounters]) -> None:
    one, other = pair
    assert [one.add("a", 60, 1), other.add("a", 60, 2), one.add("b", 60, 1)] == [1, 3, 1]
    assert one.get("a") == other.get("a") == (3, 1060.0)
    other.clear("a")
    assert one.get("a") == (0, 1000.0)
    other.reset()
    assert one.get("b") == (0, 1000.0)


def test_a_counter_begins_anew_after_its_lifetime(
    pair: tuple[SharedCounters, SharedCounters], now: Now
) -> None:
    one, other = pair
    one.add("a", 60, 5)
    now.seconds += 59
    assert other.add("a", 60, 1) == 6
    now.seconds += 1
    assert other.get("a") == (0, 1060.0)
    assert other.add("a", 60, 1) == 1


def test_many_threads_lose_no_count(pair: tuple[SharedCounters, SharedCounters]) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: pair[number % 2].add("a", 60, 1), range(400)))
    assert pair[0].get("a")[0] == 400


def test_a_full_table_gives_the_place_of_what_expires_first(
    pair: tuple[SharedCounters, SharedCounters], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_counters, "SHORT", Part(0, 64, 3600.0))
    for number in range(1000):
        assert pair[0].add(f"key {number}", 60, 1) == 1
    assert pair[1].get("key 999")[0] == 1


def test_counters_for_months_and_for_a_minute_take_no_place_from_each_other(
    pair: tuple[SharedCounters, SharedCounters], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = pair
    monkeypatch.setattr(shared_counters, "SHORT", Part(0, 64, 3600.0))
    monkeypatch.setattr(shared_counters, "LONG", Part(64, 64, 366 * 86_400.0))
    one.add("a phone that succeeded", 120 * 86_400, 1)
    for number in range(1000):
        one.add(f"a try {number}", 60, 1)
    assert other.get("a phone that succeeded")[0] == 1
    one.reset()
    for number in range(1000):
        one.add(f"a phone {number}", 120 * 86_400, 1)
    for _ in range(3):
        one.add("a pause", 30, 1)
    assert other.get("a pause")[0] == 3


def test_a_flood_pushes_nothing_out(pair: tuple[SharedCounters, SharedCounters], now: Now) -> None:
    """As many keys as a server can count in a minute."""
    one, other = pair
    one.add("a pause", 30, 1)
    now.seconds += 1
    for number in range(30_000):
        one.add(f"a try {number}", 60, 1)
    assert other.get("a pause")[0] == 1


@pytest.mark.parametrize("lifetime", [30, 120 * 86_400])
def test_a_clock_that_is_set_back_makes_no_pause_longer(
    pair: tuple[SharedCounters, SharedCounters], now: Now, lifetime: float
) -> None:
    one, other = pair
    one.add("a", lifetime, 1)
    now.seconds -= 400 * 86_400
    assert other.get("a")[0] == 0
    assert other.add("a", lifetime, 1) == 1


def test_damaged_content_and_a_shortened_file_are_no_error(tmp_path: Path, now: Now) -> None:
    path = tmp_path / "limits"
    one = SharedCounters(path, now)
    size = path.stat().st_size
    for content in (random.Random(1).randbytes(size), b"\xff" * size, b"\x7f" * size, b""):
        path.write_bytes(content)
        for number in range(500):
            assert one.add(f"key {number} of {content[:1]!r}", 60, 1) == 1
            assert one.add(f"key {number} of {content[:1]!r}", 60, 1) == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_full_disk_is_an_error_and_not_the_end_of_the_process(now: Now, tmp_path: Path) -> None:
    one = SharedCounters(tmp_path / "limits", now)
    with Path("/dev/full").open("r+b", buffering=0) as full:
        os.dup2(full.fileno(), one._file)
        with pytest.raises(OSError, match="No space left"):
            one.add("a", 60, 1)


@pytest.mark.parametrize("content", [b"", b"junk", bytes(10**6)])
def test_a_file_of_another_size_is_begun_anew(tmp_path: Path, now: Now, content: bytes) -> None:
    path = tmp_path / "limits"
    path.write_bytes(content)
    assert SharedCounters(path, now).add("a", 60, 1) == 1


def test_a_file_that_is_cut_off_while_it_is_open_ends_no_process(
    tmp_path: Path, pair: tuple[SharedCounters, SharedCounters]
) -> None:
    pair[0].add("a", 60, 1)
    with (tmp_path / "limits").open("wb"):  # as cp does before it copies a backup over it
        assert pair[0].get("a") == (0, 1000.0)
        assert [pair[number % 2].add("a", 60, 1) for number in range(3)] == [1, 2, 3]


@pytest.mark.server
@pytest.mark.skipif(sys.platform != "linux", reason="other systems end the process")
def test_where_nothing_more_can_be_written_it_is_an_error(tmp_path: Path) -> None:
    script = (
        "import resource, signal, sys, time; from pathlib import Path\n"
        "from attendance.files.shared_counters import SharedCounters\n"
        "counters = SharedCounters(Path(sys.argv[1]), time.time)\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
        "try:\n    counters.add('a', 60, 1)\n"
        "except OSError:\n    print('an error')\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "limits")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("an error\n", 0), done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells no blocks")
def test_its_place_on_the_disk_is_taken_at_once(tmp_path: Path, now: Now) -> None:
    counters = SharedCounters(tmp_path / "limits", now)
    counters.reset()
    found = (tmp_path / "limits").stat()
    assert found.st_blocks * 512 >= found.st_size > 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_only_the_owner_reads_it(tmp_path: Path, now: Now) -> None:
    SharedCounters(tmp_path / "limits", now)
    assert stat.S_IMODE((tmp_path / "limits").stat().st_mode) == 0o600


def test_without_its_folder_it_is_an_error(tmp_path: Path, now: Now) -> None:
    with pytest.raises(OSError, match="No such file"):
        SharedCounters(tmp_path / "nowhere" / "limits", now)
