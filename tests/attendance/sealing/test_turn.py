"""A turn keeps every score, and makes templates of two keys strangers."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from attendance.recognition.turned_pipeline import TurnedPipeline
from attendance.sealing.turn import TemplateTurn, orthogonal
from face_detection.quality import CHECK_IN_LIMITS
from tests.attendance.fake_pipeline import FakePipeline, photo_of, room_of

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
DIMENSIONS = (128, 256, 512, 640)


def people(count: int, dimension: int) -> NDArray[np.float32]:
    rows = np.random.default_rng(5).normal(size=(count, dimension))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_every_cosine_is_kept(dimension: int) -> None:
    rows = people(50, dimension)
    turned = TemplateTurn(KEY).turned(rows)
    assert np.abs(turned @ turned.T - rows @ rows.T).max() < 1e-5
    assert np.abs(TemplateTurn(KEY).undone(turned) - rows).max() < 1e-5
    assert turned.dtype == np.float32
    assert np.array_equal(TemplateTurn(KEY).turned(rows[3]).shape, rows[3].shape)
    assert np.abs(TemplateTurn(KEY).turned(rows[3]) - turned[3]).max() < 1e-6


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_templates_of_two_keys_are_strangers(dimension: int) -> None:
    rows = people(300, dimension)
    of_one_person = np.sum(TemplateTurn(KEY).turned(rows) * TemplateTurn(OTHER).turned(rows), axis=1)
    strangers = (rows @ rows.T)[~np.eye(len(rows), dtype=bool)]
    assert abs(of_one_person.mean()) < 4 / np.sqrt(dimension * len(rows))
    assert of_one_person.std() == pytest.approx(strangers.std(), rel=0.2)
    unturned = np.sum(TemplateTurn(KEY).turned(rows) * rows, axis=1)
    assert abs(unturned.mean()) < 4 / np.sqrt(dimension * len(rows))


def test_the_matrix_of_a_key_never_changes() -> None:
    """Templates that are stored would be lost otherwise."""
    expected = [[-0.06157555, 0.65611300, -0.75214636], [0.17945148, 0.74857396, 0.63830570]]
    assert orthogonal(KEY, 3)[:2] == pytest.approx(np.array(expected), abs=1e-6)


def test_a_pipeline_is_turned_in_all_that_it_embeds() -> None:
    plain, turn = FakePipeline(), TemplateTurn(KEY)
    turned = TurnedPipeline(plain, turn)
    read, again = (each.read(photo_of(3), CHECK_IN_LIMITS) for each in (plain, turned))
    assert read.embedding is not None
    assert again.embedding is not None
    assert again.embedding == pytest.approx(turn.turned(read.embedding))
    assert turned.engine_name == plain.engine_name
    assert read.face is not None
    assert turned.embed(read.photo, [read.face]) == pytest.approx(
        turn.turned(plain.embed(read.photo, [read.face]))
    )
    room = room_of(photo_of(3), photo_of(5))
    before, after = plain.room.read(room), turned.room.read(room)
    for one, other in zip(before.faces, after.faces, strict=True):
        assert one.embedding is not None
        assert other.embedding == pytest.approx(turn.turned(one.embedding))
    assert turned.read(photo_of(3), CHECK_IN_LIMITS).problems == read.problems
