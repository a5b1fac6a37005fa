"""Where a student was, as far as a check-in shows."""

from __future__ import annotations

from enum import StrEnum


class Place(StrEnum):
    """Where a student was, as far as the server knows."""

    UNKNOWN = "unknown"
    THIS_NETWORK = "this_network"
    ROOM_PHOTO = "room_photo"
    KIOSK = "kiosk"
