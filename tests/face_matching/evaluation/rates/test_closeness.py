"""Whether the faces of a class are closer than the calibration's."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from face_matching.evaluation.rates.closeness import closeness
from face_matching.threshold_curve import fmr_for
from face_matching.thresholds import FACENET_1_MTCNN


def a_class(students: int, in_common: float) -> list[NDArray[np.float32]]:
    """A photo of each; any two have the given cosine similarity."""
    own = np.eye(students, students + 1, dtype=np.float32) * np.float32(np.sqrt(1 - in_common))
    own[:, -1] = np.sqrt(in_common)
    return [row[np.newaxis] for row in own]


def test_a_class_of_one_kind_is_pointed_out_with_its_number() -> None:
    found = closeness(FACENET_1_MTCNN, a_class(20, 0.6))
    assert found is not None
    assert found.is_closer
    assert found.median == pytest.approx(0.6, abs=1e-5)
    assert found.usual == FACENET_1_MTCNN.search.at(fmr_for(0.5, 19)) < 0.5
    assert found.above.value == 1.0


def test_a_class_farther_apart_is_not() -> None:
    found = closeness(FACENET_1_MTCNN, a_class(20, 0.1))
    assert found is not None
    assert (found.is_closer, found.above.value) == (False, 0.0)


def test_of_few_students_nothing_can_be_said() -> None:
    assert closeness(FACENET_1_MTCNN, a_class(9, 0.6)) is None
