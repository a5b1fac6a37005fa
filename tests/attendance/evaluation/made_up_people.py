"""Faces of made-up people: unit vectors around a direction for each."""

from __future__ import annotations

import numpy as np

from attendance.evaluation.labelled_faces import Acquisition, LabelledFaces
from face_matching.decision import DecisionPolicy
from tests.attendance.fake_pipeline import fake_policy

DIMENSION = 48


def made_up_faces(people: int, photos: int = 3, *, noise: float = 0.06, seed: int = 5) -> LabelledFaces:
    """Faces of people ``p000``, ``p001``, and so on, called ``000 Name000`` with so many photos each."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(people, DIMENSION))
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    rows = np.repeat(centres, photos, axis=0) + noise * rng.normal(size=(people * photos, DIMENSION))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    keys = [f"p{number:03d}" for number in range(people)]
    return LabelledFaces(
        engine="fake-1",
        detector="fake",
        embeddings=rows.astype(np.float32),
        people=tuple(key for key in keys for _ in range(photos)),
        photos=tuple(f"{key}/{photo}.png" for key in keys for photo in range(photos)),
        names={key: f"{key[1:]} Name{key[1:]}" for key in keys},
        acquisition=Acquisition(people * photos + 2, {"no_face": 2}, people + 1, ("lost",)),
    )


def made_up_policy() -> DecisionPolicy:
    """Passes at 0.6, proven at 0.8."""
    return fake_policy("fake-1", "fake")
