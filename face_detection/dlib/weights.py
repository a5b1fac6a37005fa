"""Reads the weights of dlib's face descriptor from dlib's own file format, without dlib."""

from __future__ import annotations

import hashlib
import importlib.util
import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from face_detection.errors import ModelFileError
from face_detection.runtime.reinstall import reinstall

# The file in PyPI's face_recognition_models 0.3.0 and on dlib.net.
FILE_NAME = "dlib_face_recognition_resnet_model_v1.dat"
FILE_BYTES = 22_466_066
FILE_SHA256 = "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30"
REMEDY = reinstall("face_recognition_models")

_LAYERS_WITH_TAGS = 130
_KINDS = {
    "con_4": 29,
    "affine_": 29,
    "relu_": 29,
    "add_prev_": 14,
    "avg_pool_2": 5,
    "max_pool_2": 1,
    "fc_2": 1,
}
_MAX_TENSOR = 8_000_000  # floats; the whole network has 5.6 million

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer of the file.

    Attributes:
        kind: dlib's name of the layer type, such as ``con_4``.
        sizes: its integer parameters, such as kernel and stride.
        params: its weights, ``(n,)`` float32; empty for a layer without weights.
    """

    kind: str
    sizes: tuple[int, ...]
    params: Floats


class _Reader:
    """Reads dlib's primitives from bytes sequentially, never past the end."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, count: int) -> bytes:
        if not 0 <= count <= len(self.data) - self.at:
            raise ValueError(f"{count} bytes expected at {self.at} of {len(self.data)}")
        self.at += count
        return self.data[self.at - count : self.at]

    def integer(self) -> int:
        control = self.take(1)[0]
        count = control & 0x0F
        if not 1 <= count <= 8 or control & 0x70:
            raise ValueError(f"{control:#x} at {self.at - 1} does not begin an integer")
        magnitude = int.from_bytes(self.take(count), "little")
        return -magnitude if control & 0x80 else magnitude

    def integers(self, count: int) -> tuple[int, ...]:
        return tuple(self.integer() for _ in range(count))

    def floats(self, count: int) -> tuple[float, ...]:
        # dlib writes the mantissa first and then the exponent of two.
        return tuple(math.ldexp(self.integer(), min(self.integer(), 1023)) for _ in range(count))

    def string(self) -> str:
        return self.take(self.integer()).decode("ascii")

    def expect(self, *wanted: object) -> None:
        at = self.at
        got = tuple(self.string() if isinstance(value, str) else self.integer() for value in wanted)
        if got != wanted:
            raise ValueError(f"{got} instead of {wanted} at {at}")

    def tensor(self) -> Floats:
        self.expect(2)
        size = math.prod(self.integers(4))
        if not 0 <= size <= _MAX_TENSOR:
            raise ValueError(f"a tensor of {size} numbers at {self.at}")
        return np.frombuffer(self.take(4 * size), "<f4").astype(np.float32)

    def aliases(self, count: int) -> None:
        for _ in range(count):
            self.expect(1)
            self.integers(4)


def _convolution(reader: _Reader) -> Layer:
    params, sizes = reader.tensor(), reader.integers(7)
    reader.aliases(2)
    reader.floats(4)
    return Layer("con_4", sizes, params)


def _affine(reader: _Reader) -> Layer:
    params = reader.tensor()
    reader.aliases(2)
    return Layer("affine_", reader.integers(1), params)


def _fully_connected(reader: _Reader) -> Layer:
    sizes, params = reader.integers(2), reader.tensor()
    reader.aliases(2)
    reader.expect(1)  # no bias
    reader.floats(4)
    return Layer("fc_2", sizes, params)


def _bare(kind: str, sizes: int) -> Callable[[_Reader], Layer]:
    return lambda reader: Layer(kind, reader.integers(sizes), np.empty(0, np.float32))


_DETAILS: dict[str, Callable[[_Reader], Layer]] = {
    "con_4": _convolution,
    "affine_": _affine,
    "fc_2": _fully_connected,
    "relu_": _bare("relu_", 0),
    "add_prev_": _bare("add_prev_", 0),
    "max_pool_2": _bare("max_pool_2", 6),
    "avg_pool_2": _bare("avg_pool_2", 6),
}


def _layer(reader: _Reader) -> Layer:
    kind = reader.string()
    if kind not in _DETAILS:
        raise ValueError(f"an unknown layer {kind!r} at {reader.at}")
    layer = _DETAILS[kind](reader)
    reader.take(3)  # three flags of its training
    if any(reader.tensor().size for _ in range(3)):
        raise ValueError(f"training data after {kind} at {reader.at}")
    return layer


def parse(data: bytes) -> tuple[Layer, ...]:
    """Parse the file.

    Args:
        data: the whole file.

    Returns:
        The 108 layers that compute something, from input to output.

    Raises:
        ValueError: the bytes are not that file; the message says where they differ.
    """
    reader = _Reader(data)
    reader.expect(1, "loss_metric_2")
    reader.floats(2)
    reader.integers(_LAYERS_WITH_TAGS)
    reader.expect("input_rgb_image_sized")
    reader.floats(3)
    reader.expect(150, 150)
    innermost = _layer(reader)
    reader.integer()  # only this layer is followed by one more number
    layers = (innermost, *(_layer(reader) for _ in range(sum(_KINDS.values()) - 1)))
    if reader.at != len(data):
        raise ValueError(f"{len(data) - reader.at} unexpected bytes at the end")
    if (counts := dict(Counter(layer.kind for layer in layers))) != _KINDS:
        raise ValueError(f"layers {counts} instead of {_KINDS}")
    return layers


def find() -> Path:
    """Find the weights in the package ``face_recognition_models`` without importing it.

    Raises:
        ModelFileError: the package or the file is missing.
    """
    # Importing the package needs pkg_resources, which new versions of setuptools lack.
    found = importlib.util.find_spec("face_recognition_models")
    for folder in (found.submodule_search_locations or ()) if found else ():
        path = Path(folder) / "models" / FILE_NAME
        if path.is_file():
            return path
    raise ModelFileError(f"The package face_recognition_models with {FILE_NAME} is not installed. {REMEDY}")


def read(path: Path) -> tuple[Layer, ...]:
    """Read and verify the file of weights.

    Args:
        path: the file, as returned by :func:`find`.

    Returns:
        The layers, from input to output.

    Raises:
        ModelFileError: the file can't be read, is truncated, or is another one.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelFileError(f"{path} can't be read ({error.strerror}). {REMEDY}") from error
    if len(data) != FILE_BYTES:
        raise ModelFileError(f"{path} has {len(data):,} bytes instead of {FILE_BYTES:,}. {REMEDY}")
    if (digest := hashlib.sha256(data).hexdigest()) != FILE_SHA256:
        raise ModelFileError(f"{path} has the checksum {digest} instead of {FILE_SHA256}. {REMEDY}")
    try:
        return parse(data)
    except (ValueError, OverflowError) as error:
        raise ModelFileError(f"{path} is not dlib's face descriptor: {error}. {REMEDY}") from error
