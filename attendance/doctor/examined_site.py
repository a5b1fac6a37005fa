"""What is examined: the settings, the register if it can be opened, and what a running server knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from attendance.errors import AttendanceError

if TYPE_CHECKING:  # what loads them may be what is broken
    from attendance.settings.settings import Settings
    from attendance.store.protocol import Store


@dataclass(frozen=True)
class ExaminedSite:
    """What is examined.

    Attributes:
        settings: the site's settings.
        now: aware UTC.
        store: the register's database, with or without its seal; None where it can't be opened, or is not
            there yet.
        register: the file of an embedded database, whether it is there or not; None for one on a server.
        keys: the folder of the students' keys, which an examination may open for writing.
        trouble: why it can't be opened.
        wrong_settings: what is wrong with values that can't be used, a line each.
        address: where phones reach the server, without a path; None: unknown.
        asks_address: whether the server is to be asked under that address.
        tunnel_is_up: whether the public address works; None: unknown, as no server was asked.
        is_server: whether the server itself examines, and has loaded and opened everything.
    """

    settings: Settings
    now: datetime
    store: Store | None
    register: Path | None
    keys: Path
    trouble: AttendanceError | None = None
    wrong_settings: str = ""
    address: str | None = None
    asks_address: bool = True
    tunnel_is_up: bool | None = None
    is_server: bool = False
