"""The site's key in a file that its owner alone may read."""

from __future__ import annotations

import time
from pathlib import Path

from attendance.errors import SiteKeyError
from attendance.files.private_folder import make_private
from attendance.files.whole_file import write_whole
from attendance.sealing.site_keys import HEX_DIGITS, SiteKeys, keys_from, text_of

_PATIENCE = 2.0  # seconds for another process to finish a file of 65 bytes
_PAUSE = 0.02  # seconds between attempts


class KeyFile:
    """See ``KeyPlace``.

    Args:
        path: outside the data folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def where(self) -> str:
        """See ``KeyPlace``."""
        return f"the file {self.path}"

    @property
    def sentence(self) -> str:
        """See ``KeyPlace``."""
        return (
            f"The site's key is in {self.where}. A thief of this computer has the key and the "
            "register, unless the disk is encrypted."
        )

    def read(self) -> SiteKeys | None:
        """See ``KeyPlace``."""
        try:
            return keys_from(self._when_complete(), str(self.path))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unusable(error) from error

    def write(self, keys: SiteKeys) -> None:
        """See ``KeyPlace``."""
        try:
            make_private(self.path.parent)
            write_whole(self.path, text_of(keys).encode())
        except OSError as error:
            raise self._unusable(error) from error

    def delete(self) -> None:
        """See ``KeyPlace``."""
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise self._unusable(error) from error

    def _when_complete(self) -> str:
        deadline = time.monotonic() + _PATIENCE
        while True:
            text = self.path.read_text("ascii", errors="replace")
            if len(text.strip()) >= HEX_DIGITS or time.monotonic() > deadline:
                return text
            time.sleep(_PAUSE)

    def _unusable(self, error: OSError) -> SiteKeyError:
        return SiteKeyError(
            f"The site's key {self.path} can't be created, read or deleted ({error.strerror}). Make its "
            "folder readable and writable for this user, or set ATTENDANCE_KEYS to another folder."
        )
