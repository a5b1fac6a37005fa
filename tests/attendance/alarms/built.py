"""Photos and traces for comparing, with what doesn't matter filled in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from attendance.alarms.checked_photo import CheckedPhoto
from attendance.values import Session

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SESSION = Session(
    id="general|2026-03-02",
    course_id="general",
    day="2026-03-02",
    opens_at=NINE,
    late_at=None,
    closes_at=NINE + timedelta(hours=2),
    token="token",
    secret="ab" * 32,
)


def patch_of(seed: int, noise: float = 0.0) -> NDArray[np.uint8]:
    """A made-up patch with detail everywhere; noise makes another picture of the same.

    Args:
        seed: of the picture.
        noise: standard deviation in grey levels.
    """
    detail = cv2.GaussianBlur(np.random.default_rng(seed).normal(0, 200, (96, 96)), (0, 0), 1.5)
    grain = np.random.default_rng(seed + 1).normal(0, 1, (96, 96)) * noise
    return np.clip(128 + detail + grain, 0, 255).astype(np.uint8)


def photo(key: str = "a", student: str = "ann", **changes: Any) -> CheckedPhoto:
    """A photo that differs from others of another key in all that is compared."""
    plain = CheckedPhoto(
        id=key,
        session=SESSION,
        at=NINE,
        student_id=student,
        device=f"key:{student}",
        signed=True,
        address="198.51.100.7",
        digest=f"digest of {key}",
        patch=patch_of(sum(key.encode()) * 7),
        camera="Front camera",
        code_age=3.0,
    )
    return replace(plain, **changes)
