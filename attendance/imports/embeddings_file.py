"""Reads ``embeddings.json``, ``{"id": [[…], …], …}``, one student after the other, and believes nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from attendance.enrolment.folders.enrolment_folder import Aside
from attendance.errors import ImportFileError
from attendance.imports.json_pieces import JsonPieces
from attendance.lists.encodings import UTF_16_MARKS

LARGEST_FILE = 1_000_000_000  # bytes; 512 numbers take about 11 kB, so this is 18,000 students with five each
MOST_STUDENTS = 100_000  # ids in a file; even a few bytes for each must not fill the memory
MOST_EMBEDDINGS = 100  # of one student: as many pictures as the busiest capture scripts take
LONGEST_ID = 200  # characters that are shown or stored of an id
SHORTEST_LENGTH = 1e-6  # of a vector; below, it has no usable direction


@dataclass(frozen=True, eq=False)
class GivenStudent:
    """The file's content for one student.

    Attributes:
        key: the id, as written.
        rows: ``(N, D)`` float32 of length 1, each a usable embedding.
        numbers: which of the student's embeddings each row is, from 1.
        lengths: ``(N,)`` float64, how long the rows were in the file.
        refused: what can't be used, and why.
    """

    key: str
    rows: NDArray[np.float32]
    numbers: tuple[int, ...]
    lengths: NDArray[np.float64]
    refused: tuple[Aside, ...]


def read_embeddings(path: Path, dimension: int) -> Iterator[GivenStudent]:
    """The students of the file, in its order; at most one student's numbers are in memory as text.

    Args:
        path: a JSON file.
        dimension: how many numbers an embedding of the named engine has.

    Raises:
        ImportFileError: the file can't be read as such; students before that place were given already,
            so an import reads to the end first.
    """
    with _opened(path) as file:
        reader = JsonPieces(file, path.name)
        try:
            yield from _students(reader, dimension)
        except UnicodeError as error:
            raise ImportFileError(f"{path.name} is not in UTF-8: {error}.") from error
        except OSError as error:
            raise ImportFileError(f"{path} can't be read: {error.strerror}.") from error


def _opened(path: Path) -> IO[str]:
    """The file as text."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            mark = file.read(2)
        if size > LARGEST_FILE:
            raise ImportFileError(
                f"{path.name} has {size} bytes; at most {LARGEST_FILE} are read. Split it into several files."
            )
        return path.open(encoding="utf-16" if mark in UTF_16_MARKS else "utf-8-sig")
    except OSError as error:
        raise ImportFileError(f"{path} can't be read: {error.strerror}.") from error


def _students(reader: JsonPieces, dimension: int) -> Iterator[GivenStudent]:
    """Walk through the outermost object."""
    if not reader.takes("{"):
        raise ImportFileError(
            f'{reader.name} does not begin with {{. It should look like {{"17": [[0.1, …], …], …}}.'
        )
    if reader.takes("}"):
        raise ImportFileError(f"{reader.name} contains no students.")
    seen: set[str] = set()
    while True:
        key = reader.value("an id")
        if len(seen) >= MOST_STUDENTS:
            raise ImportFileError(
                f"{reader.name} has more than {MOST_STUDENTS} ids. Split it into several files."
            )
        if not isinstance(key, str):
            raise ImportFileError(f"{reader.name} has {_kind(key)} where an id in quotes should be.")
        reader.needs(":", f"after the id {shown(key)}")
        value = reader.value(f"the embeddings of {shown(key)}")
        if key in seen:
            yield _nothing(key, dimension, "The file has this id twice. The first one is used.")
        else:
            seen.add(key)
            yield _student(key, value, dimension)
        if reader.takes("}"):
            break
        reader.needs(",", f"after the embeddings of {shown(key)}")
    reader.needs_end()


def shown(key: str) -> str:
    """An id as messages show it: on one line, and not for ever."""
    return repr(key if len(key) <= LONGEST_ID else f"{key[:LONGEST_ID]}…")


def _student(key: str, value: Any, dimension: int) -> GivenStudent:
    """The file's content for one student, with its problems."""
    source = f"id {shown(key)}"
    if not isinstance(value, list):
        return _nothing(key, dimension, f"It has {_kind(value)} instead of lists of {dimension} numbers.")
    # One embedding without a list around it is what some scripts write for a student with one photo.
    vectors = [value] if value and not isinstance(value[0], list) else value
    if not vectors:
        return _nothing(key, dimension, "It has no embedding.")
    rows, numbers, lengths, asides = [], [], [], []
    for number, vector in enumerate(vectors[:MOST_EMBEDDINGS], start=1):
        checked = _vector(vector, dimension)
        if isinstance(checked, str):
            asides.append(Aside(f"{source}, embedding {number}", checked))
            continue
        length = float(np.linalg.norm(checked))
        rows.append((checked / length).astype(np.float32))
        numbers.append(number)
        lengths.append(length)
    if len(vectors) > MOST_EMBEDDINGS:
        surplus = f"{source}, embeddings {MOST_EMBEDDINGS + 1} to {len(vectors)}"
        asides.append(Aside(surplus, f"At most {MOST_EMBEDDINGS} embeddings of one student are imported."))
    stacked = np.stack(rows) if rows else np.empty((0, dimension), np.float32)
    return GivenStudent(key, stacked, tuple(numbers), np.array(lengths), tuple(asides))


def _nothing(key: str, dimension: int, reason: str) -> GivenStudent:
    """A student without anything usable, and why."""
    refused = (Aside(f"id {shown(key)}", reason),)
    return GivenStudent(key, np.empty((0, dimension), np.float32), (), np.empty(0), refused)


def _vector(vector: Any, dimension: int) -> NDArray[np.float64] | str:
    """The numbers of an embedding, or what is wrong with them."""
    if not isinstance(vector, list):
        return f"It is {_kind(vector)} instead of a list of {dimension} numbers."
    if len(vector) != dimension:
        return f"It has {len(vector)} numbers instead of {dimension}."
    for place, number in enumerate(vector, start=1):
        if isinstance(number, bool) or not isinstance(number, int | float):
            return f"Its number {place} is {_kind(number)}."
        if not _is_finite(number):
            return f"Its number {place} is {_written(number)}; only finite numbers can be compared."
    numbers = np.array(vector, np.float64)
    with np.errstate(over="ignore"):
        length = float(np.linalg.norm(numbers))
    if not SHORTEST_LENGTH < length < math.inf:
        return f"Its length is {length:.3g}, so it has no direction."
    return numbers


def _is_finite(number: float) -> bool:
    try:
        return math.isfinite(number)
    except OverflowError:  # a whole number with more digits than a float can represent
        return False


def _written(number: float) -> str:
    return "no finite number" if isinstance(number, int) else str(number)


def _kind(value: Any) -> str:
    """What a value is, in a word."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    kinds = {str: "a text", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return kinds[type(value)]
