"""OpenVINO's module without telemetry, and the one core of this process."""

from __future__ import annotations

import sys
from functools import cache
from threading import Lock
from typing import Any

from face_detection.runtime.callers_thread import compute_in_callers_thread

_CONVERTER = "openvino.tools.ovc"
_core_lock = Lock()


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


def core() -> Any:
    """This process's ``ov.Core``, which nobody else may create.

    A core that uses the CPU gives the thread a stack for signal handlers. When it ends, it takes that away
    and restores the one before. Of two cores of one thread, the second may restore what went with the first,
    and the next signal ends the process without a word (OpenVINO 2026.4). So there is one, until the process
    ends.
    """
    with _core_lock:
        return _made_core()


@cache
def _made_core() -> Any:
    compute_in_callers_thread()
    return openvino().Core()
