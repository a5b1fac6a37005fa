"""Turns what the matcher raises when two engines meet into the register's own error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from attendance.errors import EngineMismatchError
from attendance.program import admin_command
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
        message = f"{str(error)[:1].upper()}{str(error)[1:]}"
        raise EngineMismatchError(f"{message}. To re-embed, run: {admin_command('re-embed')}") from error
