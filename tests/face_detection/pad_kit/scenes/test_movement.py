"""Frames come when the phone's page takes them, and people turn when it tells them."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from face_detection.pad_kit.scenes.movement import FRAMES, SPANS, step_of, times_of, turns_at

PAGE = Path(__file__).parents[4] / "client/templates/phone/movement.js"


def test_the_frames_of_a_burst_take_as_long_as_on_the_page() -> None:
    found = re.search(r"SPANS_MS = \[([\d, ]+)\]", PAGE.read_text(encoding="utf-8"))
    assert found is not None
    of_page = {count: int(span) / 1000 for count, span in enumerate(found[1].split(",")) if count}
    assert of_page == SPANS


@pytest.mark.parametrize("movements", SPANS)
def test_frames_come_at_even_distances_and_a_little_late(movements: int) -> None:
    times = times_of(movements, np.random.default_rng(0))
    assert len(times) == FRAMES * movements
    late = times - np.arange(len(times)) * step_of(movements)
    assert late.min() >= 0
    assert late.max() <= 0.02
    assert times[-1] == pytest.approx(SPANS[movements], abs=0.021)


@pytest.mark.parametrize("seed", range(20))
def test_the_second_turn_waits_until_the_page_tells_it(seed: int) -> None:
    times = np.linspace(0, SPANS[2], 80)
    shares = turns_at(times, [(1.0, 0.0), (0.0, 1.0)], np.random.default_rng(seed))
    told = SPANS[2] / 2
    assert shares[:, 0].max() == 1
    assert np.all(shares[times < told + 0.1, 1] == 0)
    assert shares[:, 1].max() > 0.8
