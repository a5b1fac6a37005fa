"""The permissions: others may not read data and keys, and this user may write them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from attendance.doctor.examined_site import ExaminedSite
from attendance.doctor.findings import SiteFinding, note, ok, problem, reason
from attendance.program import typed
from attendance.sentences import sentence as _l
from attendance.store.open_store import FILE_NAME

_OTHERS = 0o077
_KEY_FILES = ("site-key*", "student-keys-*", "signing-secret", "receipts-secret", "*.pem", "ngrok.yml")


def examine(site: ExaminedSite) -> Iterator[SiteFinding]:
    """Look at folders and files with data, keys and secrets."""
    if os.name == "nt":
        yield ok(_l("On Windows, a user's folders are closed to others unless somebody has shared them."))
        return
    found = [finding for path in _paths(site) for finding in rights_of(path)]
    yield from found
    if not found:
        yield ok(_l("Only this user can read and write data, keys and secrets."))


def rights_of(path: Path) -> Iterator[SiteFinding]:
    """What is wrong with the rights of a file or folder that nobody else may read."""
    try:
        about = path.stat()
    except OSError as error:
        yield problem(
            _l("%(path)s can't be examined: %(error)s.", path=path, error=reason(error)),
            _l("Give this user the right to read it."),
        )
        return
    mode = stat.S_IMODE(about.st_mode)
    if mode & _OTHERS and not mode & stat.S_ISVTX:  # a folder that all share, such as /tmp
        yield problem(
            _l(
                "Other users of this computer can open %(path)s (mode %(mode)s).", path=path, mode=f"{mode:o}"
            ),
            _l("Close it: %(command)s", command=f"chmod go-rwx {typed(path)}"),
        )
    if not os.access(path, os.R_OK | os.W_OK):
        yield problem(
            _l("This user can't read and write %(path)s (mode %(mode)s).", path=path, mode=f"{mode:o}"),
            _l("Run the command as the server's user, or give this user the right."),
        )
    elif about.st_uid != os.geteuid():
        yield note(
            _l("%(path)s belongs to another user.", path=path),
            _l("Run the server and commands as the same user, so that each can write the other's files."),
        )


def _paths(site: ExaminedSite) -> Iterator[Path]:
    """What others must not open, if it is there: folders, the register, keys and secrets."""
    settings = site.settings
    folders = dict.fromkeys((settings.data, settings.config, settings.keys_folder))
    yield from (folder for folder in folders if folder.exists())
    yield from sorted(settings.data.glob(f"{FILE_NAME}*"))
    for folder in dict.fromkeys((settings.config, settings.keys_folder)):
        for pattern in _KEY_FILES:
            yield from sorted(folder.glob(pattern))
