"""Opens the register that the settings name: the one thing that the web app and the command line open."""

from __future__ import annotations

import json
from dataclasses import replace

from attendance.audit.chain.values import AuditFilter
from attendance.clock import Clock, SystemClock
from attendance.files.private_folder import tighten
from attendance.recognition.engine_loader import EngineLoader
from attendance.recognition.site_policy import site_policy
from attendance.register import Register
from attendance.register_parts import SNAPSHOT_FOLDER
from attendance.reports.automatic_reports import DAILY_FOLDER
from attendance.sealing.opening import open_sealed_store, turn_of
from attendance.settings.settings import Settings
from attendance.settings.use_settings import OFF, ON
from attendance.store.protocol import Store
from face_detection.runtime.progress import Progress, silent

FIRST = AuditFilter(below=2)  # the entry with which a trail begins


def open_register(
    settings: Settings, *, clock: Clock | None = None, progress: Progress = silent, keyring: bool = False
) -> Register:
    """Open the register that the settings name; cheap, as no network is loaded yet.

    Args:
        settings: the site's settings.
        clock: None means the computer's.
        progress: receives the progress of long tasks, such as a download.
        keyring: whether the key of a new register may go into the operating system's keyring.

    Raises:
        SettingsError: servers that share the database must share a secret, and none is set.
        SiteKeyError: the site's key is missing or wrong.
        StoreUnavailableError: the database can't be reached or written.
        SchemaError: a newer version of this program wrote the database, or it is not its database.
    """
    the_clock = clock or SystemClock()
    tighten(settings.data, (SNAPSHOT_FOLDER, DAILY_FOLDER))
    store = open_sealed_store(settings, may_use_keyring=keyring)
    try:
        settings = with_least(settings, store)
        engines = EngineLoader(settings, store, the_clock, progress, turn_of(store))
        policy = site_policy(settings)
        register = Register(settings, store, the_clock, engines=engines, policy=policy, progress=progress)
        register.tidy()
        register.settle_due()
        register.reporting.start()
    except BaseException:
        store.close()
        raise
    return register


def with_least(settings: Settings, store: Store) -> Settings:
    """The settings, with what is least where nobody has chosen what faces are used for.

    A register that was in use before the choice existed goes on as before.

    Args:
        settings: the site's settings.
        store: its database.
    """
    if settings.room_photos is not None and settings.live_camera is not None:
        return settings
    before = was_in_use(store)
    photos, camera = settings.room_photos, settings.live_camera
    return replace(
        settings,
        room_photos=(ON if before else OFF) if photos is None else photos,
        live_camera=before if camera is None else camera,
    )


def was_in_use(store: Store) -> bool:
    """Whether the register had students before its audit trail began, with version 9 of the schema."""
    return any(json.loads(first.after or "{}").get("students") for first in store.find_audit(FIRST, 1))
