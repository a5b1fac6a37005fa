"""Defines how each type of field is stored in a record, and read from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import is_dataclass
from datetime import datetime
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

import numpy as np
from cattrs import Converter
from cattrs.fns import identity
from numpy.typing import NDArray

from attendance.clock import from_milliseconds, to_milliseconds

STORED_FLOAT = np.dtype("<f4")  # little-endian on every machine, so that a file can move between them

SEALED_LONGER = 33  # bytes; see ``attendance.sealing.cipher``

Write = Callable[[Any], Any]
Read = Callable[[Any, Any], Any]

# Errors stay as they are: wrapping them would take time, and change what callers catch.
converter = Converter(detailed_validation=False)


def pack_embedding(embedding: NDArray[Any]) -> bytes:
    """An embedding ``(D,)`` float32 as little-endian bytes; the bytes of a sealed one, ``(S,)`` uint8.

    Raises:
        ValueError: it has another shape or type.
    """
    if embedding.dtype == np.uint8 and embedding.ndim == 1 and embedding.size % STORED_FLOAT.itemsize:
        return embedding.tobytes()
    if embedding.ndim != 1 or embedding.size == 0 or embedding.dtype != np.float32:
        raise ValueError(
            f"An embedding must be (D,) float32, got {embedding.shape} {embedding.dtype}; "
            "store one row at a time, as float32."
        )
    return embedding.astype(STORED_FLOAT).tobytes()


def unpack_embedding(stored: bytes) -> NDArray[Any]:
    """The embedding ``(D,)`` float32, bit by bit the one that was packed; a sealed one as ``(S,)`` uint8.

    Sealing adds 33 bytes, so the length shows which it is.
    """
    if len(stored) % STORED_FLOAT.itemsize:
        return np.frombuffer(stored, np.uint8)
    return np.frombuffer(stored, STORED_FLOAT).astype(np.float32)


def dimension_of(embedding: NDArray[Any]) -> int:
    """How many numbers an embedding has, sealed or not."""
    if embedding.dtype == np.uint8:
        return int(embedding.size - SEALED_LONGER) // STORED_FLOAT.itemsize
    return int(embedding.size)


def is_nested(kind: Any) -> bool:
    """Whether a field of this type is stored as a list or a mapping, or None if it is optional."""
    plain = _without_none(kind) if _is_optional(kind) else kind
    return is_dataclass(plain) or _is_tuple(plain) or _is_mapping(plain)


def _is_array(kind: Any) -> bool:
    return get_origin(kind) is np.ndarray


def _is_mapping(kind: Any) -> bool:
    return get_origin(kind) is dict


def _is_tuple(kind: Any) -> bool:
    """``tuple[X, ...]``, the only tuples that values have."""
    return get_origin(kind) is tuple and get_args(kind)[1:] == (Ellipsis,)


def _is_optional(kind: Any) -> bool:
    return get_origin(kind) in (Union, UnionType) and len(set(get_args(kind)) - {NoneType}) == 1


def _without_none(kind: Any) -> Any:
    return next(each for each in get_args(kind) if each is not NoneType)


def _as_stored(stored: Any, _: Any) -> Any:
    return stored


def _read_optional(kind: Any) -> Read:
    inner = _without_none(kind)
    read = converter.get_structure_hook(inner)
    if read is _as_stored:
        return _as_stored
    return lambda stored, _: None if stored is None else read(stored, inner)


def _write_optional(kind: Any) -> Write:
    write = converter.get_unstructure_hook(_without_none(kind))
    if write is identity:
        return identity
    return lambda value: None if value is None else write(value)


def _read_tuple(kind: Any) -> Read:
    inner = get_args(kind)[0]
    read = converter.get_structure_hook(inner)
    if read is _as_stored:
        return lambda stored, _: tuple(stored)
    return lambda stored, _: tuple([read(each, inner) for each in stored])


def _write_tuple(kind: Any) -> Write:
    write = converter.get_unstructure_hook(get_args(kind)[0])
    if write is identity:
        return list
    return lambda values: [write(each) for each in values]


for _plain in (str, int, float):
    converter.register_structure_hook(_plain, _as_stored)
converter.register_unstructure_hook(float, float)  # a score may be one of numpy's
converter.register_structure_hook(bool, lambda stored, _: bool(stored))  # SQLite has 0 and 1
converter.register_structure_hook(StrEnum, lambda stored, kind: kind(stored))
converter.register_unstructure_hook(StrEnum, lambda member: member.value)
converter.register_structure_hook(datetime, lambda stored, _: from_milliseconds(stored))
converter.register_unstructure_hook(datetime, to_milliseconds)
converter.register_structure_hook_func(_is_array, lambda stored, _: unpack_embedding(stored))
converter.register_unstructure_hook_func(_is_array, pack_embedding)
converter.register_structure_hook_func(_is_mapping, lambda stored, _: dict(stored))
converter.register_unstructure_hook_func(_is_mapping, identity)
converter.register_structure_hook_factory(_is_optional, _read_optional)
converter.register_unstructure_hook_factory(_is_optional, _write_optional)
converter.register_structure_hook_factory(_is_tuple, _read_tuple)
converter.register_unstructure_hook_factory(_is_tuple, _write_tuple)
