"""What networks compute in on processors of several kinds."""

from __future__ import annotations

import pytest

from face_detection.runtime.precision import Precision, hint_for, precision_named, precision_of_cpu


class Hint:
    def __init__(self, name: str) -> None:
        self._name = name

    def to_string(self) -> str:
        return self._name


class Core:
    """OpenVINO's core on another processor."""

    def __init__(self, hint: str) -> None:
        self._hint = hint

    def get_property(self, device: str, name: str) -> Hint:
        assert (device, name) == ("CPU", "INFERENCE_PRECISION_HINT")
        return Hint(self._hint)


@pytest.mark.parametrize(("hint", "wanted"), [("bf16", "bf16"), ("f32", "f32"), ("f16", "f32")])
def test_a_processor_computes_in_bf16_if_it_can(hint: str, wanted: Precision) -> None:
    assert precision_of_cpu(Core(hint)) == wanted


def test_what_is_not_rounded_to_bytes_stays_in_f32() -> None:
    assert [hint_for(each) for each in ("f32", "bf16", "int8")] == ["f32", "bf16", "f32"]


def test_a_precision_has_a_name_and_auto_is_none_of_them() -> None:
    assert [precision_named(name) for name in ("f32", "bf16", "int8")] == ["f32", "bf16", "int8"]
    assert precision_named("auto") is None
