"""What it means that OpenVINO can't load or compile a network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from face_detection.errors import EngineError, ModelFileError

# In messages of OpenVINO and the system; the last one is of a thread that can't be started.
OUT_OF_MEMORY = ("allocate memory", "bad_alloc", "bad allocation", "Resource temporarily unavailable")
TOO_LITTLE_MEMORY = (
    "There is too little memory to load the networks. Give the program more memory, or close others, and "
    "start it again."
)


@contextmanager
def explained(name: str, device: str) -> Iterator[None]:
    """Turn OpenVINO's errors into ones that say what to do.

    Args:
        name: of the network or its file, as messages call it.
        device: what it is for.

    Raises:
        EngineError: there is too little memory.
        ModelFileError: OpenVINO can't use the network.
    """
    try:
        yield
    except RuntimeError as error:
        if any(words in str(error) for words in OUT_OF_MEMORY):
            raise EngineError(TOO_LITTLE_MEMORY) from error
        raise ModelFileError(
            f"OpenVINO can't use {name} on {device}: {str(error).strip()[-300:]} "
            "If it is a file, delete it and restart; it will be created again."
        ) from error


def require_device(device: str, available: list[str]) -> None:
    """Check that there is a device.

    Args:
        device: OpenVINO's name of it.
        available: the devices that OpenVINO finds.

    Raises:
        EngineError: there is none of that name, or too little memory to know.
    """
    if not available:  # the library that knows the processor could not be loaded
        raise EngineError(TOO_LITTLE_MEMORY)
    wanted = re.split("[:.]", device)[0]
    known = {name.split(".")[0] for name in available} | {"AUTO"}
    exact = "." not in device or device in available
    if wanted not in known or not exact:
        raise EngineError(
            f"This machine has no device {device!r}. Set ATTENDANCE_DEVICE to one of "
            f"{', '.join(available)}, or unset it."
        )


def name_of(model: Any) -> str:
    """What messages call a network: its file, or its name in quotes."""
    return f"network {model.friendly_name!r}" if hasattr(model, "friendly_name") else str(model)
