"""A typed code has six clear characters, counts a little longer, and survives a change of the interval."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attendance.classes.entering.rotating_code import CodeCheck, window_at, window_begins
from attendance.classes.entering.typed_code import (
    ALPHABET,
    CODE_INTERVALS,
    LENGTH,
    WINDOWS_VALID,
    check_typed,
    cleaned,
    readable,
    typed_code,
)

SECRET, OTHER = "ab" * 32, "cd" * 32
NOW = datetime(2026, 11, 23, 9, 0, 7, tzinfo=UTC)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
intervals = st.sampled_from(CODE_INTERVALS)


def shown_at(moment: datetime, interval: int, secret: str = SECRET) -> str:
    """What the projector page shows."""
    return typed_code(secret, window_at(moment, interval), interval)


@settings(max_examples=60)
@given(moments, intervals, st.integers(0, 200_000))
def test_it_counts_in_its_window_and_two_more(shown: datetime, interval: int, later: int) -> None:
    now = shown + timedelta(milliseconds=later)
    ends = window_begins(window_at(shown, interval) + WINDOWS_VALID, interval)
    verdict = check_typed(SECRET, shown_at(shown, interval), now)
    assert verdict is (CodeCheck.VALID if now < ends else CodeCheck.TOO_OLD)


@settings(max_examples=30)
@given(moments, intervals)
def test_a_changed_interval_shuts_nobody_out(shown: datetime, before: int) -> None:
    # The check knows nothing of the interval in use, so a change of it can't shut anybody out.
    assert check_typed(SECRET, shown_at(shown, before), shown + timedelta(seconds=before)) is CodeCheck.VALID


@settings(max_examples=30)
@given(st.text(max_size=12))
def test_nothing_that_is_made_up_counts_or_breaks(text: str) -> None:
    assert check_typed(SECRET, cleaned(text), NOW) is CodeCheck.UNKNOWN


def test_another_session_does_not_know_it() -> None:
    assert check_typed(OTHER, shown_at(NOW, 15), NOW) is CodeCheck.UNKNOWN


def test_after_a_long_time_it_is_unknown() -> None:
    assert check_typed(SECRET, shown_at(NOW, 15), NOW + timedelta(hours=2)) is CodeCheck.UNKNOWN


def test_the_one_of_the_next_window_does_not_count_yet() -> None:
    early = window_begins(window_at(NOW, 60), 60)
    assert check_typed(SECRET, shown_at(early + timedelta(seconds=60), 60), early) is CodeCheck.NOT_YET


def test_no_character_can_be_taken_for_another() -> None:
    assert not set("01OIL") & set(ALPHABET)
    assert len(set(ALPHABET)) == len(ALPHABET) == 31


def test_characters_are_spread_evenly() -> None:
    codes = [typed_code(SECRET, window, 15) for window in range(3000)]
    assert {len(one) for one in codes} == {LENGTH}
    counts = Counter("".join(codes))
    expected = 3000 * LENGTH / len(ALPHABET)
    assert set(counts) == set(ALPHABET)
    assert all(0.8 * expected < count < 1.2 * expected for count in counts.values())


@pytest.mark.parametrize(
    "typed",
    ["k7p3qx", " K7P 3QX ", "k7p-3qx", "K7P3QX", "k7p\u20133qx", "\u200bK7P3QX\ufeff", "K\u096dP\u0663QX"],
)
def test_how_it_is_typed_does_not_matter(typed: str) -> None:
    assert cleaned(typed) == "K7P3QX"


def test_a_keyboard_with_full_width_letters_types_it_too() -> None:
    assert cleaned("".join(chr(ord(letter) + 0xFEE0) for letter in "k7p3qx")) == "K7P3QX"


def test_it_is_shown_in_two_halves() -> None:
    assert readable("K7P3QX") == "K7P 3QX"
