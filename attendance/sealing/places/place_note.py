"""A note in the folder for keys: in which place the site's key is, if it isn't in the file there."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from attendance.errors import SiteKeyError
from attendance.files.private_folder import make_private
from attendance.files.whole_file import write_whole

FILE_NAME = "site-key.place"
IN_FILE, IN_KEYRING, BY_PASSPHRASE = "file", "keyring", "passphrase"
PLACES = (IN_KEYRING, BY_PASSPHRASE, IN_FILE)


@dataclass(frozen=True)
class PlaceNote:
    """What the note says.

    Attributes:
        place: one of ``PLACES``.
        account: the name of the entry in the keyring, kept until the entry is deleted; empty: there is none.
    """

    place: str = IN_FILE
    account: str = ""


def read_note(folder: Path) -> PlaceNote:
    """The note in a folder for keys; without one the key is in the file.

    Raises:
        SiteKeyError: it is damaged or can't be read.
    """
    path = folder / FILE_NAME
    try:
        note = PlaceNote(**json.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        return PlaceNote()
    except (OSError, ValueError, TypeError) as error:
        raise _unusable(path) from error
    if note.place not in PLACES or not isinstance(note.account, str):
        raise _unusable(path)
    return note


def write_note(folder: Path, note: PlaceNote) -> None:
    """Replace the note in one step; one that says nothing is deleted.

    Raises:
        SiteKeyError: it can't be written.
    """
    path = folder / FILE_NAME
    try:
        if note == PlaceNote():
            path.unlink(missing_ok=True)
            return
        make_private(folder)
        write_whole(path, json.dumps(asdict(note)).encode())
    except OSError as error:
        raise _unusable(path) from error


def _unusable(path: Path) -> SiteKeyError:
    return SiteKeyError(
        f"The file {path}, which says where the site's key is, is damaged or can't be used. Make it readable "
        "for this user. If it is damaged, delete it and make the key again from the recovery key."
    )
