"""The values of a site's settings, read from environment variables and the command line."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import time, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import platformdirs

from attendance.errors import SettingsError
from attendance.settings import setting_values as values
from attendance.settings.all_settings import SETTINGS
from attendance.settings.mail_settings import MailSender, NoticesTo, SmtpServer
from attendance.settings.server_settings import FORBIDDEN, JSON
from attendance.values import NoticeKind

APPLICATION = "face-attendance"
_CREDENTIALS_IN_URI = re.compile(r"(?<=://)[^@/]*(?=@)")
_BY_FIELD = {setting.field: setting for setting in SETTINGS}


def _user_config() -> Path:
    return platformdirs.user_config_path(APPLICATION, appauthor=False)


def _user_cache() -> Path:
    return platformdirs.user_cache_path(APPLICATION, appauthor=False)


def _at_home(folder: Callable[[], Path], setting: str) -> Path:
    try:
        return folder()
    except RuntimeError as error:  # a user without an entry, as containers may have
        raise SettingsError(
            f"This user has no home folder, and {setting} isn't set. Set it to a folder that it may write."
        ) from error


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, OSError):  # of a path: the user may not enter a folder on the way, for example
        return f"can't be reached ({error.strerror}); name another path, or give this user the right to it"
    return str(error)


@dataclass(frozen=True, repr=False)
class Settings:
    """The values of all settings; ``SETTINGS`` documents each.

    Attributes:
        detector: None means the one pinned in the register, at first ``mtcnn``.
        room_photos, live_camera: None means by the register's age; see ``attendance.open_register``.
        time_zone: None means the computer's own.
        late_after: naive local time; None means that nobody is late.
        fpir: above 0, at most 0.5.
        cors: origins such as ``https://school.example``, without a path.
        limit: a fraction from 0 to 1.
        reports: None means no automatic reports.
        daily_csv: None means ``Attendance`` in the data folder; ``OFF`` means no daily lists.
        controller, privacy_contact, legal_basis: None means that documents have a line to fill in by hand.
        notices: empty means that no notices are sent.
        keep_left, keep_faces, keep_files: None means that the clock never erases.
        config: the folder of the signing secret.
        keys: None means the configuration folder; see ``keys_folder``.
        site_key: None means where the note there says.
        passphrase_file: None means that somebody is asked.
        backup: None means no automatic backups.
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
    room_photos: str | None = None
    live_camera: bool | None = None
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
    keep_left: timedelta | None = timedelta(days=30)
    keep_faces: timedelta | None = timedelta(days=1100)
    keep_files: timedelta | None = timedelta(days=400)
    controller: str | None = None
    privacy_contact: str | None = None
    legal_basis: str | None = None
    smtp: SmtpServer | None = None
    mail_from: MailSender | None = None
    notices: frozenset[NoticeKind] = frozenset()
    notices_after: timedelta = timedelta(minutes=60)
    notices_to: NoticesTo = NoticesTo.GUARDIAN
    notices_language: str = "en"
    keys: Path | None = None
    site_key: str | None = None
    passphrase_file: str | None = None
    backup: Path | None = None

    @property
    def keys_folder(self) -> Path:
        """The folder of the site's key and the keys of students."""
        return self.keys or self.config

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
            SettingsError: a value is invalid; the message lists all invalid ones. Or a folder isn't set, and
                the user has no home folder for it.
        """
        given = {setting.field: environ.get(setting.name) for setting in SETTINGS}
        config, models = given["config"], given["models"]
        defaults = cls(
            config=Path(config) if config else _at_home(_user_config, "ATTENDANCE_CONFIG"),
            models=Path(models) if models else _at_home(_user_cache, "ATTENDANCE_CACHE"),
        )
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
            except (OSError, ValueError) as error:
                shown = "(hidden)" if setting.secret else repr(text)
                wrong.append(f"{names[field]} {shown} {_reason(error)}.")
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
