"""By which time people's data may be erased, though the clock may be wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from attendance.privacy import confirmed_time
from attendance.privacy.confirmed_time import FILE_NAME, ConfirmedTime
from tests.attendance.frozen_clock import FrozenClock

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


class Times:
    """What counts when time really passes.

    Args:
        folder: the data folder.
    """

    def __init__(self, folder: Path) -> None:
        self.clock = FrozenClock(NOON)
        self.times = ConfirmedTime(folder, self.clock)

    def at(self, moment: datetime) -> datetime | None:
        self.clock.moment = moment
        return self.times.at(moment)

    def set_wrong(self, ahead: timedelta) -> datetime | None:
        self.clock.set_wrong(days=ahead.days)
        return self.times.at(self.clock.now())


def test_a_time_counts_a_day_later(tmp_path: Path) -> None:
    times = Times(tmp_path)
    assert times.at(NOON) is None
    assert times.at(NOON + DAY - HOUR) is None
    assert times.at(NOON + DAY) == NOON
    assert times.at(NOON + DAY + HOUR) == NOON
    assert times.at(NOON + 2 * DAY) == NOON + DAY


def test_it_is_remembered_across_restarts(tmp_path: Path) -> None:
    Times(tmp_path).at(NOON)
    assert Times(tmp_path).at(NOON + 3 * DAY) == NOON


@pytest.mark.parametrize("ahead", [DAY, 4000 * DAY])
def test_a_clock_that_was_ahead_for_less_than_a_day_confirms_nothing(
    tmp_path: Path, ahead: timedelta
) -> None:
    times = Times(tmp_path)
    times.at(NOON)
    for hours in range(0, 23, 2):
        assert times.at(NOON + ahead + hours * HOUR) == NOON
    assert times.at(NOON + HOUR) == NOON
    assert times.at(NOON + 2 * DAY) == NOON + HOUR


def test_a_clock_that_is_set_ahead_again_and_again_confirms_nothing(tmp_path: Path) -> None:
    times = Times(tmp_path)
    times.at(NOON)
    for _ in range(4):
        assert times.set_wrong(400 * DAY) is None
        times.times = ConfirmedTime(tmp_path, times.clock)  # another command
    assert times.set_wrong(-1600 * DAY) is None
    assert times.at(NOON + DAY) == NOON


def test_after_a_new_start_of_the_computer_its_clock_is_all_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Times(tmp_path).at(NOON)
    monkeypatch.setattr(confirmed_time, "_BOOT_ID", tmp_path / "none")
    again = Times(tmp_path)
    assert again.set_wrong(DAY) == NOON
    assert again.set_wrong(DAY) == NOON, "by the same program it isn't"


def test_a_clock_that_is_corrected_a_little_each_day_delays_nothing(tmp_path: Path) -> None:
    times = Times(tmp_path)
    times.at(NOON)
    times.clock.set_wrong(minutes=30)
    assert times.at(NOON + DAY) == NOON


def test_a_confirmed_time_of_a_wrong_clock_is_taken_back(tmp_path: Path) -> None:
    times = Times(tmp_path)
    times.at(NOON + 400 * DAY)
    assert times.at(NOON + 402 * DAY) == NOON + 400 * DAY
    assert times.at(NOON) == NOON


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"since": "x", "confirmed": 1}', b"\xff"])
def test_a_damaged_file_begins_again(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    assert Times(tmp_path).at(NOON) is None


def test_a_folder_that_can_not_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        Times(tmp_path / "file").at(NOON)
