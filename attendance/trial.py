"""A register to try things on: what is written to it is discarded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from attendance.files.trial_folders import trial_folder
from attendance.sealing.key_copies import copy_keys
from attendance.sealing.key_sources import FILE, FILE_NAME, is_in_folder
from attendance.settings.setting_values import OFF
from attendance.settings.settings import Settings
from attendance.store.trial_copy import copy_to_try


@contextmanager
def settings_to_try(settings: Settings) -> Iterator[Settings]:
    """Settings of a register that is a copy, in a folder that only this user may enter.

    The copy of an embedded database is deleted at the end; that of a process that was killed is deleted by
    the next one. A MongoDB server is used as it is: there each caller has to write nothing.

    Args:
        settings: the site's settings.

    Raises:
        SchemaError: the register was written by a newer version of this program, or by another program.
        StoreUnavailableError: it can't be copied.
    """
    without_files = replace(settings, reports=None, daily_csv=OFF)
    if settings.mongodb_uri:
        yield without_files
        return
    with trial_folder() as folder:
        data, keys = folder / "data", folder / "keys"
        data.mkdir()
        copy_to_try(settings.data, data)
        copy_keys(settings.keys_folder, keys)
        yield replace(without_files, data=data, keys=keys, site_key=_site_key(settings, keys))


def _site_key(settings: Settings, keys: Path) -> str | None:
    """Where the copy has its key: where the site has it; a key that is made only to try is in the copy."""
    if not is_in_folder(settings) or any(keys.iterdir()):
        return settings.site_key
    return f"{FILE}{keys / FILE_NAME}"
