"""Runs networks with OpenVINO on one device; thread-safe."""

from __future__ import annotations

import os
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import BoundedSemaphore, Lock
from typing import Any, Literal
from weakref import WeakSet

import numpy as np
from numpy.typing import NDArray

from face_detection.errors import EngineError, ModelFileError
from face_detection.runtime.openvino_core import core, openvino
from face_detection.runtime.small_network import SmallNetwork

Precision = Literal["f32", "bf16"]

# Concurrent calls of one network. Compiled for latency, a network runs one call at a time on all cores, and
# the second one is ready to follow. Each has memory of its own, up to 15 MB.
_CALLS = 2
_RELEASE_SECONDS = 1.0  # how long to wait for running calls before their memory is freed


def share_cores(processes: int) -> None:
    """Let the networks that this process compiles from now on use their part of the cores.

    Args:
        processes: how many processes run networks at the same time.
    """
    _shared[:] = [processes]


_shared = [1]


class Network:
    """A compiled network; thread-safe."""

    def __init__(self, compiled: Any) -> None:
        self.compiled = compiled
        self._idle: SimpleQueue[Any] = SimpleQueue()
        self._calls = BoundedSemaphore(_CALLS)
        self._releasing = Lock()
        with _networks_lock:
            _networks.add(self)

    def __call__(self, *inputs: NDArray[Any]) -> tuple[NDArray[np.float32], ...]:
        """Run the network once.

        Args:
            inputs: one C-contiguous array per input, of its element type.

        Returns:
            One array per output, owned by the caller.
        """
        with self._calls:
            try:
                request = self._idle.get_nowait()
            except Empty:
                request = self.compiled.create_infer_request()
            try:
                results = request.infer(list(inputs), share_inputs=True, share_outputs=False)
                return tuple(results.values())
            finally:
                self._idle.put(request)

    def release_memory(self) -> None:
        """Free what it keeps for its next call, which takes some milliseconds longer then.

        That is OpenVINO's memory, and the inputs of the last calls, to which requests refer. Nothing happens
        if other calls occupy it for long, because OpenVINO can't free what is in use, and refuses to where
        somebody else computes with the same compiled network.
        """
        with self._releasing, ExitStack() as held:
            for _ in range(_CALLS):
                if not self._calls.acquire(timeout=_RELEASE_SECONDS):
                    return
                held.callback(self._calls.release)
            while not self._idle.empty():
                self._idle.get_nowait()
            with suppress(RuntimeError):  # the photo that was just read is worth more than its memory
                self.compiled.release_memory()


_networks: WeakSet[Network] = WeakSet()
_networks_lock = Lock()


def release_memory() -> None:
    """Free what all networks keep for their next calls: 75 MB after a photo full of faces."""
    with _networks_lock:
        networks = list(_networks)
    for network in networks:
        network.release_memory()


# In messages of OpenVINO and the system; the last one is of a thread that can't be started.
OUT_OF_MEMORY = ("allocate memory", "bad_alloc", "bad allocation", "Resource temporarily unavailable")
TOO_LITTLE_MEMORY = (
    "There is too little memory to load the networks. Give the program more memory, or close others, and "
    "start it again."
)


@dataclass(frozen=True)
class Runtime:
    """How networks are compiled.

    Attributes:
        device: OpenVINO's name of a device, such as ``CPU``, ``GPU`` or ``GPU.1``, or ``AUTO``.
        precision: the numeric precision; None means OpenVINO's default, which is bf16 on CPUs with AMX and
            f32 on others.
        cache: the folder that caches compiled networks, for a faster start; None disables caching.
    """

    device: str = "CPU"
    precision: Precision | None = None
    cache: Path | None = None

    def compile(self, model: Any) -> Network:
        """Compile a network for the device.

        Args:
            model: an ``ov.Model``, or the path of a file in OpenVINO's format.

        Raises:
            EngineError: this machine has no such device, or too little memory.
            ModelFileError: the file is missing, or OpenVINO can't use it.
        """
        return Network(self._compiled(model, self._configuration()))

    def compile_small(self, model: Any) -> SmallNetwork:
        """Compile a network of less than a millisecond, whose inputs have fixed shapes; see `compile`.

        On a CPU it runs in the caller's thread and in f32: to wake another thread, or to round to bf16, takes
        longer than it saves (MTCNN's search for a selfie took 4.7 ms in f32, 5.3 ms in bf16, 2026-11-30).
        """
        configuration = self._configuration()
        if self.device == "CPU":
            configuration |= {"INFERENCE_NUM_THREADS": 1, "INFERENCE_PRECISION_HINT": "f32"}
        return SmallNetwork(self._compiled(model, configuration), openvino().Tensor)

    def compile_for_one(self, path: Path) -> SmallNetwork:
        """Compile a network for one item at a time, which is quicker than for any number; see `compile`.

        In bf16 it runs in the caller's thread: for so little, a second thread costs more than it gives
        (`retail` on two cores: 4.0 instead of 4.5 ms, and 5.3 instead of 8.5 ms of processor time; in f32 it
        took 8.6 instead of 6.5, 2026-12-01).

        Args:
            path: a file in OpenVINO's format, of a network with one input.
        """
        configuration = self._configuration()
        if self.device == "CPU" and self._is_in_bf16():
            configuration["INFERENCE_NUM_THREADS"] = 1
        return SmallNetwork(self._compiled(path, configuration, batch=1), openvino().Tensor)

    def _is_in_bf16(self) -> bool:
        """Whether a CPU computes in bf16; one without instructions for it stays in f32 when asked for it."""
        if self.precision is not None:
            can = "BF16" in core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
            return can and self.precision == "bf16"
        return bool(core().get_property("CPU", "INFERENCE_PRECISION_HINT") == openvino().Type.bf16)

    def _compiled(self, model: Any, configuration: dict[str, Any], batch: int | None = None) -> Any:
        self._require_device()
        source = str(model) if isinstance(model, Path) else model
        try:
            if batch is not None:
                source = core().read_model(source)
                source.reshape([batch, *source.inputs[0].partial_shape[1:]])
            return core().compile_model(source, self.device, configuration)
        except RuntimeError as error:
            if any(words in str(error) for words in OUT_OF_MEMORY):
                raise EngineError(TOO_LITTLE_MEMORY) from error
            name = str(model) if isinstance(model, Path) else f"network {model.friendly_name!r}"
            raise ModelFileError(
                f"OpenVINO can't use {name} on {self.device}: {str(error).strip()[-300:]} "
                "If it is a file, delete it and restart; it will be created again."
            ) from error

    def _configuration(self) -> dict[str, Any]:
        configuration: dict[str, Any] = {"PERFORMANCE_HINT": "LATENCY"}
        if self.device == "CPU":
            # OpenVINO would pin each thread to a core, where it waits for anything else that runs there: on
            # a busy machine, a network took 1.3 times as long.
            configuration["ENABLE_CPU_PINNING"] = False
            if _shared[0] > 1:
                configuration["INFERENCE_NUM_THREADS"] = max(1, (os.cpu_count() or 1) // _shared[0])
        if self.precision is not None:
            configuration["INFERENCE_PRECISION_HINT"] = self.precision
        if self.cache is not None:
            configuration["CACHE_DIR"] = str(self.cache)
        return configuration

    def _require_device(self) -> None:
        available = core().available_devices
        if not available:  # the library that knows the processor could not be loaded
            raise EngineError(TOO_LITTLE_MEMORY)
        wanted = self.device.split(":")[0].split(".")[0]
        known = {name.split(".")[0] for name in available} | {"AUTO"}
        exact = "." not in self.device or self.device in available
        if wanted not in known or not exact:
            raise EngineError(
                f"This machine has no device {self.device!r}. Set ATTENDANCE_DEVICE to one of "
                f"{', '.join(available)}, or unset it."
            )
