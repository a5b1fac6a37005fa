"""Which movement a page asks for."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from attendance.liveness.asked_movement import asked_turns
from attendance.values import Session
from face_detection.liveness.values import Turn

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SESSION = Session(
    "physics|1", "physics", "token", "2026-11-23", NINE, NINE + timedelta(hours=1), secret="ab" * 32
)


def test_it_is_the_same_for_the_whole_window_of_a_grant() -> None:
    asked = asked_turns(SESSION, "grant", NINE, 1)
    for later in (1, 7.4, 14.999):
        assert asked_turns(SESSION, "grant", NINE + timedelta(seconds=later), 1) == asked


@pytest.mark.parametrize("count", [1, 2])
def test_every_choice_is_equally_likely(count: int) -> None:
    drawn = Counter(asked_turns(SESSION, f"grant-{number}", NINE, count) for number in range(6000))
    assert len(drawn) == (2 if count == 1 else 12)
    assert min(drawn.values()) > 0.8 * 6000 / len(drawn)
    assert all(len(set(turns)) == count for turns in drawn)
    if count == 1:
        assert set(drawn) == {(Turn.LEFT,), (Turn.RIGHT,)}


def test_nobody_foresees_it() -> None:
    """Neither another window, nor another grant, nor another session's secret gives it away."""
    grants = [f"grant-{number}" for number in range(400)]
    asked = [asked_turns(SESSION, grant, NINE, 1) for grant in grants]
    next_window = [asked_turns(SESSION, grant, NINE + timedelta(seconds=15), 1) for grant in grants]
    elsewhere = [asked_turns(replace(SESSION, secret="cd" * 32), grant, NINE, 1) for grant in grants]
    for others in (next_window, elsewhere, asked[1:] + asked[:1]):
        alike = sum(one == other for one, other in zip(asked, others, strict=True))
        assert 140 < alike < 260
