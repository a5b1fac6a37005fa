"""Moves the site's key to another place; an interruption loses nothing, and the next call goes on."""

from __future__ import annotations

from dataclasses import replace

from attendance.errors import SiteKeyError
from attendance.sealing.key_sources import COMMAND, FILE, is_derived, place_called
from attendance.sealing.opening import open_sealed_store
from attendance.sealing.places.place_note import IN_FILE, PLACES, read_note, write_note
from attendance.settings.settings import Settings


def move_key(settings: Settings, to: str) -> str:
    """Write the key in the new place, read it back, note the new place, and delete all others.

    Args:
        settings: the site's settings.
        to: one of ``PLACES``.

    Returns:
        A sentence that says where the key is now.

    Raises:
        SiteKeyError: the key is missing or wrong, a setting fixes its place, or the new place can't have it.
        StoreUnavailableError: the register can't be reached.
    """
    _require_movable(settings, to)
    folder = settings.keys_folder
    found, now = replace(settings, site_key=None), read_note(folder).place
    target = place_called(settings, to)
    if now != to:
        open_sealed_store(found).close()  # the register's key, and no other
        keys = place_called(settings, now).read()
        assert keys is not None, "it has just been read"
        target.write(keys)
        written = target.read()
        if written is None or written.all != keys.all:
            raise SiteKeyError(
                f"The site's key can't be read back from the new place ({to}). It stays where it was."
            )
        write_note(folder, replace(read_note(folder), place=to))
    elif target.read() is None:
        raise SiteKeyError(f"There is no key to move. {target.sentence}")
    for other in PLACES:
        if other != to:
            place_called(settings, other).delete()
    return target.sentence


def left_behind(settings: Settings) -> bool:
    """Whether an interrupted move has left the key in a file that is not its place any more."""
    if (
        settings.site_key is not None
        or is_derived(settings)
        or read_note(settings.keys_folder).place == IN_FILE
    ):
        return False
    place = place_called(settings, IN_FILE)
    return place.read() is not None


def _require_movable(settings: Settings, to: str) -> None:
    source = settings.site_key
    if is_derived(settings):
        raise SiteKeyError("The site's key is made from ATTENDANCE_SECRET, so it has no place of its own.")
    if source is not None and source.startswith((COMMAND, FILE)):
        raise SiteKeyError(
            "ATTENDANCE_SITE_KEY names the place of the site's key, so it is moved there: copy it to the new "
            "place and change the setting."
        )
    if source is not None and source != to:
        raise SiteKeyError(
            f"ATTENDANCE_SITE_KEY is {source}. Set it to {to} or remove it, then move the key."
        )
