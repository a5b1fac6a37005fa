"""Parses forms as browsers write them, in one go; werkzeug's parser reads all others.

werkzeug compiles two regular expressions for each boundary, and each browser makes a new one for each form.
That takes longer than the rest of parsing a photo's form.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import IO

from werkzeug.datastructures import FileStorage, Headers, MultiDict
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

MOST_BYTES = 1024 * 1024  # of a form: a larger one is read piece by piece, without copies of the whole
_MOST_HEAD = 1024  # bytes of a part's head
_MOST_FIELD = 32 * 1024  # bytes of a text: werkzeug judges those that may be too long
_LINE, _BLANK_LINE = b"\r\n", b"\r\n\r\n"
_DISPOSITION, _TYPE = "content-disposition", "content-type"

Form = MultiDict[str, str]
Files = MultiDict[str, FileStorage]


@dataclass(frozen=True)
class FormPart:
    """One part of a form.

    Attributes:
        headers: of the part.
        content: its bytes.
    """

    headers: Headers
    content: bytes


class WholeFormParser(FormDataParser):
    """The default parser, except that ordinary forms are read in one go."""

    def _parse_multipart(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str]
    ) -> tuple[IO[bytes], Form, Files]:
        boundary = options.get("boundary", "").encode("ascii")
        if not boundary or content_length is None or content_length > MOST_BYTES:
            return super()._parse_multipart(stream, mimetype, content_length, options)
        body = stream.read()
        parts = parts_of(body, boundary)
        read = None if parts is None else self._read(parts)
        if read is None:
            return super()._parse_multipart(BytesIO(body), mimetype, content_length, options)
        return stream, *read

    def _read(self, parts: list[FormPart]) -> tuple[Form, Files] | None:
        """The texts and files; None if it takes more to tell what they mean, or whether they are too much."""
        if self.max_form_parts is not None and len(parts) > self.max_form_parts:
            return None
        texts: list[tuple[str, str]] = []
        files: list[tuple[str, FileStorage]] = []
        for part in parts:
            name, filename = _named(part.headers[_DISPOSITION])
            if name is None:
                return None
            if filename is not None:
                file = FileStorage(BytesIO(part.content), filename, name, headers=part.headers)
                files.append((name, file))
            elif _TYPE in part.headers or len(part.content) > _MOST_FIELD:
                return None
            else:
                texts.append((name, part.content.decode("utf-8", "replace")))
        return self.cls(texts), self.cls(files)


def parts_of(body: bytes, boundary: bytes) -> list[FormPart] | None:
    """The parts of a form that is written exactly as RFC 7578 says, and has its boundary nowhere else.

    Args:
        body: the whole form.
        boundary: as the request's head names it.

    Returns:
        None: it is written in another way, or is broken.
    """
    limit = b"--" + boundary
    begin, last = limit + _LINE, _LINE + limit + b"--"
    whole = body.removesuffix(_LINE).removeprefix(_LINE)
    if not (whole.startswith(begin) and whole.endswith(last) and len(whole) > len(begin) + len(last)):
        return None
    chunks = whole[len(begin) : -len(last)].split(_LINE + begin)
    if body.count(limit) != len(chunks) + 1:
        return None
    parts = []
    for chunk in chunks:
        head, blank, content = chunk.partition(_BLANK_LINE)
        headers = _headers(head) if blank else None
        if headers is None:
            return None
        parts.append(FormPart(headers, content))
    return parts


def _headers(head: bytes) -> Headers | None:
    """The headers of a part; None if they are not plain lines, or don't name it."""
    lines = head.split(_LINE)
    if len(head) > _MOST_HEAD or not head.isascii():
        return None
    headers = Headers()
    for line in lines:
        if not line or b"\r" in line or b"\n" in line or line[:1].isspace():
            return None
        name, _, value = line.decode().partition(":")
        headers.add(name.strip(" \t"), value.strip(" \t"))
    return headers if _DISPOSITION in headers else None


@lru_cache(maxsize=256)
def _named(disposition: str) -> tuple[str | None, str | None]:
    """The name of a part, and that of its file if it is one."""
    _, options = parse_options_header(disposition)
    return options.get("name"), options.get("filename")
