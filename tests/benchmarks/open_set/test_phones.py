"""What a known phone gains, and how often those who resemble its owner pass, on made-up people."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.apparatus.disjoint_halves import Half
from benchmarks.apparatus.face_folder import Embedded
from benchmarks.open_set import alike_phones, known_phone
from face_matching.evaluation.class_searches import EnrolledPeople
from face_matching.thresholds import RETAIL_1_MTCNN

ORDINARY, ALIKE = 1400, 80


@pytest.fixture(scope="module")
def embedded() -> Embedded:
    """People of whom a few resemble each other; three photos of each, which differ a lot."""
    rng = np.random.default_rng(2)
    centres = rng.normal(size=(ORDINARY + ALIKE, 96))
    centres[ORDINARY:] = 0.75 * centres[-1] + 0.66 * centres[ORDINARY:]
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    photos = np.repeat(centres, 3, axis=0) + rng.normal(scale=0.14, size=(3 * len(centres), 96))
    rows = (photos / np.linalg.norm(photos, axis=1, keepdims=True)).astype(np.float32)
    return Embedded(rows, tuple(f"p{person:04}" for person in range(len(centres)) for _ in range(3)), ())


@pytest.fixture(scope="module")
def half(embedded: Embedded) -> Half:
    people = EnrolledPeople.of(embedded.embeddings, embedded.identities)
    group = {known_phone.GROUP: np.arange(ORDINARY, ORDINARY + ALIKE)}
    return Half(RETAIL_1_MTCNN, people, np.arange(ORDINARY), group)


def test_more_students_of_a_large_class_are_marked_and_nobody_as_another(
    half: Half, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known_phone, "CLASSES_OF", (300,))
    monkeypatch.setattr(known_phone, "GROUP_PARTS", (5,))
    rows = dict(known_phone.measured(half, 1))
    assert list(rows) == [
        f"{kind}, {way}"
        for kind in ("300", "30, 5 alike")
        for way in ("search", "own phone", "another's phone")
    ]
    marked = {name: outcomes.students.share("marked").value for name, outcomes in rows.items()}
    assert marked["300, own phone"] > marked["300, search"]
    assert marked["300, another's phone"] == pytest.approx(marked["300, search"], abs=0.02)
    assert all(outcomes.students.share("as another").value == 0 for outcomes in rows.values())
    assert rows["300, own phone"].strangers.trials.sum() == known_phone.STRANGERS
    assert rows["30, 5 alike, own phone"].strangers.trials.sum() == ALIKE - 5


def test_those_who_resemble_the_owner_pass_less_often_than_in_a_class_of_one(
    embedded: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alike_phones, "CLASSES", ((60, 10),))
    monkeypatch.setattr(alike_phones, "DRAWS", 2)
    alike = {f"p{person:04}" for person in range(ORDINARY, ORDINARY + ALIKE)}
    [(kind, (passed, plain))] = alike_phones.measured(RETAIL_1_MTCNN, embedded, alike)
    assert kind == (60, 10)
    assert passed.value < plain.value
    assert plain.value > 0.2
