"""The settings of what faces are used for at a site, beside check-ins by phone."""

from __future__ import annotations

from attendance.settings import setting_values as values
from attendance.settings.setting import Setting

ON, TWO_PEOPLE, OFF = "on", "two-people", "off"
_BY_AGE = "off in registers that begin with version 0.2, on in older ones"

USE_SETTINGS: tuple[Setting, ...] = (
    Setting(
        "ATTENDANCE_ROOM_PHOTOS",
        "room_photos",
        _BY_AGE,
        "Attendance from classroom photos: on, two-people (a second person has to confirm), or off.",
        values.one_of(ON, TWO_PEOPLE, OFF),
    ),
    Setting(
        "ATTENDANCE_LIVE_CAMERA",
        "live_camera",
        _BY_AGE,
        "Cameras that recognise who passes, in the live page, the kiosk and watch: on or off.",
        values.on_or_off,
    ),
)
