"""Whether an upload is a photo or a video, by its first bytes and never by its name."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from face_detection.decoding.structure import format_of

HEAD = 4096  # bytes that are read; a WebM header has its type within the first hundred
_EBML = b"\x1a\x45\xdf\xa3"  # RFC 8794, 11.2.1
_DOC_TYPE = b"\x42\x82"  # the EBML element that distinguishes Matroska and WebM; RFC 8794, 11.2.6
_MPEG_START = {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}  # QuickTime files before `ftyp` came up


class UploadKind(StrEnum):
    """The kind of an upload, by its first bytes."""

    PHOTO = "photo"
    VIDEO = "video"


def kind_of(path: Path) -> UploadKind | None:
    """The kind of a file, or None if it is neither a photo nor a video of a supported format.

    Raises:
        OSError: it can't be read.
    """
    with path.open("rb") as file:
        return kind_of_bytes(file.read(HEAD))


def kind_of_bytes(head: bytes) -> UploadKind | None:
    """What a file is, by its first bytes; None as in ``kind_of``.

    JPEG, PNG, WebP and HEIF are photos; MP4, MOV (ISO/IEC 14496-12 and QuickTime) and WebM are videos.
    """
    if format_of(head) is not None:
        return UploadKind.PHOTO
    if head[4:8] == b"ftyp":
        return UploadKind.VIDEO
    if head[4:8] in _MPEG_START or (head.startswith(_EBML) and _is_webm(head)):
        return UploadKind.VIDEO
    return None


def _is_webm(head: bytes) -> bool:
    at = head.find(_DOC_TYPE)
    return at >= 0 and head[at + 3 : at + 7] == b"webm"
