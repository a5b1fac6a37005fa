"""The folder of aligned faces: its pictures, and the list of which photo each was made from, and how."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from attendance.errors import AligningFolderError
from attendance.files.csv_writer import Audience, csv_bytes
from attendance.files.formula_guard import without_guard
from attendance.files.whole_file import SHARED, is_draft, write_whole

LIST = "bounding_boxes.csv"


@dataclass(frozen=True)
class AlignedRow:
    """One line of the list; the fields are its columns, in this order.

    Attributes:
        output: ``PERSON/FILE.png`` in the folder of aligned faces.
        x1: left edge of what was cropped, in pixels of the photo.
        y1: upper edge.
        x2: right edge.
        y2: lower edge.
        turned: quarter turns anticlockwise after which the photo is upright.
        confidence: the detector's, 0 to 1.
        photo: ``PERSON/FILE`` in the folder of photos.
        photo_sha256: the photo's checksum.
        output_sha256: the output's.
        options: how it was cropped.
    """

    output: str
    x1: int
    y1: int
    x2: int
    y2: int
    turned: int
    confidence: str
    photo: str
    photo_sha256: str
    output_sha256: str
    options: str


COLUMNS = tuple(field.name for field in fields(AlignedRow))


class AlignedFolder:
    """Reads and writes the pictures and their list.

    Args:
        out: the folder; may not exist yet.
        raw: the folder of photos, in which nothing is ever written.

    Raises:
        AligningFolderError: the folders overlap, or there is something else than aligned faces in ``out``.
    """

    def __init__(self, out: Path, raw: Path) -> None:
        self.out = out.resolve()
        inside = raw.resolve()
        if self.out.is_relative_to(inside) or inside.is_relative_to(self.out):
            raise AligningFolderError(
                f"{out} and {raw} overlap. Name a folder for the faces that neither is in the folder of "
                "photos nor contains it."
            )
        if self.out.exists() and not self.out.is_dir():
            raise AligningFolderError(f"{out} is a file. Name a folder for the aligned faces.")
        ours = (self.out / LIST).is_file()
        if not ours and self.out.is_dir() and any(not is_draft(path.name) for path in self.out.iterdir()):
            raise AligningFolderError(
                f"{out} contains files that this command did not make. Name a new or an empty folder."
            )
        self._rows = self._read() if ours else []

    def prepare(self) -> None:
        """Make the folder, with its list, and delete what an interrupted run left half-written.

        Raises:
            AligningFolderError: nothing can be written there.
        """
        try:
            self.out.mkdir(parents=True, exist_ok=True)
            self.save(self._rows)
        except OSError as error:
            raise AligningFolderError(
                f"{self.out} can't be written to: {error.strerror}. Give this user the right to write there, "
                "or name another folder."
            ) from error
        for draft in (*self.out.glob(".*.part"), *self.out.glob("*/.*.part")):
            if is_draft(draft.name):
                draft.unlink(missing_ok=True)

    def by_photo(self) -> dict[str, list[AlignedRow]]:
        """The lines of the last run, by photo."""
        found: dict[str, list[AlignedRow]] = {}
        for row in self._rows:
            found.setdefault(row.photo, []).append(row)
        return found

    def has(self, row: AlignedRow) -> bool:
        """Whether an output is there as it was written."""
        path = self.out / row.output
        try:
            return not path.is_symlink() and sha256_of(path.read_bytes()) == row.output_sha256
        except OSError:
            return False

    def write(self, output: str, png: bytes) -> None:
        """Write one picture, whole.

        Raises:
            AligningFolderError: a link leads out of the folder.
            OSError: it can't be written.
        """
        path = self.out / output
        path.parent.mkdir(exist_ok=True)
        if path.parent.resolve() != path.parent:
            raise AligningFolderError(
                f"{path.parent} is a link. Remove it, so that nothing is written there."
            )
        write_whole(path, png, mode=SHARED)

    def delete(self, outputs: Iterable[str]) -> None:
        """Delete pictures that an earlier run made and that are no longer wanted."""
        for output in outputs:
            path = self.out / output
            if path.resolve().is_relative_to(self.out):
                path.unlink(missing_ok=True)

    def save(self, rows: Iterable[AlignedRow]) -> None:
        """Write the list, whole."""
        ordered = sorted(rows, key=lambda row: row.output)
        lines = ([str(cell) for cell in astuple(row)] for row in ordered)
        data = csv_bytes(COLUMNS, lines, audience=Audience.PEOPLE, bom=False)
        write_whole(self.out / LIST, data, mode=SHARED)

    def _read(self) -> list[AlignedRow]:
        path = self.out / LIST
        try:
            with path.open(encoding="utf-8", newline="") as file:
                head, *lines = list(csv.reader(file)) or [[]]
            if tuple(head) != COLUMNS:
                raise ValueError(head)  # noqa: TRY301 - the same remedy
            return [_row(line) for line in lines]
        except (OSError, ValueError, TypeError, csv.Error) as error:
            raise AligningFolderError(
                f"{path} is not a list that this command wrote. Name another folder, or delete the file and "
                "all pictures beside it."
            ) from error


def sha256_of(data: bytes) -> str:
    """The checksum of a file, in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def _row(cells: list[str]) -> AlignedRow:
    output, x1, y1, x2, y2, turned, *texts = map(without_guard, cells)
    return AlignedRow(output, int(x1), int(y1), int(x2), int(y2), int(turned), *texts)
