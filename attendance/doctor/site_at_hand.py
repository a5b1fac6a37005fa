"""Opens a site for examination without a server around it, so that nothing of it changes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from attendance.clock import SystemClock
from attendance.doctor.examined_site import ExaminedSite
from attendance.doctor.usable_settings import usable_settings
from attendance.errors import AttendanceError
from attendance.program import register_in_use
from attendance.store.open_store import FILE_NAME, open_current, open_store
from attendance.store.protocol import Store
from attendance.trial import settings_to_try


@contextmanager
def site_at_hand(
    environ: Mapping[str, str], overrides: Mapping[str, str], address: str | None = None
) -> Iterator[ExaminedSite]:
    """A site by its settings; an embedded register is copied, one on a server is read where it is.

    Args:
        environ: the source of the settings.
        overrides: settings of the command line by field.
        address: where phones reach the server; None: unknown.
    """
    settings, wrong = usable_settings(environ, overrides)
    register = None if settings.mongodb_uri else settings.data / FILE_NAME
    with ExitStack() as stack:
        stack.enter_context(register_in_use(settings.data))
        store: Store | None = None
        trouble: AttendanceError | None = None
        keys = settings.keys_folder
        try:
            if settings.mongodb_uri is not None:
                store = open_current(settings.mongodb_uri)
            elif register is not None and register.exists():
                copy = stack.enter_context(settings_to_try(settings))
                keys = copy.keys_folder
                store = open_store(copy.data, None)
            if store is not None:
                stack.callback(store.close)
        except AttendanceError as error:
            trouble = error
        except OSError as error:
            trouble = AttendanceError(f"The register can't be copied to {tempfile.gettempdir()}: {error}.")
        yield ExaminedSite(
            settings=settings,
            now=SystemClock().now(),
            store=store,
            register=register,
            keys=keys,
            trouble=trouble,
            wrong_settings=wrong,
            address=address,
        )
