"""Runs networks with OpenVINO on one device; thread-safe."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from threading import Lock
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from face_detection.errors import EngineError, ModelFileError
from face_detection.runtime.network_requests import Company, NetworkRequests

Precision = Literal["f32", "bf16"]

# Concurrent calls of one network. Compiled for latency, a network runs one call at a time on all cores, and
# the second one is ready to follow.
_CALLS = 2
# Weights of a network that is compiled once more for company: those of MTCNN, the face mesh and retail-0095.
# That takes 20 MB together; dlib's would take 27 more.
_SMALL_BYTES = 8 << 20
_MOST_CORES = 8  # that one network uses while others run, because each core needs memory of its own
_CONVERTER = "openvino.tools.ovc"


@cache
def openvino() -> Any:
    """Import the ``openvino`` module at the first call, without telemetry.

    Importing OpenVINO sends an event to a statistics service, unless the package ``openvino_telemetry``
    can't be imported; then it uses a stub. All code in this package gets OpenVINO from here, so that no
    process reports anything.

    OpenVINO also imports its model converter if it can. This import is made to fail, because it takes as long
    as all the rest; code that converts models imports it explicitly.
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


def share_cores(processes: int) -> None:
    """Let the networks that this process compiles from now on use their part of the cores.

    Args:
        processes: how many processes run networks at the same time.
    """
    _shared[:] = [processes]


_shared = [1]


def _usable_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


_company = Company()


def _is_small(model: Any) -> bool:
    """Whether a network needs little memory once more."""
    weights = model.with_suffix(".bin") if isinstance(model, Path) else None
    return weights is None or (weights.is_file() and weights.stat().st_size <= _SMALL_BYTES)


class Network:
    """A compiled network; thread-safe.

    A run that is alone uses all cores. While others run, each uses one: cores that work together wait for
    each other, which costs most where all are busy anyway.

    Args:
        compiled: compiled for one run on all cores.
        compile_for_company: compiles it once more, for runs on one core each, as soon as there is company;
            None where the same form serves both.
        cores: how many of those run at once.
    """

    def __init__(
        self, compiled: Any, compile_for_company: Callable[[], Any] | None = None, *, cores: int = _CALLS
    ) -> None:
        self._alone = NetworkRequests(compiled, _CALLS)
        self._shared: NetworkRequests | None = None
        self._compile_for_company = compile_for_company
        self._cores = cores
        self._lock = Lock()

    @property
    def compiled(self) -> Any:
        """OpenVINO's own object, of the form for a run that is alone."""
        return self._alone.compiled

    def __call__(self, *inputs: NDArray[Any]) -> tuple[NDArray[np.float32], ...]:
        """Run the network once.

        Args:
            inputs: one C-contiguous array per input, of its element type.

        Returns:
            One array per output, owned by the caller.
        """
        with _company.entered() as has_company:
            return (self._for_company() if has_company else self._alone).run(inputs)

    def _for_company(self) -> NetworkRequests:
        """The form for runs beside others; the usual one until it is compiled."""
        if self._shared is None and self._lock.acquire(blocking=False):
            try:
                if self._shared is None and self._compile_for_company is not None:
                    self._shared = NetworkRequests(self._compile_for_company(), self._cores)
            except RuntimeError:  # such as too little memory
                self._compile_for_company = None
            finally:
                self._lock.release()
        return self._shared or self._alone


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
        company: whether runs beside others use one core each, where the device is the CPU.
    """

    device: str = "CPU"
    precision: Precision | None = None
    cache: Path | None = None
    company: bool = True

    def compile(self, model: Any) -> Network:
        """Compile a network for the device.

        Args:
            model: an ``ov.Model``, or the path of a file in OpenVINO's format.

        Raises:
            EngineError: this machine has no such device, or too little memory.
            ModelFileError: the file is missing, or OpenVINO can't use it.
        """
        self._require_device()
        source = str(model) if isinstance(model, Path) else model
        try:
            compiled = _core().compile_model(source, self.device, self._configuration())
        except RuntimeError as error:
            if any(words in str(error) for words in OUT_OF_MEMORY):
                raise EngineError(TOO_LITTLE_MEMORY) from error
            name = str(model) if isinstance(model, Path) else f"network {model.friendly_name!r}"
            raise ModelFileError(
                f"OpenVINO can't use {name} on {self.device}: {str(error).strip()[-300:]} "
                "If it is a file, delete it and restart; it will be created again."
            ) from error
        cores = min(max(1, _usable_cores() // _shared[0]), _MOST_CORES)
        if self.device != "CPU" or cores == 1 or not self.company or not _is_small(model):
            return Network(compiled)
        again = partial(_core().compile_model, source, "CPU", self._one_core_each(cores))
        return Network(compiled, again, cores=cores)

    def _one_core_each(self, cores: int) -> dict[str, Any]:
        """The configuration for several runs at once."""
        usual = {name: value for name, value in self._configuration().items() if name != "PERFORMANCE_HINT"}
        return usual | {"NUM_STREAMS": cores, "INFERENCE_NUM_THREADS": cores}

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
        available = _core().available_devices
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
