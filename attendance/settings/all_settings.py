"""All settings of a site, in the order of their documentation."""

from __future__ import annotations

from attendance.settings import setting_values as values
from attendance.settings.engine_settings import ENGINE_SETTINGS
from attendance.settings.key_settings import KEY_SETTINGS
from attendance.settings.law_settings import LAW_SETTINGS
from attendance.settings.notice_settings import NOTICE_SETTINGS
from attendance.settings.retention_settings import RETENTION_SETTINGS
from attendance.settings.server_settings import SERVER_SETTINGS
from attendance.settings.setting import Setting
from attendance.settings.use_settings import USE_SETTINGS

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "ATTENDANCE_DATA",
        "data",
        "Dataset",
        "The folder for the database and the snapshots of check-ins that need review.",
        values.folder,
    ),
    Setting(
        "MONGODB_URI",
        "mongodb_uri",
        "none: an SQLite file in the data folder",
        "The MongoDB server that stores the register.",
        values.mongodb_uri,
        secret=True,
    ),
    *ENGINE_SETTINGS,
    *USE_SETTINGS,
    Setting(
        "NGROK_AUTHTOKEN",
        "ngrok_authtoken",
        "none",
        "Your ngrok authtoken, needed for a public address.",
        values.plain_text,
        secret=True,
    ),
    Setting(
        "ATTENDANCE_SECRET",
        "secret",
        "none: created once and stored in the configuration folder",
        "The signing secret that several servers share; required with MONGODB_URI.",
        values.shared_secret,
        secret=True,
    ),
    Setting(
        "ATTENDANCE_TIMEZONE",
        "time_zone",
        "the computer's own",
        "The site's time zone, such as Europe/Berlin; a new day begins at its midnight.",
        values.time_zone,
    ),
    Setting(
        "ATTENDANCE_LATE_AFTER",
        "late_after",
        "none: nobody is late",
        "The local time, HH:MM, from which a check-in of the General session is late; "
        "changes apply from the next day.",
        values.clock_time,
    ),
    Setting(
        "ATTENDANCE_FPIR",
        "fpir",
        "0.01",
        "The accepted chance that a stranger is mistaken for anyone in the class.",
        values.small_fraction,
    ),
    Setting(
        "ATTENDANCE_CAMERA",
        "camera",
        "0: the first camera of the computer",
        "The server's own camera, for systems that use it: a number, a stream address, or a file.",
        values.plain_text,
        secret=True,
    ),
    *SERVER_SETTINGS,
    Setting(
        "ATTENDANCE_LIMIT",
        "limit",
        "75",
        "The percentage below which attendance is too low, in reports and notices.",
        values.percentage,
    ),
    *RETENTION_SETTINGS,
    *LAW_SETTINGS,
    *KEY_SETTINGS,
    Setting(
        "ATTENDANCE_CACHE",
        "models",
        "the user's cache folder",
        "The folder for downloaded and compiled networks.",
        values.folder,
    ),
    *NOTICE_SETTINGS,
)
