"""Where every network runs: OpenVINO on one device, ready for several threads at once."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import BoundedSemaphore
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from face_detection.errors import EngineError, ModelFileError

Precision = Literal["f32", "bf16"]

# How many calls of one network may be under way. Compiled for latency, a network runs one call at a time
# on all cores; the second one is ready to follow. Each has its own memory, up to 15 MB.
_CALLS = 2
_CONVERTER = "openvino.tools.ovc"


@cache
def openvino() -> Any:
    """The ``openvino`` module, imported at the first call and kept from reporting its use.

    Importing OpenVINO sends an event to a statistics service unless the package
    ``openvino_telemetry`` can't be imported; then it uses its own stub. Everybody in this package
    takes OpenVINO from here, so that no process of ours reports anything.

    OpenVINO also imports its tool that converts models of other frameworks, and does without where that
    fails. It is made to fail, as the tool takes as long as all the rest; who converts imports it.
    """
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    sys.modules.setdefault(_CONVERTER, None)  # type: ignore[arg-type]
    import openvino as ov  # noqa: PLC0415 - half a second that only inference needs

    if sys.modules.get(_CONVERTER) is None:
        sys.modules.pop(_CONVERTER, None)
    return ov


@cache
def _core() -> Any:
    return openvino().Core()


class Network:
    """A compiled network that any number of threads may call at the same time."""

    def __init__(self, compiled: Any) -> None:
        self.compiled = compiled
        self._idle: SimpleQueue[Any] = SimpleQueue()
        self._turns = BoundedSemaphore(_CALLS)

    def __call__(self, *inputs: NDArray[Any]) -> tuple[NDArray[np.float32], ...]:
        """Run the network once.

        Args:
            inputs: one C-contiguous array for each input, of its element type.

        Returns:
            One array for each output, owned by the caller.
        """
        with self._turns:
            try:
                request = self._idle.get_nowait()
            except Empty:
                request = self.compiled.create_infer_request()
            try:
                results = request.infer(list(inputs), share_inputs=True, share_outputs=False)
                return tuple(results.values())
            finally:
                self._idle.put(request)


@dataclass(frozen=True)
class Runtime:
    """How networks are compiled.

    Attributes:
        device: OpenVINO's name of a device, such as ``CPU``, ``GPU`` or ``GPU.1``, or ``AUTO``.
        precision: what to compute in; None leaves it to OpenVINO, which takes bf16 on a CPU with AMX
            and f32 on any other.
        cache: folder for compiled networks, so that a later start is quicker; None keeps none.
    """

    device: str = "CPU"
    precision: Precision | None = None
    cache: Path | None = None

    def compile(self, model: Any) -> Network:
        """Compile a network for the device.

        Args:
            model: an ``ov.Model``, or the path of a model file in OpenVINO's format.

        Raises:
            EngineError: this machine has no such device.
            ModelFileError: the file is missing or OpenVINO can't use it.
        """
        self._require_device()
        source = str(model) if isinstance(model, Path) else model
        try:
            return Network(_core().compile_model(source, self.device, self._configuration()))
        except RuntimeError as error:
            name = str(model) if isinstance(model, Path) else f"network {model.friendly_name!r}"
            raise ModelFileError(
                f"OpenVINO can't use {name} on {self.device}: {str(error).strip()[-300:]} "
                "If it is a file, delete it and start again: it is made anew."
            ) from error

    def _configuration(self) -> dict[str, Any]:
        configuration: dict[str, Any] = {"PERFORMANCE_HINT": "LATENCY"}
        if self.device == "CPU":
            # OpenVINO takes a thread for each core it may use. It would tie each to its core, where it
            # waits for whatever else runs there: with the machine busy, a network took 1.3 times as long.
            configuration["ENABLE_CPU_PINNING"] = False
        if self.precision is not None:
            configuration["INFERENCE_PRECISION_HINT"] = self.precision
        if self.cache is not None:
            configuration["CACHE_DIR"] = str(self.cache)
        return configuration

    def _require_device(self) -> None:
        available = _core().available_devices
        wanted = self.device.split(":")[0].split(".")[0]
        known = {name.split(".")[0] for name in available} | {"AUTO"}
        exact = "." not in self.device or self.device in available
        if wanted not in known or not exact:
            raise EngineError(
                f"There is no device {self.device!r} for the networks on this machine; "
                f"there is {', '.join(available)}. Set ATTENDANCE_DEVICE to one of them, or leave it out."
            )
