"""Classes arrive as they are told to, and the search for a rate ends at the highest one that is kept up."""

from __future__ import annotations

import pytest

from benchmarks.rush.arrivals import RATES, SCENARIOS, Arrivals, Promise, RateSearch, percentile


def highest(limit: float, *, first: float = 40.0, most: float = 160.0) -> float:
    search = RateSearch(first, most=most, closer=4)
    while search.next is not None:
        search.note(kept=search.next <= limit)
    return search.highest


@pytest.mark.parametrize(("limit", "found"), [(87, 85), (1000, 160), (13, 12.5), (3.9, 3.75), (0.1, 0)])
def test_the_highest_rate_is_found_from_above_and_below(limit: float, found: float) -> None:
    assert highest(limit) == found


def test_phones_come_in_their_time_and_always_at_the_same_moments() -> None:
    arrivals = Arrivals("class", 50, 10, Promise(0.95, 1))
    moments = arrivals.moments()
    assert moments == sorted(arrivals.moments())
    assert len(moments) == 50
    assert 0 <= moments[0] < 1
    assert 9 < moments[-1] <= 10
    assert set(Arrivals("class", 3, 0, Promise(1, 1)).moments()) == {0.0}


def test_a_smaller_class_has_two_phones_at_least() -> None:
    assert [SCENARIOS[0].sized(share).phones for share in (0.5, 0.001)] == [30, 2]
    assert RATES[0].at(80, 10).phones == 800


@pytest.mark.parametrize(("share", "value"), [(0.5, 30), (0.95, 57), (0.99, 60), (1, 60), (0.0001, 1)])
def test_a_percentile_is_one_of_the_values(share: float, value: float) -> None:
    assert percentile([float(number) for number in range(60, 0, -1)], share) == value


def test_without_values_a_percentile_is_zero() -> None:
    assert percentile([], 0.5) == 0


def test_promises_read_as_in_the_table() -> None:
    assert [str(Promise(0.95, 1)), str(Promise(1, 8))] == ["p95 <= 1 s", "all <= 8 s"]
