"""The kinds of numbers that networks compute in."""

from __future__ import annotations

from typing import Any, Literal, get_args

Precision = Literal["f32", "bf16", "int8"]
"""``int8`` rounds most of a network that has such a form to 8 bits; all others compute in f32 then."""


def precision_of_cpu(core: Any) -> Precision:
    """What OpenVINO computes in on this machine's processor: bf16 if it has instructions for that.

    Args:
        core: OpenVINO's core.
    """
    hint = core.get_property("CPU", "INFERENCE_PRECISION_HINT").to_string()
    return "bf16" if hint == "bf16" else "f32"


def precision_named(name: str) -> Precision | None:
    """A precision by its name; None for ``auto``, which leaves it to the device."""
    return next((each for each in get_args(Precision) if each == name), None)


def hint_for(precision: Precision) -> str:
    """OpenVINO's name of what a network computes in where it isn't rounded to bytes."""
    return "f32" if precision == "int8" else precision
