"""The site's signing secrets: created once per site, never shown, stored outside the checkout."""

from __future__ import annotations

import os
import re
import secrets
import time
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from attendance.errors import SettingsError
from attendance.files.private_folder import make_private
from attendance.files.whole_file import create_whole
from attendance.settings.settings import Settings

FILE_NAME = "signing-secret"
RECEIPTS_FILE_NAME = "receipts-secret"
SECRET_BYTES = 32  # 256 bits, the length of the HMAC-SHA-256 key that it becomes
_COMPLETE = re.compile(rb"[0-9a-f]{64}\n")
_PATIENCE = 2.0  # seconds for another process to finish a file of 65 bytes
_PAUSE = 0.02  # seconds between attempts
_LOST = {
    FILE_NAME: "students with an open phone page then have to scan the code again",
    RECEIPTS_FILE_NAME: "older receipts and certificates can then be verified only with the old public key",
}
"""What follows where a damaged file is deleted."""


def signing_secret(settings: Settings) -> bytes:
    """The site's signing secret, created by the first call on a machine.

    If several processes create it at the same moment, all of them return the same one.

    Raises:
        SettingsError: ``MONGODB_URI`` is set without ``ATTENDANCE_SECRET``, or the file can't be
            created or read.
    """
    shared = shared_secret(settings)
    return _of_file(settings.config / FILE_NAME) if shared is None else shared


def receipts_secret(settings: Settings) -> bytes:
    """The secret of receipts and erasure certificates, 32 bytes, created by the first call on a machine.

    It has its own file, so that a new signing secret leaves old receipts valid. Where ``ATTENDANCE_SECRET``
    is set, it is derived from that, so that all machines have the same one.

    Raises:
        SettingsError: as ``signing_secret``.
    """
    shared = shared_secret(settings)
    if shared is None:
        return bytes.fromhex(_of_file(settings.config / RECEIPTS_FILE_NAME).decode())
    return derived(shared, b"attendance.receipts.1")


def bring_receipts_secret(settings: Settings, secret: bytes) -> None:
    """Make a secret that another machine had the one of receipts, where this one has none yet.

    Args:
        settings: the site's settings.
        secret: 32 bytes, from ``receipts_secret``.

    Raises:
        SettingsError: the file can't be created.
    """
    if settings.secret is None:
        _create(settings.config / RECEIPTS_FILE_NAME, secret)


def derived(secret: bytes, purpose: bytes) -> bytes:
    """Another secret, 32 bytes, from which nobody learns the first: HKDF-SHA-256 (RFC 5869) without salt.

    Args:
        secret: any length.
        purpose: what it is for.
    """
    return HKDF(algorithm=SHA256(), length=SECRET_BYTES, salt=None, info=purpose).derive(secret)


def shared_secret(settings: Settings) -> bytes | None:
    """The secret that all machines share; None where this machine has its own, of which nothing is read.

    Raises:
        SettingsError: they must share one, and none is set.
    """
    if settings.secret is not None:
        return settings.secret.encode()
    if settings.mongodb_uri is not None:
        raise SettingsError(
            "MONGODB_URI is set without ATTENDANCE_SECRET. Servers that share a database must sign with the "
            "same secret: create one with "
            '`python -c "import secrets; print(secrets.token_hex(32))"` and set it on each of them.'
        )
    return None


def _of_file(path: Path) -> bytes:
    """The secret in a file, which is created if there is none: 64 hex digits."""
    try:
        if not path.exists():
            _create(path, secrets.token_bytes(SECRET_BYTES))
        return _read_when_complete(path)
    except OSError as error:
        raise _unusable(path, error) from error


def _create(path: Path, secret: bytes) -> None:
    """Write a secret into a file, unless there is one."""
    try:
        make_private(path.parent)
        create_whole(path, secret.hex().encode() + b"\n")
    except OSError as error:
        raise _unusable(path, error) from error


def _unusable(path: Path, error: OSError) -> SettingsError:
    if os.access(path, os.F_OK):  # exists() raises where its folder can't be entered
        return SettingsError(
            f"The secret {path} can't be read ({error.strerror}). Give the user of the server the right to "
            "read it; a command that ran as another user may have made it."
        )
    return SettingsError(
        f"The signing secret {path} can't be created or read ({error.strerror}). Make its folder "
        "writable for this user, or set ATTENDANCE_CONFIG to another folder."
    )


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
                f"restart; {_LOST[path.name]}."
            )
        time.sleep(_PAUSE)
