"""Pages that differ only in a few texts: each kind is rendered and compressed once, and filled in later."""

from __future__ import annotations

import re
import secrets
import struct
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from flask import Flask, Response, current_app, make_response, render_template
from flask_babel import get_locale
from markupsafe import escape

from client.web.compression import pack, wants_gzip
from client.web.security import csp_nonce

MOST_KINDS = 32  # that are remembered; 110 kB each
SMALLEST_PACKED = 1024  # bytes: a shorter constant is compressed together with the texts beside it
LEVEL = 6
_ONCE = 9  # the level of what is compressed once
_LONGEST_STORED = 96  # bytes: compressing less gains nothing
_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"  # RFC 1952: deflate, no name, no time
_STORED = struct.Struct("<BHH")  # RFC 1951, 3.2.4: not the last block; its length, and the complement
_RAW = -zlib.MAX_WBITS
_NONCE = "csp_nonce"
_PAGES = "prepared_pages"


@dataclass(frozen=True)
class _Constant:
    """What all pages of a kind have in common at one place.

    Attributes:
        text: in UTF-8.
        packed: deflated, up to the limit of a byte and without looking back; None: it is too short.
    """

    text: bytes
    packed: bytes | None


class PreparedPage:
    """A rendered page with gaps.

    Args:
        constants: the texts before, between and after the gaps.
        gaps: the names of the texts between them, one less.
    """

    def __init__(self, constants: list[str], gaps: list[str]) -> None:
        self._constants = [_constant(each.encode()) for each in constants]
        self._gaps = gaps

    def text(self, texts: Mapping[str, str]) -> bytes:
        """The whole page in UTF-8.

        Args:
            texts: by name, for all gaps; HTML in them is escaped.
        """
        return b"".join(each if isinstance(each, bytes) else each.text for each in self._pieces(texts))

    def packed(self, texts: Mapping[str, str]) -> bytes:
        """The same, compressed for ``Content-Encoding: gzip``."""
        out, between = [_GZIP_HEAD], bytearray()
        checksum = length = 0
        for piece in self._pieces(texts):
            text = piece if isinstance(piece, bytes) else piece.text
            checksum, length = zlib.crc32(text, checksum), length + len(text)
            if isinstance(piece, bytes) or piece.packed is None:
                between += text
                continue
            out += [_deflated(bytes(between)), piece.packed]
            between.clear()
        last = zlib.compressobj(LEVEL, wbits=_RAW)
        out += [last.compress(bytes(between)), last.flush(), struct.pack("<LL", checksum, length)]
        return b"".join(out)

    def _pieces(self, texts: Mapping[str, str]) -> Iterator[_Constant | bytes]:
        written = {name: str(escape(text)).encode() for name, text in texts.items()}
        yield self._constants[0]
        for name, constant in zip(self._gaps, self._constants[1:], strict=True):
            yield written[name]
            yield constant


class PreparedPages:
    """The prepared pages of an app, those that were asked for last."""

    def __init__(self) -> None:
        self._pages: OrderedDict[Hashable, PreparedPage] = OrderedDict()
        self._lock = threading.Lock()
        self._mark = f"gap{secrets.token_hex(8)}"  # which no text of a page has by chance

    def of(
        self, kind: Hashable, gaps: frozenset[str], render: Callable[[Mapping[str, str]], str]
    ) -> PreparedPage:
        """The page of a kind.

        Args:
            kind: all on which more than the texts depends.
            gaps: the names of the texts.
            render: makes the page, given the text that stands for each gap.
        """
        with self._lock:
            found = self._pages.get(kind)
            if found is not None:
                self._pages.move_to_end(kind)
                return found
        pieces = re.split(f"{self._mark}-(.+?)-", render({name: f"{self._mark}-{name}-" for name in gaps}))
        made = PreparedPage(pieces[::2], pieces[1::2])
        with self._lock:
            self._pages[kind] = made
            while len(self._pages) > MOST_KINDS:
                self._pages.popitem(last=False)
        return made


def init_prepared_pages(app: Flask) -> None:
    """Let an app prepare pages."""
    app.extensions[_PAGES] = PreparedPages()


def prepared_answer(
    template: str, choices: Mapping[str, Hashable], texts: Mapping[str, str], *, compressed: bool
) -> Response:
    """A page of a template.

    Args:
        template: its name. It is rendered once for each language and each combination of choices, and may
            depend on nothing else but the texts.
        choices: variables of the template on which it decides; functions among them are called there.
        texts: variables that it only shows, in the text or as an attribute's value, without a filter. It may
            ask whether one is empty.
        compressed: whether browsers that want gzip get it; see ``client/web/compression.py``.
    """
    filled = {name: text for name, text in texts.items() if text} | {_NONCE: csp_nonce()}
    empty = dict.fromkeys(texts.keys() - filled.keys(), "")

    def render(gaps: Mapping[str, str]) -> str:
        shown = dict(gaps)
        nonce = shown.pop(_NONCE)
        return render_template(template, **choices, **empty, **shown, csp_nonce=lambda: nonce)

    kind = (template, str(get_locale()), frozenset(choices.items()), frozenset(filled))
    page = cast("PreparedPages", current_app.extensions[_PAGES]).of(kind, frozenset(filled), render)
    answer = make_response(b"")
    if compressed:
        answer.vary.add("Accept-Encoding")
        if wants_gzip():
            return pack(answer, page.packed(filled))
    answer.set_data(page.text(filled))
    return answer


def _constant(text: bytes) -> _Constant:
    if len(text) < SMALLEST_PACKED:
        return _Constant(text, None)
    return _Constant(text, _flushed(text, _ONCE))


def _deflated(text: bytes) -> bytes:
    """A short text, up to the limit of a byte."""
    if not text:
        return b""
    if len(text) <= _LONGEST_STORED:
        return _STORED.pack(0, len(text), len(text) ^ 0xFFFF) + text
    return _flushed(text, LEVEL)


def _flushed(text: bytes, level: int) -> bytes:
    packer = zlib.compressobj(level, wbits=_RAW)
    return packer.compress(text) + packer.flush(zlib.Z_FULL_FLUSH)
