"""Whether somebody has kept the recovery key: without it, a lost computer is a lost register."""

from __future__ import annotations

from dataclasses import replace

from attendance.errors import SiteKeyError
from attendance.sealing.key_sources import find_keys
from attendance.sealing.recovery import LOOK_ALIKES, recovery_key
from attendance.settings.settings import Settings
from attendance.store.protocols.sealing import SealStore


def is_unconfirmed(store: SealStore) -> bool:
    """Whether nobody has confirmed yet that the recovery key of the register's key was kept."""
    state = store.seal_state()
    return state is not None and state.confirmed != state.key_id


def confirm(settings: Settings, store: SealStore, typed: str) -> None:
    """Note that the recovery key was kept.

    Args:
        settings: the site's settings.
        store: the register's database.
        typed: the last group of the recovery key, which only somebody has who wrote it down.

    Raises:
        SiteKeyError: that isn't the last group.
    """
    last = recovery_key(find_keys(settings, create=False).current).rpartition("-")[2]
    if "".join(each for each in typed.upper().translate(LOOK_ALIKES) if each.isalnum()) != last:
        raise SiteKeyError(
            f"This isn't the last group of the recovery key: {typed.strip()!r}. Compare it with what you "
            "wrote down; `keys recovery` prints the key again."
        )
    while (state := store.seal_state()) is not None and state.confirmed != state.key_id:
        if store.replace_seal_state(replace(state, confirmed=state.key_id, version=state.version + 1)):
            return
