"""Lists of pairs of photos: LFW's pairs.txt, the same as CSV, and CSV files with two photos in each line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from attendance.errors import EvaluationDataError
from attendance.evaluation.labelled_faces import LabelledFaces
from attendance.lists.list_file import read_file
from attendance.lists.table import Row
from face_matching.evaluation.ten_fold import FoldedAccuracy, folded_accuracy

FOLDS = 10
NOT_ACQUIRED = -1.0
"""The score of a pair with a photo that has no usable face: it never passes."""

SAME = {"1": True, "true": True, "yes": True, "same": True, "0": False, "false": False, "no": False}
SAME |= {"different": False, "-1": False}
FIRST, SECOND, LABEL, FOLD = (
    ("path1", "image1", "file1", "photo1", "first", "img1"),
    ("path2", "image2", "file2", "photo2", "second", "img2"),
    ("same", "issame", "label", "match", "target"),
    ("fold", "split"),
)
LFW_HEADINGS = ("name", "imagenum1")


@dataclass(frozen=True)
class ListedPair:
    """Two photos, as ``person/file`` without the ending, whether they show one person, and the fold."""

    first: str
    second: str
    same: bool
    fold: int | None


def read_pairs(path: Path) -> list[ListedPair]:
    """Read a list of pairs.

    Args:
        path: as LFW's ``pairs.txt``: ``Name 1 2`` or ``Name 1 Other 2`` after a line with the number of
            folds and of pairs of each kind in a fold; or a CSV file of such lines; or one with the headings
            ``path1``, ``path2``, ``same`` and perhaps ``fold``. Without folds the pairs of each kind are
            dealt into ten blocks.

    Raises:
        EvaluationDataError: a line can't be understood, or there are no pairs.
        StudentListError: it can't be read.
    """
    rows = [tuple(cell.strip() for cell in row) for row in _rows(path)]
    headings = [cell.lower().replace(" ", "").replace("_", "") for cell in rows[0]] if rows else []
    places = [
        next((n for n, cell in enumerate(headings) if cell in names), None)
        for names in (FIRST, SECOND, LABEL, FOLD)
    ]
    if None not in places[:3]:
        pairs = [_by_headings(row, places, number, path) for number, row in enumerate(rows[1:], start=2)]
    else:
        pairs = _as_lfw(rows, headings, path)
    if not pairs:
        raise EvaluationDataError(f"{path.name} has no pairs.")
    return pairs if all(pair.fold is not None for pair in pairs) else _dealt(pairs)


def accuracy_of(pairs: Sequence[ListedPair], faces: LabelledFaces) -> tuple[FoldedAccuracy, int]:
    """The accuracy on a list of pairs, and how many of them have a photo without a usable face.

    Args:
        pairs: the list.
        faces: those of its photos that have a usable face.

    Raises:
        EvaluationDataError: no photo of the list has one.
        EvaluationError: there are fewer than two folds.
    """
    rows = {_stem(photo): row for row, photo in enumerate(faces.photos)}
    found = [(rows.get(pair.first), rows.get(pair.second)) for pair in pairs]
    scores = [
        NOT_ACQUIRED
        if one is None or other is None
        else float(faces.embeddings[one] @ faces.embeddings[other])
        for one, other in found
    ]
    missing = sum(None in each for each in found)
    if missing == len(pairs):
        raise EvaluationDataError(f"None of the {len(pairs)} pairs has two photos with a usable face.")
    same = np.array([pair.same for pair in pairs], np.bool_)
    folds = np.array([pair.fold or 0 for pair in pairs], np.intp)
    return folded_accuracy(np.array(scores), same, folds), missing


def photos_of(pairs: Sequence[ListedPair]) -> frozenset[str]:
    """The photos of a list, as ``person/file`` without the ending."""
    return frozenset(photo for pair in pairs for photo in (pair.first, pair.second))


def _rows(path: Path) -> list[Row]:
    if path.suffix.lower() == ".txt":
        try:
            text = path.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise EvaluationDataError(f"{path} can't be read: {error}.") from error
        return [
            tuple(line.split("\t") if "\t" in line else line.split())
            for line in text.splitlines()
            if line.strip()
        ]
    return [row for row in read_file(path).tables[0].rows if any(cell.strip() for cell in row)]


def _as_lfw(rows: Sequence[Row], headings: Sequence[str], path: Path) -> list[ListedPair]:
    """Lines of LFW's list: ``Name 1 2`` is one person, ``Name 1 Other 2`` two."""
    per_fold: int | None = None
    start = 0
    cells = [cell for cell in rows[0] if cell] if rows else []
    if headings[:2] == list(LFW_HEADINGS):
        start = 1
    elif cells and all(cell.isdecimal() for cell in cells):
        start = 1
        per_fold = 2 * int(cells[1]) if len(cells) == 2 and int(cells[1]) > 0 else None
    pairs: list[ListedPair] = []
    for number, row in enumerate(rows[start:], start=start + 1):
        fold = None if per_fold is None else len(pairs) // per_fold
        pairs.append(_lfw_pair([cell for cell in row if cell], number, path, fold))
    return pairs


def _lfw_pair(cells: Sequence[str], number: int, path: Path, fold: int | None) -> ListedPair:
    if len(cells) == 3 and cells[1].isdecimal() and cells[2].isdecimal():
        return ListedPair(
            _lfw_photo(cells[0], cells[1]), _lfw_photo(cells[0], cells[2]), same=True, fold=fold
        )
    if len(cells) == 4 and cells[1].isdecimal() and cells[3].isdecimal():
        return ListedPair(
            _lfw_photo(cells[0], cells[1]), _lfw_photo(cells[2], cells[3]), same=False, fold=fold
        )
    raise EvaluationDataError(
        f"{path.name}, line {number}: {' '.join(cells)[:60]!r} is no pair. Lines are 'Name 1 2' or "
        "'Name 1 Other 2', or the first line names the columns path1, path2 and same."
    )


def _lfw_photo(name: str, number: str) -> str:
    return f"{name}/{name}_{int(number):04d}"


def _by_headings(row: Row, places: Sequence[int | None], number: int, path: Path) -> ListedPair:
    cells = dict(
        zip(("first", "second", "same", "fold"), (_cell(row, place) for place in places), strict=True)
    )
    same = SAME.get(cells["same"].lower())
    fold = cells["fold"]
    if same is None or not cells["first"] or not cells["second"] or (fold and not fold.isdecimal()):
        raise EvaluationDataError(
            f"{path.name}, line {number}: needs two photos, and 1 or 0 for whether they show one person; "
            f"got {cells['first']!r}, {cells['second']!r}, {cells['same']!r}."
        )
    return ListedPair(_stem(cells["first"]), _stem(cells["second"]), same, int(fold) if fold else None)


def _cell(row: Row, place: int | None) -> str:
    return row[place] if place is not None and place < len(row) else ""


def _stem(photo: str) -> str:
    """The folder and the file's name without its ending."""
    parts = photo.replace("\\", "/").rsplit("/", 2)[-2:]
    return "/".join([*parts[:-1], parts[-1].rsplit(".", 1)[0]])


def _dealt(pairs: Sequence[ListedPair]) -> list[ListedPair]:
    """The pairs of each kind in ten blocks of neighbouring lines."""
    count: Mapping[bool, int] = {kind: sum(pair.same is kind for pair in pairs) for kind in (True, False)}
    seen = {True: 0, False: 0}
    dealt = []
    for pair in pairs:
        fold = seen[pair.same] * FOLDS // count[pair.same]
        seen[pair.same] += 1
        dealt.append(ListedPair(pair.first, pair.second, pair.same, fold))
    return dealt
