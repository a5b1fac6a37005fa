"""Tells photos from what systems and cameras leave among them."""

from __future__ import annotations

import os
from pathlib import Path

from face_detection.decoding.structure import HEAD, format_of

SYSTEM_FILES = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini"})
SYSTEM_FOLDERS = frozenset({"__macosx", "@eadir", "$recycle.bin", "system volume information"})
"""What Windows, macOS in ZIP files and network storage leave behind; other such names begin with a dot."""

PHOTO_SUFFIXES = frozenset({".jpg", ".jpeg", ".jfif", ".jpe", ".png", ".webp", ".heic", ".heif", ".hif"})
PICTURE_SUFFIXES = PHOTO_SUFFIXES | {".gif", ".bmp", ".tif", ".tiff", ".avif", ".jxl"}
"""Names of pictures, in formats that can be read and in others, which are refused with a reason."""

VIDEO_SUFFIXES = frozenset({".mov", ".mp4", ".m4v", ".3gp", ".webm", ".avi", ".mkv"})
"""Names of videos. Beside a photo, one of a second or two is the moving part of an iPhone's Live Photo."""


def is_of_the_system(name: str) -> bool:
    """Whether a file or folder of this name was made by a system or program, and is of no interest."""
    return name.startswith(".") or name.lower() in SYSTEM_FILES | SYSTEM_FOLDERS


def is_meant_as_photo(name: str, head: bytes) -> bool:
    """Whether a file is a photo, or somebody believes so: by its name, or by its first bytes.

    Args:
        name: the file's name.
        head: its first bytes.
    """
    if is_of_the_system(Path(name).name):
        return False
    return Path(name).suffix.lower() in PICTURE_SUFFIXES or format_of(head) is not None


def is_photo_file(path: Path) -> bool:
    """The same for a file on disk; False if it is neither named as a photo nor readable."""
    if Path(path.name).suffix.lower() in PICTURE_SUFFIXES:
        return is_meant_as_photo(path.name, b"")
    try:
        with path.open("rb") as file:
            return is_meant_as_photo(path.name, file.read(HEAD))
    except OSError:
        return False


def files_in(path: Path) -> int:
    """How many files a file or folder is."""
    if not path.is_dir():
        return 1
    return sum(len(files) for _, _, files in os.walk(path))
