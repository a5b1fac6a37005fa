"""The accuracy of a cross-validation, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from face_matching.errors import EvaluationError
from face_matching.evaluation.ten_fold import best_threshold, folded_accuracy


def test_each_fold_is_judged_at_the_threshold_of_the_others() -> None:
    # Fold 0 alone would choose 0.3 and be right three times of four at fold 1's 0.6; fold 1 all at 0.3.
    scores = np.array([0.9, 0.3, 0.2, 0.1, 0.9, 0.6, 0.25, 0.1])
    same = np.array([True, True, False, False] * 2)
    found = folded_accuracy(scores, same, [0, 0, 0, 0, 1, 1, 1, 1])
    assert found.thresholds == (0.6, 0.3)
    assert found.folds == (0.75, 1.0)
    assert found.accuracy.value == 0.875
    assert found.standard_error == pytest.approx(0.125)  # 0.1768 / sqrt(2)
    assert found.accuracy.low < 0.875 < found.accuracy.high == 1.0


def test_where_nobody_is_the_same_nobody_is_accepted() -> None:
    assert best_threshold(np.array([0.1, 0.9]), np.array([False, False])) == np.inf


def test_one_fold_is_refused() -> None:
    with pytest.raises(EvaluationError, match="1 fold"):
        folded_accuracy(np.array([0.1, 0.2]), np.array([True, False]), [3, 3])
