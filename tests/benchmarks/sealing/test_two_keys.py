"""Templates of two keys are strangers to each other, and of one key what they were."""

from __future__ import annotations

import numpy as np

from benchmarks.apparatus.face_folder import Embedded
from benchmarks.sealing.two_keys import measured


def test_people_match_themselves_under_one_key_and_nobody_under_two() -> None:
    draw = np.random.default_rng(1)
    people = np.repeat(draw.normal(size=(60, 64)), 3, axis=0)
    rows = (people + 0.3 * draw.normal(size=people.shape)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    found = measured(Embedded(rows, tuple(str(each // 3) for each in range(180)), ()), keys=3)
    assert found.pairs["one key: same person, two photos"] == 180
    assert found.pairs["two keys: the same photo"] == 3 * 180
    assert min(found.rates["one key: same person, two photos"]) > 0.99
    assert max(found.rates["two keys: the same photo"]) < 0.02
    assert max(found.rates["two keys: same person, two photos"]) < 0.02
    assert found.largest_change < 1e-5
