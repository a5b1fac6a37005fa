"""The settings of a site: environment variables, their defaults, meanings and values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import time, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import platformdirs

from attendance.errors import SettingsError
from attendance.settings import setting_values as values
from attendance.settings.engine_settings import ENGINE_SETTINGS
from attendance.settings.mail_settings import MailSender, NoticesTo, SmtpServer
from attendance.settings.notice_settings import NOTICE_SETTINGS
from attendance.settings.setting import Setting
from attendance.values import NoticeKind

APPLICATION = "face-attendance"
FORBIDDEN = "forbidden"  # plain http beyond this computer
JSON = "json"  # lines of the log
_CREDENTIALS_IN_URI = re.compile(r"(?<=://)[^@/]*(?=@)")


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
    Setting(
        "ATTENDANCE_TRUSTED_PROXIES",
        "trusted_proxies",
        "none: no proxy is believed",
        "Comma-separated addresses or networks of the reverse proxies in front of the server.",
        values.networks,
    ),
    Setting(
        "ATTENDANCE_PLAIN_HTTP",
        "plain_http",
        "allowed",
        "Check-ins over plain http, which others in the network can read: allowed or forbidden.",
        values.one_of("allowed", FORBIDDEN),
    ),
    Setting(
        "ATTENDANCE_METRICS",
        "metrics",
        "none: there are no metrics",
        "Comma-separated addresses or networks of the monitoring that may read /metrics.",
        values.networks,
    ),
    Setting(
        "ATTENDANCE_LOG",
        "log",
        "text",
        "The form of the log's lines: text for people, or json for programs.",
        values.one_of("text", JSON),
    ),
    Setting(
        "ATTENDANCE_CORS",
        "cors",
        "none: pages of other sites can't call the API",
        "Comma-separated origins of other sites whose pages may call the API.",
        values.origins,
    ),
    Setting(
        "ATTENDANCE_ANONYMOUS_FACES",
        "anonymous_faces",
        "off",
        "Whether /detect_face finds faces for callers without a token or login: on or off.",
        values.on_or_off,
    ),
    Setting(
        "ATTENDANCE_LIMIT",
        "limit",
        "75",
        "The percentage below which attendance is too low, in reports and notices.",
        values.percentage,
    ),
    Setting(
        "ATTENDANCE_REPORTS",
        "reports",
        "none: no automatic reports",
        "The folder for automatic reports of each session that closes.",
        values.folder,
    ),
    Setting(
        "ATTENDANCE_DAILY_CSV",
        "daily_csv",
        "Attendance in the data folder",
        "The folder for daily lists of arrivals, or off.",
        values.folder_or_off,
    ),
    Setting(
        "ATTENDANCE_CONFIG",
        "config",
        "the user's configuration folder",
        "The folder for the signing secret.",
        values.folder,
    ),
    Setting(
        "ATTENDANCE_CACHE",
        "models",
        "the user's cache folder",
        "The folder for downloaded and compiled networks.",
        values.folder,
    ),
    *NOTICE_SETTINGS,
)
_BY_FIELD = {setting.field: setting for setting in SETTINGS}


def _user_config() -> Path:
    return platformdirs.user_config_path(APPLICATION, appauthor=False)


def _user_cache() -> Path:
    return platformdirs.user_cache_path(APPLICATION, appauthor=False)


@dataclass(frozen=True, repr=False)
class Settings:
    """The values of all settings; ``SETTINGS`` documents each.

    Attributes:
        detector: None means the one pinned in the register, at first ``mtcnn``.
        time_zone: None means the computer's own.
        late_after: naive local time; None means that nobody is late.
        fpir: above 0, at most 0.5.
        cors: origins such as ``https://school.example``, without a path.
        limit: a fraction from 0 to 1.
        reports: None means no automatic reports.
        daily_csv: None means ``Attendance`` in the data folder; ``OFF`` means no daily lists.
        notices: empty means that no notices are sent.
        config: the folder of the signing secret.
        models: the folder of downloaded and compiled networks.
    """

    config: Path
    models: Path
    data: Path = Path("Dataset")
    mongodb_uri: str | None = None
    engine: str = "auto"
    detector: str | None = None
    matcher: str = "cosine"
    one_to_one: str = "search"
    device: str = "CPU"
    retail_model: Path | None = None
    facenet_weights: Path | None = None
    ngrok_authtoken: str | None = None
    secret: str | None = None
    time_zone: ZoneInfo | None = None
    late_after: time | None = None
    fpir: float = 0.01
    camera: str = "0"
    trusted_proxies: tuple[values.Network, ...] = ()
    plain_http: str = "allowed"
    metrics: tuple[values.Network, ...] = ()
    log: str = "text"
    cors: tuple[str, ...] = ()
    anonymous_faces: bool = False
    limit: Fraction = Fraction(3, 4)
    reports: Path | None = None
    daily_csv: Path | values.Off | None = None
    smtp: SmtpServer | None = None
    mail_from: MailSender | None = None
    notices: frozenset[NoticeKind] = frozenset()
    notices_after: timedelta = timedelta(minutes=60)
    notices_to: NoticesTo = NoticesTo.GUARDIAN
    notices_language: str = "en"

    @property
    def forbids_plain_http(self) -> bool:
        """Whether requests over plain http from other computers are refused."""
        return self.plain_http == FORBIDDEN

    @property
    def logs_json(self) -> bool:
        """Whether the log's lines are JSON."""
        return self.log == JSON

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """Read the settings from environment variables; empty ones count as unset.

        Raises:
            SettingsError: a value is invalid; the message lists all invalid ones.
        """
        given = {setting.field: environ.get(setting.name) for setting in SETTINGS}
        defaults = cls(config=_user_config(), models=_user_cache())
        return defaults._with(given, {setting.field: setting.name for setting in SETTINGS})

    def with_overrides(self, **given: str | Path | None) -> Settings:
        """A copy with some settings replaced by the command line's options, which messages name.

        Args:
            given: text by attribute name; None and empty text change nothing.

        Raises:
            SettingsError: a value is invalid; the message lists all invalid ones.
            KeyError: there is no such attribute.
        """
        return self._with(given, {field: f"--{field.replace('_', '-')}" for field in given})

    def _with(self, given: Mapping[str, str | Path | None], names: Mapping[str, str]) -> Settings:
        """A copy with other values; messages call each by its name."""
        parsed: dict[str, Any] = {}
        wrong: list[str] = []
        for field, value in given.items():
            setting = _BY_FIELD[field]
            text = str(value).strip() if value is not None else ""
            if not text:
                continue
            try:
                parsed[field] = setting.parse(text)
            except ValueError as error:
                shown = "(hidden)" if setting.secret else repr(text)
                wrong.append(f"{names[field]} {shown} {error}.")
        if wrong:
            raise SettingsError("\n".join(wrong))
        return replace(self, **parsed)

    def __repr__(self) -> str:
        shown = []
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name == "mongodb_uri" and value:
                value = _CREDENTIALS_IN_URI.sub("***", value)
            elif _BY_FIELD[field.name].secret and value:
                value = "***"
            shown.append(f"{field.name}={value!r}")
        return f"Settings({', '.join(shown)})"
