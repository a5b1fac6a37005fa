"""Files of records: JSON, a record a line, in which bytes are base64."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from attendance.errors import SchemaError
from attendance.files.whole_file import BINARY, PRIVATE
from attendance.store.records import Record

ENDING = ".jsonl"
_BYTES = "$bytes"  # the only key of what stands for bytes; no field has this name


def write_lines(path: Path, records: Iterable[Record]) -> int:
    """Write records to a new file, readable by its owner only; returns how many they were.

    Raises:
        OSError: something is there, or there is no space.
    """
    count = 0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | BINARY, PRIVATE)
    with os.fdopen(descriptor, "wb") as file:
        for record in records:
            file.write(json.dumps(record, default=_encoded, separators=(",", ":")).encode() + b"\n")
            count += 1
    return count


def lines_in(path: Path) -> Iterator[Record]:
    """The records of a file, one after the other.

    Raises:
        SchemaError: it is damaged.
        OSError: it can't be read.
    """
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                record = json.loads(line, object_hook=_decoded)
            except ValueError as error:
                raise SchemaError(f"Line {number} of {path.name} is damaged: {error}.") from error
            if not isinstance(record, dict):
                raise SchemaError(f"Line {number} of {path.name} is no record.")
            yield record


def _encoded(value: Any) -> dict[str, str]:
    if isinstance(value, bytes):
        return {_BYTES: base64.b64encode(value).decode()}
    raise TypeError(f"no record has a {type(value).__name__}")


def _decoded(found: dict[str, Any]) -> Any:
    if found.keys() != {_BYTES}:
        return found
    return base64.b64decode(found[_BYTES], validate=True)
