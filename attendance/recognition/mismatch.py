"""Turns what the matcher raises when two engines meet into the register's own error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from attendance.errors import EngineMismatchError
from face_matching.errors import GalleryMismatchError


@contextmanager
def engines_must_match() -> Iterator[None]:
    """Report embeddings of another engine than the gallery's as ``EngineMismatchError``; also a decorator.

    Raises:
        EngineMismatchError: embeddings of two engines met.
    """
    try:
        yield
    except GalleryMismatchError as error:
        message = str(error)
        raise EngineMismatchError(f"{message[:1].upper()}{message[1:]}.") from error
