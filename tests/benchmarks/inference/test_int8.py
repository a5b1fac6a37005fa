"""Retail computes its convolutions of one pixel in bytes, and embeddings hardly change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray

from benchmarks.inference import int8
from benchmarks.inference.int8 import LIMITS, RetailInBytes, pointwise_convolutions, read, round_to_bytes
from face_detection.retail.engine import RetailEngine, prepare_retail
from face_detection.runtime.openvino_core import core, openvino
from face_detection.runtime.openvino_runtime import Runtime
from face_detection.values import Pixels
from tests.face_detection.dlib.test_engine import COLLINS, HOPPER, face, photo

pytestmark = pytest.mark.networks
RNG = np.random.default_rng(20261201)
DEPTHWISE = RNG.normal(size=(6, 1, 1, 3, 3)).astype(np.float32)
FIRST = RNG.normal(size=(6, 4, 1, 1)).astype(np.float32)
SECOND = np.array([[1, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]], np.float32).reshape(2, 6, 1, 1)
POOLED = RNG.normal(size=(2, 2, 1, 1)).astype(np.float32)
FULL = {"INFERENCE_PRECISION_HINT": "f32"}


def small_model() -> Any:
    """A convolution of one pixel, a depthwise one, another of one pixel, and one over a mean."""
    openvino()
    from openvino import opset13 as ops

    def convolved(source: Any, weights: NDArray[np.float32]) -> Any:
        stored = ops.convert(ops.constant(weights.astype(np.float16)), np.float32)
        return ops.convolution(source, stored, [1, 1], [0, 0], [0, 0], [1, 1])

    pixels = ops.parameter([1, 4, 5, 5], np.float32)
    first = convolved(pixels, FIRST)
    middle = ops.group_convolution(first, ops.constant(DEPTHWISE), [1, 1], [1, 1], [1, 1], [1, 1])
    second = convolved(middle, SECOND)
    pooled = convolved(ops.reduce_mean(second, np.array([2, 3]), keep_dims=True), POOLED)
    return openvino().Model([first, second, pooled], [pixels], "small")


def answers(model: Any, pixels: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    return [np.array(each) for each in core().compile_model(model, "CPU", FULL)([pixels]).values()]


def test_only_convolutions_of_one_pixel_over_a_picture_are_rounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(int8, "LIMITS", (4.0, 40.0))
    rounded = round_to_bytes(small_model())
    kinds = [node.get_type_name() for node in rounded.get_ops()]
    assert kinds.count("FakeQuantize") == len(pointwise_convolutions(small_model())) == 2
    assert kinds.count("Convolution") == 3


def test_answers_stay_what_they_are_within_the_limits_and_are_cut_beyond(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(int8, "LIMITS", (4.0, 40.0))
    pixels = RNG.uniform(-3.9, 3.9, (1, 4, 5, 5)).astype(np.float32)
    wanted, found = answers(small_model(), pixels), answers(round_to_bytes(small_model()), pixels)
    for exact, rounded in zip(wanted, found, strict=True):
        assert 0 < np.abs(rounded - exact).max() < 0.08 * np.abs(exact).max()
    np.testing.assert_array_equal(found[1][0, 1], 0)  # weights of nothing but zeros
    (cut, *_), (at_limit, *_) = (
        answers(round_to_bytes(small_model()), np.full((1, 4, 5, 5), value, np.float32)) for value in (400, 4)
    )
    np.testing.assert_allclose(cut, at_limit, atol=1e-4)


def test_a_network_with_other_convolutions_is_no_network_for_these_limits() -> None:
    with pytest.raises(ValueError, match="zip"):
        round_to_bytes(small_model())


@pytest.fixture(scope="module")
def stored(models: Path, retail_model: Path) -> Path:
    return prepare_retail(models, retail_model)


def test_the_processor_computes_each_of_them_in_bytes(stored: Path) -> None:
    compiled = core().compile_model(round_to_bytes(read(stored)), "CPU", FULL)
    nodes = compiled.get_runtime_model().get_ops()
    kinds = [str(node.get_rt_info()["runtimePrecision"].value) for node in nodes if is_convolution(node)]
    assert sum(kind in ("i8", "u8") for kind in kinds) == len(LIMITS) == 31


def is_convolution(node: Any) -> bool:
    return str(node.get_rt_info()["layerType"].value) == "Convolution"


def faces_of(engine: RetailEngine, *jpegs: bytes) -> Pixels:
    """Both portraits, darker, brighter, in warm light, mirrored, and noise."""
    chips = [
        engine.chip(photo(jpeg).pixels, face(points))
        for jpeg, points in zip(jpegs, (COLLINS, HOPPER), strict=True)
    ]
    lights = (1.0, 0.4, 1.6, np.array([1.2, 1.0, 0.7]))
    changed = [np.clip(chip * light, 0, 255) for chip in chips for light in lights]
    changed += [chip[:, ::-1] for chip in chips]
    return np.stack(changed).astype(np.uint8)


def test_embeddings_hardly_change_alone_and_among_others(
    stored: Path, astronaut_jpeg: bytes, hopper_jpeg: bytes
) -> None:
    models, runtime = stored.parents[1], Runtime(precision="f32")
    exact, rounded = RetailEngine(runtime, models), RetailInBytes(runtime, models)
    chips = faces_of(exact, astronaut_jpeg, hopper_jpeg)
    wanted, together = exact.embed_chips(chips), rounded.embed_chips(chips)
    alone = np.concatenate([rounded.embed_chips(chip[np.newaxis]) for chip in chips])
    for found in (together, alone):
        alike = (found * wanted).sum(axis=1)
        assert alike.min() > 0.985
        assert alike.max() < 0.99999  # otherwise nothing was rounded
    assert (together * alone).sum(axis=1).min() > 0.99


def test_both_ways_are_timed_in_turn(
    stored: Path, retail_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATTENDANCE_CACHE", str(stored.parents[1]))
    monkeypatch.setenv("ATTENDANCE_RETAIL_MODEL", str(retail_model))
    printed = CliRunner().invoke(int8.main, ["--rounds", "2"], catch_exceptions=False).output
    assert [line.partition(":")[0] for line in printed.splitlines()] == ["f32", "bytes"]
