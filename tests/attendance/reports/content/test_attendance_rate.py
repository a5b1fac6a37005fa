"""Shares are exact; what is shown is rounded half up."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from attendance.reports.content.attendance_rate import (
    AbsenceRuns,
    Counts,
    Standing,
    is_below,
    percent,
    tenths,
)

STANDINGS = st.lists(st.sampled_from(list(Standing)), max_size=40)


@given(STANDINGS)
def test_counts_are_those_of_a_plain_count(standings: list[Standing]) -> None:
    counts = Counts.of(standings)
    assert [getattr(counts, each.value) for each in Standing] == [standings.count(each) for each in Standing]
    there = sum(each in ("present", "late") for each in standings)
    counted = there + standings.count(Standing.ABSENT)
    assert (counts.there, counts.counted) == (there, counted)
    assert counts.share == (Fraction(there, counted) if counted else None)


@given(STANDINGS, STANDINGS)
def test_counts_add_up(first: list[Standing], second: list[Standing]) -> None:
    assert Counts.of(first) + Counts.of(second) == Counts.of(first + second)


@given(STANDINGS)
def test_runs_are_those_of_what_was_decided(standings: list[Standing]) -> None:
    heard = [each is Standing.ABSENT for each in standings if each in ("present", "late", "absent")]
    runs = [(absent, len(list(group))) for absent, group in groupby(heard)]
    assert AbsenceRuns.of(standings) == AbsenceRuns(
        current=runs[-1][1] if runs and runs[-1][0] else 0,
        longest=max((length for absent, length in runs if absent), default=0),
    )


@given(st.integers(1, 5000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_percentages_are_rounded_half_up(counts: tuple[int, int]) -> None:
    there, counted = counts
    shown = percent(Fraction(there, counted))
    exact = Fraction(there * 1000, counted)
    assert abs(exact - tenths(Fraction(there, counted))) <= Fraction(1, 2)
    if 2000 % counted == 0:  # the decimals end, so that Decimal is exact too
        assert Decimal(shown) == (Decimal(there * 100) / counted).quantize(Decimal("0.1"), ROUND_HALF_UP)


def test_a_half_goes_up_and_nothing_is_no_share() -> None:
    assert percent(Fraction(1, 16)) == "6.3"
    assert percent(Fraction(7, 8)) == "87.5"
    assert percent(Fraction(1999, 2000)) == "100.0"
    assert percent(Fraction(0)) == "0.0"
    assert percent(None) == ""


def test_below_is_told_by_the_exact_share() -> None:
    limit = Fraction(3, 4)
    assert not is_below(Fraction(3, 4), limit)
    assert is_below(Fraction(2999, 4000), limit)  # shown as 75.0
    assert not is_below(None, limit)
