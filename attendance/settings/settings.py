"""The settings of the program: where they come from, what they mean, what they may be."""

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
from attendance.settings.mail_settings import MailSender, NoticesTo, SmtpServer
from attendance.settings.notice_settings import NOTICE_SETTINGS
from attendance.settings.setting import Setting
from attendance.values import NoticeKind

APPLICATION = "face-attendance"
_CREDENTIALS_IN_URI = re.compile(r"(?<=://)[^@/]*(?=@)")


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "ATTENDANCE_DATA",
        "data",
        "Dataset",
        "The folder for the database and for snapshots that wait for a review.",
        values.folder,
    ),
    Setting(
        "MONGODB_URI",
        "mongodb_uri",
        "none: an SQLite file in the data folder",
        "The MongoDB server that keeps the register.",
        values.mongodb_uri,
        secret=True,
    ),
    Setting(
        "ATTENDANCE_ENGINE",
        "engine",
        "auto",
        "What compares faces: auto, both (FaceNet and dlib together), facenet or dlib.",
        values.one_of("auto", "both", "facenet", "dlib"),
    ),
    Setting(
        "ATTENDANCE_DETECTOR",
        "detector",
        "the one the register was started with, at first mtcnn",
        "What finds faces in a photo: mtcnn or haar.",
        values.one_of("mtcnn", "haar"),
    ),
    Setting(
        "ATTENDANCE_DEVICE",
        "device",
        "CPU",
        "The device that OpenVINO runs the networks on.",
        values.device,
    ),
    Setting(
        "FACENET_WEIGHTS",
        "facenet_weights",
        "none: downloaded once",
        "A file with FaceNet's weights.",
        values.existing_file,
    ),
    Setting(
        "NGROK_AUTHTOKEN",
        "ngrok_authtoken",
        "none",
        "The token of your ngrok account, for the public address.",
        values.plain_text,
        secret=True,
    ),
    Setting(
        "ATTENDANCE_SECRET",
        "secret",
        "none: made once and kept in the configuration folder",
        "What several machines sign with; needed with MONGODB_URI.",
        values.shared_secret,
        secret=True,
    ),
    Setting(
        "ATTENDANCE_TIMEZONE",
        "time_zone",
        "the computer's own",
        "The site's time zone, which decides when a day begins, such as Europe/Berlin.",
        values.time_zone,
    ),
    Setting(
        "ATTENDANCE_LATE_AFTER",
        "late_after",
        "none: nobody is late",
        "The local time, HH:MM, from which a check-in of the General session is late; "
        "a change holds from the next day on.",
        values.clock_time,
    ),
    Setting(
        "ATTENDANCE_FPIR",
        "fpir",
        "0.01",
        "The accepted chance that a stranger is taken for anyone of the class.",
        values.small_share,
    ),
    Setting(
        "ATTENDANCE_CAMERA",
        "camera",
        "0: the first camera of the computer",
        "The server's own camera, for systems that let the server take pictures: a number, an address of a "
        "stream, or a file.",
        values.plain_text,
        secret=True,
    ),
    Setting(
        "ATTENDANCE_CORS",
        "cors",
        "none: no page of another site may call the API",
        "Origins of other sites whose pages may call the API, divided by commas.",
        values.origins,
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
        "none: no reports are written by themselves",
        "The folder that the reports of a session are written to when it closes.",
        values.folder,
    ),
    Setting(
        "ATTENDANCE_DAILY_CSV",
        "daily_csv",
        "Attendance in the data folder",
        "The folder for the daily lists of who came, or off.",
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
    """The settings that hold; ``SETTINGS`` says what each means.

    Attributes:
        detector: None means the one that the register is pinned to, at first ``mtcnn``.
        time_zone: None means the computer's own.
        late_after: naive time on the wall; None means that nobody is late.
        fpir: above 0, at most 0.5.
        cors: such as ``https://school.example``, without a path.
        limit: as a share from 0 to 1.
        reports: None means that none are written by themselves.
        daily_csv: None means ``Attendance`` in the data folder, ``OFF`` that there are none.
        notices: empty means that none are sent.
        config: folder of the signing secret.
        models: folder of downloaded and compiled networks.
    """

    config: Path
    models: Path
    data: Path = Path("Dataset")
    mongodb_uri: str | None = None
    engine: str = "auto"
    detector: str | None = None
    device: str = "CPU"
    facenet_weights: Path | None = None
    ngrok_authtoken: str | None = None
    secret: str | None = None
    time_zone: ZoneInfo | None = None
    late_after: time | None = None
    fpir: float = 0.01
    camera: str = "0"
    cors: tuple[str, ...] = ()
    limit: Fraction = Fraction(3, 4)
    reports: Path | None = None
    daily_csv: Path | values.Off | None = None
    smtp: SmtpServer | None = None
    mail_from: MailSender | None = None
    notices: frozenset[NoticeKind] = frozenset()
    notices_after: timedelta = timedelta(minutes=60)
    notices_to: NoticesTo = NoticesTo.GUARDIAN
    notices_language: str = "en"

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """Read the settings from environment variables; an empty one counts as not given.

        Raises:
            SettingsError: one or more are wrong; the message lists all of them.
        """
        given = {setting.field: environ.get(setting.name) for setting in SETTINGS}
        defaults = cls(config=_user_config(), models=_user_cache())
        return defaults.with_overrides(**given)

    def with_overrides(self, **given: str | Path | None) -> Settings:
        """These settings with some exchanged, as the command line does.

        Args:
            given: text by the name of the attribute; None and the empty text leave it as it is.

        Raises:
            SettingsError: one or more are wrong; the message lists all of them.
            KeyError: an attribute that does not exist.
        """
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
                wrong.append(f"{setting.name} {shown} {error}.")
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
