"""The secret that signs grants: created once per site, never shown, stored outside the checkout."""

from __future__ import annotations

import re
import secrets
import time
from pathlib import Path

from attendance.errors import SettingsError
from attendance.files.private_folder import make_private
from attendance.files.whole_file import create_whole
from attendance.settings.settings import Settings

FILE_NAME = "signing-secret"
SECRET_BYTES = 32  # 256 bits, the length of the HMAC-SHA-256 key that it becomes
_COMPLETE = re.compile(rb"[0-9a-f]{64}\n")
_PATIENCE = 2.0  # seconds for another process to finish a file of 65 bytes
_PAUSE = 0.02  # seconds between attempts


def signing_secret(settings: Settings) -> bytes:
    """The site's signing secret, created by the first call on a machine.

    If several processes create it at the same moment, all of them return the same one.

    Raises:
        SettingsError: ``MONGODB_URI`` is set without ``ATTENDANCE_SECRET``, or the file can't be
            created or read.
    """
    if settings.secret is not None:
        return settings.secret.encode()
    if settings.mongodb_uri is not None:
        raise SettingsError(
            "MONGODB_URI is set without ATTENDANCE_SECRET. Servers that share a database must sign with the "
            "same secret: create one with "
            '`python -c "import secrets; print(secrets.token_hex(32))"` and set it on each of them.'
        )
    path = settings.config / FILE_NAME
    try:
        if not path.exists():
            make_private(settings.config)
            create_whole(path, secrets.token_hex(SECRET_BYTES).encode() + b"\n")
        return _read_when_complete(path)
    except OSError as error:
        raise SettingsError(
            f"The signing secret {path} can't be created or read ({error.strerror}). Make its folder "
            "writable, or set ATTENDANCE_CONFIG to another folder."
        ) from error


def _read_when_complete(path: Path) -> bytes:
    """The secret in the file, once it is complete."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        content = path.read_bytes()
        if _COMPLETE.fullmatch(content):
            return content.strip()
        if time.monotonic() > deadline:
            raise SettingsError(
                f"The signing secret {path} is damaged ({len(content)} bytes instead of 65). Delete it and "
                "restart; students with an open phone page then have to scan the code again."
            )
        time.sleep(_PAUSE)
