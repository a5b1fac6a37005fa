"""A code is valid in its window and the next one, even after a change of the interval."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.classes.entering.rotating_code import SKEW, CodeCheck, check, code, window_at, window_begins

SECRET, OTHER = "ab" * 32, "cd" * 32
NOW = datetime(2026, 11, 23, 9, 0, 7, tzinfo=UTC)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
intervals = st.integers(5, 300)
milliseconds = st.integers(0, 3_600_000).map(lambda count: timedelta(milliseconds=count))


def shown_at(moment: datetime, interval: int, secret: str = SECRET) -> str:
    """What the projector page shows."""
    return code(secret, window_at(moment, interval), interval)


@given(moments, intervals, milliseconds)
def test_it_counts_in_its_window_and_the_one_after_and_then_never_again(
    shown: datetime, interval: int, later: timedelta
) -> None:
    ends = window_begins(window_at(shown, interval) + 2, interval)
    verdict = check(SECRET, shown_at(shown, interval), shown + later)
    assert verdict is (CodeCheck.VALID if shown + later < ends else CodeCheck.TOO_OLD)


@given(moments, intervals, intervals)
def test_a_changed_interval_shuts_nobody_out(shown: datetime, before: int, after: int) -> None:
    scanned = shown_at(shown, before)
    assert check(SECRET, scanned, shown + timedelta(seconds=before)) is CodeCheck.VALID
    # What the wall shows from now on counts from its first moment.
    assert check(SECRET, shown_at(shown, after), shown) is CodeCheck.VALID


@given(moments, intervals, milliseconds)
def test_a_code_of_the_future_does_not_count_yet(now: datetime, interval: int, ahead: timedelta) -> None:
    window = window_at(now + ahead, interval)
    begins_in = window_begins(window, interval) - now
    verdict = check(SECRET, code(SECRET, window, interval), now)
    assert verdict is (CodeCheck.VALID if begins_in <= SKEW else CodeCheck.NOT_YET)


@given(moments, intervals, st.integers(0, 2000))
def test_two_machines_whose_clocks_differ_a_little_agree(now: datetime, interval: int, apart: int) -> None:
    assert check(SECRET, shown_at(now + timedelta(milliseconds=apart), interval), now) is CodeCheck.VALID
    assert check(SECRET, shown_at(now - timedelta(milliseconds=apart), interval), now) is CodeCheck.VALID


@given(moments, intervals)
def test_a_window_holds_its_moments(moment: datetime, interval: int) -> None:
    window = window_at(moment, interval)
    begins = window_begins(window, interval)
    assert begins <= moment < begins + timedelta(seconds=interval)


def test_the_code_of_another_session_is_unknown() -> None:
    assert check(OTHER, shown_at(NOW, 15), NOW) is CodeCheck.UNKNOWN


def test_a_window_or_an_interval_that_was_altered_is_unknown() -> None:
    interval, window, proof = shown_at(NOW, 15).split(".")
    later = f"{int(window, 16) + 1:x}"
    assert check(SECRET, f"{interval}.{later}.{proof}", NOW) is CodeCheck.UNKNOWN
    assert check(SECRET, f"ffff.{window}.{proof}", NOW) is CodeCheck.UNKNOWN


@given(st.text(max_size=60))
def test_nothing_that_is_made_up_counts_or_breaks(text: str) -> None:
    assert check(SECRET, text, NOW) is CodeCheck.UNKNOWN


@pytest.mark.parametrize("text", ["0.0.0000000000000000", "00f.1.0000000000000000", "", "..", "f.f.\n"])
def test_odd_codes_are_unknown(text: str) -> None:
    assert check(SECRET, text, NOW) is CodeCheck.UNKNOWN


@given(moments, intervals)
def test_each_window_has_a_code_of_its_own(moment: datetime, interval: int) -> None:
    window = window_at(moment, interval)
    assert len({code(SECRET, window + step, interval) for step in range(50)}) == 50
