"""The parsers of this program that are Python alone, each as a function that refuses or understands."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import chain

from flask import Flask
from werkzeug.formparser import FormDataParser

from attendance.audit.receipts.certificate import certificate_of
from attendance.audit.receipts.reading import verify
from attendance.audit.receipts.receipt import Receipt, line_of, text_of
from attendance.audit.receipts.signing import ReceiptKeys
from attendance.backup.sealed_stream import SealedReader, SealedWriter
from attendance.errors import BackupError, DayOffError, StudentListError
from attendance.imports.calendar_file import read_calendar
from attendance.lists.list_file import parse_file
from attendance.lists.student_list import students_of
from attendance.sealing.site_keys import SiteKey, SiteKeys
from attendance.store.erasure import Erasure
from attendance.values import MarkStatus
from benchmarks.hostile.kinds.image_seeds import picture_seeds
from client.problems.refusals import RefusedError
from client.web.grants import Signatures
from client.web.parsing.strict_json import StrictJSON
from client.web.parsing.whole_forms import parts_of
from client.web.visitors.sent_token import sent_token
from face_detection.decoding.structure import outline_of
from face_detection.errors import PhotoError

SECRET = b"a secret of a run that lasts for minutes"
BOUNDARY = b"b"
NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Parser:
    """A parser to try.

    Attributes:
        read: gets any bytes; an exception is a fault.
        seeds: makes bytes that it understands.
        module: where its code is.
    """

    read: Callable[[bytes], None]
    seeds: Callable[[], list[bytes]]
    module: str


def _read_receipt(data: bytes) -> None:
    keys = _receipt_keys()
    verify(data.decode("utf-8", "surrogateescape"), keys.public_key, keys)


def _read_grant(data: bytes) -> None:
    text, signatures = data.decode("utf-8", "surrogateescape"), Signatures(SECRET)
    for read in (
        signatures.read_signed_grant,
        signatures.read_poster,
        lambda text: signatures.read_claim(text, NOW),
    ):
        try:
            read(text)
        except RefusedError:
            continue


def _read_form(data: bytes) -> None:
    """What is read in one go must be what werkzeug's own parser reads."""
    parts = parts_of(data, BOUNDARY)
    if parts is None:
        return
    kind = {"boundary": BOUNDARY.decode()}
    _, form, files = FormDataParser(silent=False).parse(
        io.BytesIO(data), "multipart/form-data", len(data), kind
    )
    theirs = [value.encode() for values in form.listvalues() for value in values]
    for file in chain.from_iterable(files.listvalues()):
        theirs.append(file.read())
        file.close()
    ours = [part.content.decode("utf-8", "replace").encode() for part in parts if part.content]
    if len(theirs) != len(parts) or not {*ours} <= {
        each.decode("utf-8", "replace").encode() for each in theirs
    } | {b""}:
        raise AssertionError(f"{len(parts)} parts here, {len(theirs)} there")


def _read_outline(data: bytes) -> None:
    try:
        outline = outline_of(data)
    except PhotoError:
        return
    outline.decoder_bytes(1280)


def _read_list(data: bytes) -> None:
    try:
        students_of(parse_file(data, "list"))
    except StudentListError:
        return


def _read_calendar(data: bytes) -> None:
    try:
        read_calendar(data)
    except DayOffError:
        return


def _read_json(data: bytes) -> None:
    try:
        _json().loads(data)
    except ValueError:
        return


def _read_backup(data: bytes) -> None:
    try:
        reader = SealedReader(io.BytesIO(data), SiteKeys([_site_key()]), "backup")
        while reader.read(4096):
            pass
    except BackupError:
        return


def _read_token(data: bytes) -> None:
    sent_token({"HTTP_AUTHORIZATION": data.decode("latin-1")})


@cache
def _json() -> StrictJSON:
    return StrictJSON(Flask("parsers"))


@cache
def _receipt_keys() -> ReceiptKeys:
    return ReceiptKeys(SECRET)


@cache
def _site_key() -> SiteKey:
    return SiteKey(SECRET[:32])


def _receipts() -> list[bytes]:
    keys = _receipt_keys()
    receipt = Receipt(MarkStatus.PRESENT, NOW, keys.session("s"), keys.student("s", "1"))
    texts = (text_of(receipt, keys), line_of(receipt, keys), certificate_of(Erasure(), NOW, "", keys))
    return [text.encode() for text in texts]


def _grants() -> list[bytes]:
    signatures = Signatures(SECRET)
    return [signatures.new_grant("s", NOW).encode(), signatures.poster("course").encode()]


def _forms() -> list[bytes]:
    head = b'--b\r\nContent-Disposition: form-data; name="image"'
    return [
        head + b'; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\nphoto\r\n--b--\r\n',
        head + b"\r\n\r\ntext\r\n" + head + b"\r\n\r\nmore\r\n--b--\r\n",
    ]


def _pictures() -> list[bytes]:
    return list(picture_seeds().values())


def _lists() -> list[bytes]:
    text = 'Roll number;Name\r\n17;"Lovelace, Ada"\r\nCS-18;Grace Hopper\r\n'
    return [text.encode(encoding) for encoding in ("utf-8", "utf-16", "cp1252")]


def _calendars() -> list[bytes]:
    day = (
        "BEGIN:VEVENT",
        "DTSTART;VALUE=DATE:20261224",
        "DTEND;VALUE=DATE:20261227",
        "SUMMARY:Holi",
        " days",
    )
    return ["\r\n".join(("BEGIN:VCALENDAR", *day, "END:VEVENT", "END:VCALENDAR", "")).encode()]


def _jsons() -> list[bytes]:
    return [b'{"name": "Ada", "roll_number": "17", "list": [1, 2.5, null, true]}']


def _backups() -> list[bytes]:
    out = io.BytesIO()
    writer = SealedWriter(out, _site_key())
    writer.write(b"content " * 100)
    writer.finish()
    return [out.getvalue()]


def _tokens() -> list[bytes]:
    return [b"Bearer fa_" + b"A" * 43, b"Basic YXBpOmZhX0E="]


PARSERS = {
    "receipts": Parser(_read_receipt, _receipts, "attendance.audit.receipts"),
    "grants": Parser(_read_grant, _grants, "client.web.grants"),
    "forms": Parser(_read_form, _forms, "client.web.parsing.whole_forms"),
    "outlines": Parser(_read_outline, _pictures, "face_detection.decoding"),
    "lists": Parser(_read_list, _lists, "attendance.lists"),
    "calendars": Parser(_read_calendar, _calendars, "attendance.imports"),
    "json": Parser(_read_json, _jsons, "client.web.parsing.strict_json"),
    "backups": Parser(_read_backup, _backups, "attendance.backup"),
    "tokens": Parser(_read_token, _tokens, "client.web.visitors"),
}
