"""Keeps compiled networks for all tests of a process: compiling MTCNN and dlib's network takes a second.

What OpenVINO makes of a network depends on nothing but the network, the device and the configuration, and any
number of requests may run on it. Only what fails is tried again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import pytest

from face_detection.runtime import openvino_core
from face_detection.runtime.openvino_runtime import Runtime

LARGEST = 32 * 1024**2  # bytes of a file; FaceNet's network would need 100 MB in each process


def keep_networks(patch: pytest.MonkeyPatch) -> None:
    """Let all loaders of this process share what they compile."""
    compile_network, kept = Runtime._compiled, dict[Hashable, Any]()

    def compile_once(
        runtime: Runtime, model: Any, configuration: dict[str, Any], batch: int | None = None
    ) -> Any:
        content = _content(model)
        if content is None:
            return compile_network(runtime, model, configuration, batch)
        # A test that puts another library in OpenVINO's place gets what that makes.
        key = (openvino_core._made_core, runtime.device, *sorted(configuration.items()), batch, content)
        if key not in kept:
            kept[key] = compile_network(runtime, model, configuration, batch)
        return kept[key]

    patch.setattr(Runtime, "_compiled", compile_once)


def _content(model: Any) -> Hashable:
    """All that makes a network; None for what is not kept, such as a missing or large file."""
    if isinstance(model, Path):
        files = [file for file in (model, model.with_suffix(".bin")) if file.is_file()]
        states = [file.stat() for file in files]
        if not files or sum(state.st_size for state in states) > LARGEST:
            return None
        return tuple(
            (file, state.st_size, state.st_mtime_ns) for file, state in zip(files, states, strict=True)
        )
    if not hasattr(model, "get_ordered_ops"):
        return None
    operations = model.get_ordered_ops()
    numbers = {operation.get_name(): number for number, operation in enumerate(operations)}
    digest = hashlib.sha256(model.get_friendly_name().encode())
    for operation in operations:
        sources = [put.get_source_output() for put in operation.inputs()]
        wires = [(numbers[source.get_node().get_name()], source.get_index()) for source in sources]
        shapes = [(str(put.partial_shape), str(put.element_type)) for put in operation.outputs()]
        described = (operation.get_type_name(), operation.get_attributes(), wires, shapes)
        digest.update(repr(described).encode())
        if operation.get_type_name() == "Constant":
            digest.update(operation.data.tobytes())
    return digest.digest()
