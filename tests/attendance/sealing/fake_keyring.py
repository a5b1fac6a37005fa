"""A keyring in a file: a real backend of the package `keyring`, for tests and programs that they start."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import ClassVar

from keyring.backend import KeyringBackend
from keyring.errors import KeyringError, PasswordDeleteError

FILE = "FAKE_KEYRING"  # the variable that names the file


class FileKeyring(KeyringBackend):
    """Keeps entries in a JSON file, and may be locked."""

    priority: ClassVar[float] = 5

    def __init__(self, path: Path | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # the package leaves it out
        self.path = path or Path(os.environ[FILE])
        self.is_locked = False
        self.forgets = False

    def entries(self) -> dict[str, str]:
        """All entries, by service and name."""
        return dict(json.loads(self.path.read_text())) if self.path.exists() else {}

    def get_password(self, service: str, username: str) -> str | None:
        """See ``KeyringBackend``."""
        self._require_open()
        return self.entries().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        """See ``KeyringBackend``."""
        self._require_open()
        if not self.forgets:
            self.path.write_text(json.dumps(self.entries() | {f"{service} {username}": password}))

    def delete_password(self, service: str, username: str) -> None:
        """See ``KeyringBackend``."""
        self._require_open()
        entries = self.entries()
        if entries.pop(f"{service} {username}", None) is None:
            raise PasswordDeleteError("There is no such entry.")
        self.path.write_text(json.dumps(entries))

    def _require_open(self) -> None:
        if self.is_locked:
            raise KeyringError("It is locked.")
