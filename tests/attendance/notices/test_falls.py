"""A student's rate session by session: the quick look at its end agrees with all of its steps."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from attendance.notices.falls import CourseHistory
from attendance.reports.content.attendance_rate import Standing


@given(
    standings=st.lists(st.tuples(st.sampled_from(Standing), st.booleans()), max_size=20),
    limit=st.sampled_from([Fraction(1, 2), Fraction(3, 4), Fraction(9, 10)]),
)
def test_whether_it_ends_below_is_the_last_step(
    standings: list[tuple[Standing, bool]], limit: Fraction
) -> None:
    sessions = [SimpleNamespace(id=f"s{number}") for number in range(len(standings))]
    ripe = {session.id for session, (_, is_ripe) in zip(sessions, standings, strict=True) if is_ripe}
    row = cast(
        "Any", SimpleNamespace(entries=[SimpleNamespace(standing=one) for one, _ in standings], limit=limit)
    )
    report = cast("Any", SimpleNamespace(sessions=sessions))
    steps = CourseHistory.of(row, report, ripe).steps
    assert CourseHistory.ends_below(row, report, ripe) == bool(steps and steps[-1].is_below)
