"""How files with faces are sealed, for what writes and reads them; the keys are elsewhere."""

from __future__ import annotations

from typing import Protocol


class FileSeal(Protocol):
    """Seals and opens the content of files."""

    def seal(self, subject: str, name: str, plain: bytes) -> bytes:
        """What is written.

        Args:
            subject: whose key seals it.
            name: what the file is called; opening needs the same.
            plain: the content.
        """
        ...

    def open(self, subject: str, name: str, stored: bytes) -> bytes:
        """The content of what ``seal`` gave, or of a file that an older version wrote plainly.

        Raises:
            SealBrokenError: it was changed or exchanged.
            FileNotFoundError: it has no key, because it was deleted.
        """
        ...

    def is_sealed(self, stored: bytes) -> bool:
        """Whether a file's content is sealed, so that it needn't be replaced."""
        ...

    def forget(self, *subjects: str) -> None:
        """Make what these keys sealed unreadable, in copies and on the disk too."""
        ...


class PlainFiles:
    """A ``FileSeal`` of a register that isn't sealed: files stay as they are."""

    def seal(self, subject: str, name: str, plain: bytes) -> bytes:  # noqa: ARG002 - the protocol's
        """See ``FileSeal``."""
        return plain

    def open(self, subject: str, name: str, stored: bytes) -> bytes:  # noqa: ARG002 - the protocol's
        """See ``FileSeal``."""
        return stored

    def is_sealed(self, stored: bytes) -> bool:  # noqa: ARG002 - the protocol's
        """See ``FileSeal``."""
        return True

    def forget(self, *subjects: str) -> None:
        """See ``FileSeal``."""
