"""Writes everything about a student into a ZIP that a person can read: pages, JSON and pictures."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from html import escape
from tempfile import SpooledTemporaryFile
from typing import IO, Any

import numpy as np

from attendance.audit.chain.values import AuditKind
from attendance.audit.trail import AuditTrail
from attendance.clock import Clock
from attendance.files.snapshots import Snapshots
from attendance.privacy.about_parts import PARTS, AboutPart
from attendance.privacy.about_student import PORTRAIT, AboutStudent, crop_name, review_picture
from attendance.store.protocol import Store
from attendance.values import Student

IN_MEMORY = 1024 * 1024  # bytes of a file; more of it waits on disk
FORM = "zip"  # of the export, in the audit trail
_COMPUTED = (
    "Not inside, because they are computed from what is: automatic reports and daily lists, a trained "
    "classifier, and the order in which other software learns of changes."
)
_OTHERS = (
    "Not inside, because they show or name others: photos of a room, and pictures of check-ins that may be "
    "somebody else's. Where a record concerns other students, it has their number and not who they are."
)
_KEY = (
    "Not inside, because it is a key: what makes the entries of the audit trail yours. It is destroyed when "
    "you are erased."
)
NOT_INSIDE = (_COMPUTED, _OTHERS, _KEY)
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;margin:0 0 1rem;width:100%}th{width:12rem}"
    "th,td{border:1px solid #bbb;padding:.25rem .5rem;text-align:left;vertical-align:top}"
    "td{overflow-wrap:anywhere}img{max-width:16rem;margin:.5rem}"
)


class DataOfStudents:
    """Hands out what is stored about a student; each time is recorded in the audit trail.

    Args:
        store: the register's database.
        snapshots: the pictures of check-ins.
        clock: the source of the time.
        zone: the site's time zone, in which times are written; None means the computer's.
    """

    def __init__(self, store: Store, snapshots: Snapshots, clock: Clock, zone: tzinfo | None) -> None:
        self._store = store
        self._snapshots = snapshots
        self._clock = clock
        self._zone = zone

    def write(self, student: Student, file: IO[bytes]) -> dict[str, int]:
        """Write the ZIP.

        Memory is bounded: one record or picture at a time, or a few hundred entries of the trail.

        Args:
            student: whose data.
            file: where to; need not be seekable.

        Returns:
            How many records each part has, by its key.

        Raises:
            OSError: it can't be written.
        """
        AuditTrail(self._store).note(AuditKind.EXPORT, student_id=student.id, format=FORM)
        about = AboutStudent(self._store, student)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
            counts = {part.key: self._write_part(book, part, about) for part in PARTS}
            pictures = list(self._write_pictures(book, student))
            book.writestr("index.html", self._index(student, counts, pictures))
        return counts

    def _write_part(self, book: zipfile.ZipFile, part: AboutPart, about: AboutStudent) -> int:
        """Write the JSON and the page of a part; returns how many records it has."""
        count = 0
        with SpooledTemporaryFile(IN_MEMORY) as page:
            page.write(_page_start(part.title, part.says))
            with book.open(f"json/{part.key}.json", "w") as data:
                data.write(b"[")
                for count, record in enumerate(part.records(about), start=1):
                    plain = self._plain(record)
                    text = json.dumps(plain, ensure_ascii=False, indent=1)
                    data.write(("," if count > 1 else "").encode() + b"\n" + text.encode())
                    page.write(_table(plain).encode())
                data.write(b"\n]\n")
            page.seek(0)
            with book.open(f"{part.key}.html", "w") as entry:
                shutil.copyfileobj(page, entry)
        return count

    def _write_pictures(self, book: zipfile.ZipFile, student: Student) -> Iterator[str]:
        """Write the pictures; yields their names."""
        portrait = self._store.portrait_of(student.id)
        if portrait is not None:
            book.writestr(PORTRAIT, portrait.jpeg)
            yield PORTRAIT
        for crop in self._store.crops_of(student.id):
            book.writestr(crop_name(crop.source), crop.jpeg)
            yield crop_name(crop.source)
        for review in self._store.reviews_about(student.id):
            name = review_picture(review)
            jpeg = None if name is None else self._snapshots.read(review.snapshot or "")
            if name is not None and jpeg is not None:
                book.writestr(name, jpeg)
                yield name

    def _index(self, student: Student, counts: Mapping[str, int], pictures: list[str]) -> bytes:
        """The first page: what there is."""
        day = self._clock.now().astimezone(self._zone).date().isoformat()
        title = f"Data about {student.name} ({student.roll_number})"
        lines = [f"<p>Everything that the attendance register had on {day}.</p>", "<table>"]
        for part in PARTS:
            link = f'<a href="{part.key}.html">{escape(part.title)}</a>'
            lines.append(f"<tr><th>{link}</th><td>{counts[part.key]}</td><td>{escape(part.says)}</td></tr>")
        lines.append("</table><p>The same for programs: the folder json.</p><h2>Pictures</h2>")
        lines += [f'<img src="{name}" alt="{name}">' for name in pictures] or ["<p>None is stored.</p>"]
        lines.append("<h2>What is not inside</h2>")
        lines += [f"<p>{escape(sentence)}</p>" for sentence in NOT_INSIDE]
        return _page_start(title) + "\n".join(lines).encode()

    def _plain(self, value: Any) -> Any:
        """A value as JSON can have it."""
        if isinstance(value, Mapping):
            return {str(key): self._plain(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self._plain(each) for each in value]
        if isinstance(value, np.ndarray):
            return [round(float(each), 7) for each in value]
        if isinstance(value, datetime):
            return value.astimezone(self._zone).isoformat(timespec="seconds")
        return value.hex() if isinstance(value, bytes) else value


def _page_start(title: str, says: str = "") -> bytes:
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
    back = '<p><a href="index.html">Back</a></p>' if says else ""
    body = f"{back}<h1>{escape(title)}</h1>" + (f"<p>{escape(says)}</p>" if says else "")
    return f'<!doctype html><html lang="en">{head}{body}\n'.encode()


def _table(record: Mapping[str, Any]) -> str:
    """A record for a person to read; what is empty is left out."""
    rows = [
        f"<tr><th>{escape(name.replace('_', ' '))}</th><td>{escape(_text(value))}</td></tr>"
        for name, value in record.items()
        if value not in (None, "", [], {})
    ]
    return f"<table>{''.join(rows)}</table>\n"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return "; ".join(f"{key.replace('_', ' ')}: {_text(each)}" for key, each in value.items() if each)
    if isinstance(value, list):
        return ", ".join(_text(each) for each in value)
    return str(value)


def file_name_of(student: Student) -> str:
    """What a download is called: the roll number, as far as any system allows it in a name."""
    plain = "".join(each if each.isalnum() or each in "-_" else "-" for each in student.roll_number)
    return f"data-of-{plain}.zip"
