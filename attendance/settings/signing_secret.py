"""The secret that grants are signed with: made once for each site, never shown, never in the checkout."""

from __future__ import annotations

import re
import secrets
import time
from pathlib import Path

from attendance.errors import SettingsError
from attendance.files.whole_file import create_whole
from attendance.settings.settings import Settings

FILE_NAME = "signing-secret"
SECRET_BYTES = 32  # 256 bits, the length of the HMAC-SHA-256 key that it becomes
_COMPLETE = re.compile(rb"[0-9a-f]{64}\n")
_PATIENCE = 2.0  # seconds for another process to finish a file of 65 bytes
_PAUSE = 0.02  # seconds between two looks


def signing_secret(settings: Settings) -> bytes:
    """The site's signing secret; the first call on a machine makes it.

    When several processes make it at the same moment, all return the same one.

    Raises:
        SettingsError: several machines share a MongoDB and no shared secret was given, or the file
            can't be made or read.
    """
    if settings.secret is not None:
        return settings.secret.encode()
    if settings.mongodb_uri is not None:
        raise SettingsError(
            "MONGODB_URI is set and ATTENDANCE_SECRET is not. Machines that share a database must sign with "
            "the same secret: make one with "
            '`python -c "import secrets; print(secrets.token_hex(32))"` and set it on each of them.'
        )
    path = settings.config / FILE_NAME
    try:
        if not path.exists():
            settings.config.mkdir(mode=0o700, parents=True, exist_ok=True)
            create_whole(path, secrets.token_hex(SECRET_BYTES).encode() + b"\n")
        return _read_when_complete(path)
    except OSError as error:
        raise SettingsError(
            f"The signing secret {path} can't be made or read ({error.strerror}). Make its folder writable, "
            "or name another one with ATTENDANCE_CONFIG."
        ) from error


def _read_when_complete(path: Path) -> bytes:
    """The secret in the file, once it is all there."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        content = path.read_bytes()
        if _COMPLETE.fullmatch(content):
            return content.strip()
        if time.monotonic() > deadline:
            raise SettingsError(
                f"The signing secret {path} is damaged ({len(content)} bytes, 65 expected). Delete it and "
                "start again; phone pages that are open then have to scan the code once more."
            )
        time.sleep(_PAUSE)
