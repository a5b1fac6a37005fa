"""Takes JSON values out of a file one after the other, so that a large file never lies in memory as text."""

from __future__ import annotations

import json
from typing import IO, Any

from attendance.errors import ImportFileError

LARGEST_VALUE = 50_000_000  # characters of one value, such as all embeddings of one student
PIECE = 1_000_000  # characters read at once
LONGEST_SIGN = 100  # characters; what is wrong so near the end of a piece may be only cut in two


class JsonPieces:
    """Takes one JSON value after the other from a file, a piece of text in memory at a time.

    Args:
        file: opened as text.
        name: what messages call it.
    """

    def __init__(self, file: IO[str], name: str) -> None:
        self.name = name
        self._file = file
        self._text = ""
        self._at = 0
        self._ended = False
        self._decoder = json.JSONDecoder()

    def takes(self, sign: str) -> bool:
        """Whether the next sign is this one; then it is passed."""
        if self._next() != sign:
            return False
        self._at += 1
        return True

    def needs(self, sign: str, where: str) -> None:
        """Pass this sign.

        Raises:
            ImportFileError: another one is there, or the file ends.
        """
        found = self._next()
        if found == sign:
            self._at += 1
            return
        if not found:
            raise self._cut_off(where)
        raise ImportFileError(f"{self.name} has {found!r} {where}, where {sign!r} should be.")

    def needs_end(self) -> None:
        """Raises ``ImportFileError`` where something follows."""
        if found := self._next():
            raise ImportFileError(f"{self.name} continues with {found!r} after its end.")

    def value(self, what: str) -> Any:
        """The next value.

        Args:
            what: what it should be, for messages.

        Raises:
            ImportFileError: it is not valid JSON, the file ends within it, or it is too large.
        """
        self._next()
        wanted = PIECE
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except RecursionError as error:
                raise ImportFileError(f"{self.name} has {what} nested too deeply.") from error
            except ValueError as error:
                if self._ended or self._is_hopeless(error):
                    raise self._broken(what, error) from error
            else:
                if end < len(self._text) or self._ended:  # a number may continue in the next piece
                    self._at = end
                    return value
            if len(self._text) - self._at > LARGEST_VALUE:
                raise ImportFileError(f"{self.name} has more than {LARGEST_VALUE} characters for {what}.")
            self._read(wanted)
            wanted *= 2

    def _next(self) -> str:
        """Peek at the next character that is not a space; empty at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in " \t\r\n":
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if self._ended:
                return ""
            self._read(PIECE)

    def _read(self, characters: int) -> None:
        """Read on, and forget what was passed."""
        piece = self._file.read(characters)
        self._ended = not piece
        self._text = self._text[self._at :] + piece
        self._at = 0

    def _is_hopeless(self, error: ValueError) -> bool:
        """Whether reading on can't mend it: what is wrong does not touch the end of what was read."""
        if not isinstance(error, json.JSONDecodeError):
            return True  # a number of thousands of digits
        return error.pos < len(self._text) - LONGEST_SIGN and not error.msg.startswith("Unterminated")

    def _broken(self, what: str, error: ValueError) -> ImportFileError:
        if isinstance(error, json.JSONDecodeError) and error.pos < len(self._text.rstrip()):
            around = self._text[error.pos : error.pos + 20]
            return ImportFileError(f"{self.name} is not valid JSON in {what}: {error.msg} at {around!r}.")
        if not isinstance(error, json.JSONDecodeError):
            return ImportFileError(f"{self.name} is not valid JSON in {what}: {error}.")
        return self._cut_off(f"within {what}")

    def _cut_off(self, where: str) -> ImportFileError:
        return ImportFileError(f"{self.name} ends {where}: it was cut off. Copy it again.")
