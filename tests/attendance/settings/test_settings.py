"""Settings come from the environment, all wrong ones are told at once, and secrets are never shown."""

from __future__ import annotations

import sys
from datetime import time, timedelta
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from attendance.errors import SettingsError
from attendance.settings.all_settings import SETTINGS
from attendance.settings.mail_settings import MailSecurity, MailSender, NoticesTo, SmtpServer
from attendance.settings.setting_values import OFF, networks
from attendance.settings.settings import Settings
from attendance.values import NoticeKind

DOCS = Path(__file__).resolve().parents[3] / "docs" / "settings.md"
SECRET = "0123456789abcdef0123456789abcdef"


def test_without_any_variable_the_defaults_hold() -> None:
    settings = Settings.from_env({})
    assert settings.data == Path("Dataset")
    assert (settings.engine, settings.detector, settings.device) == ("auto", None, "CPU")
    assert settings.mongodb_uri is None
    assert settings.fpir == 0.01
    assert (settings.limit, settings.reports, settings.daily_csv) == (Fraction(3, 4), None, None)
    assert settings.config.is_absolute()
    assert settings.models.is_absolute()


def test_every_variable_is_read(tmp_path: Path) -> None:
    weights = tmp_path / "weights.h5"
    weights.touch()
    settings = Settings.from_env(
        {
            "ATTENDANCE_DATA": str(tmp_path / "data"),
            "MONGODB_URI": "mongodb://localhost/",
            "ATTENDANCE_ENGINE": "DLIB",
            "ATTENDANCE_DETECTOR": "haar",
            "ATTENDANCE_ONE_TO_ONE": "Known",
            "ATTENDANCE_DEVICE": "GPU.0",
            "ATTENDANCE_ROOM_PHOTOS": "Two-People",
            "ATTENDANCE_LIVE_CAMERA": "On",
            "ATTENDANCE_RETAIL_MODEL": str(tmp_path),
            "FACENET_WEIGHTS": str(weights),
            "NGROK_AUTHTOKEN": "token",
            "ATTENDANCE_SECRET": SECRET,
            "ATTENDANCE_TIMEZONE": "Asia/Kolkata",
            "ATTENDANCE_LATE_AFTER": "09:15",
            "ATTENDANCE_FPIR": "0.001",
            "ATTENDANCE_CAMERA": "1",
            "ATTENDANCE_TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/24 2001:db8::/64",
            "ATTENDANCE_PLAIN_HTTP": "Forbidden",
            "ATTENDANCE_CORS": "https://school.example, http://localhost:5173",
            "ATTENDANCE_ANONYMOUS_FACES": "On",
            "ATTENDANCE_LIMIT": "66.7",
            "ATTENDANCE_REPORTS": str(tmp_path / "reports"),
            "ATTENDANCE_DAILY_CSV": "Off",
            "ATTENDANCE_KEEP_LEFT": "Never",
            "ATTENDANCE_KEEP_FACES": "365",
            "ATTENDANCE_KEEP_FILES": "7",
            "ATTENDANCE_CONTROLLER": "The School, Main Street 1",
            "ATTENDANCE_PRIVACY_CONTACT": "privacy@example.org",
            "ATTENDANCE_LEGAL_BASIS": "School Act, Section 1",
            "ATTENDANCE_CONFIG": str(tmp_path / "config"),
            "ATTENDANCE_CACHE": str(tmp_path / "cache"),
            "ATTENDANCE_KEYS": str(tmp_path / "keys"),
            "ATTENDANCE_SITE_KEY": "file:/run/secrets/site-key",
            "ATTENDANCE_PASSPHRASE_FILE": "/run/secrets/passphrase",
            "ATTENDANCE_BACKUP": str(tmp_path / "disk"),
            "ATTENDANCE_SMTP": "smtp://office:pass%40word@mail.example.org",
            "ATTENDANCE_MAIL_FROM": "School <office@example.org>",
            "ATTENDANCE_NOTICES": "absence, limit",
            "ATTENDANCE_NOTICES_AFTER": "90",
            "ATTENDANCE_NOTICES_TO": "Student",
            "ATTENDANCE_NOTICES_LANGUAGE": "pt-BR",
        }
    )
    assert settings == Settings(
        data=tmp_path / "data",
        mongodb_uri="mongodb://localhost/",
        engine="dlib",
        detector="haar",
        one_to_one="known",
        device="GPU.0",
        room_photos="two-people",
        live_camera=True,
        retail_model=tmp_path,
        facenet_weights=weights,
        ngrok_authtoken="token",
        secret=SECRET,
        time_zone=ZoneInfo("Asia/Kolkata"),
        late_after=time(9, 15),
        fpir=0.001,
        camera="1",
        trusted_proxies=networks("127.0.0.1/32,10.0.0.0/24,2001:db8::/64"),
        plain_http="forbidden",
        cors=("https://school.example", "http://localhost:5173"),
        anonymous_faces=True,
        limit=Fraction(667, 1000),
        reports=tmp_path / "reports",
        daily_csv=OFF,
        keep_left=None,
        keep_faces=timedelta(days=365),
        keep_files=timedelta(days=7),
        controller="The School, Main Street 1",
        privacy_contact="privacy@example.org",
        legal_basis="School Act, Section 1",
        config=tmp_path / "config",
        models=tmp_path / "cache",
        keys=tmp_path / "keys",
        site_key="file:/run/secrets/site-key",
        passphrase_file="/run/secrets/passphrase",
        backup=tmp_path / "disk",
        smtp=SmtpServer("mail.example.org", 587, MailSecurity.STARTTLS, "office", "pass@word"),
        mail_from=MailSender("School", "office@example.org"),
        notices=frozenset(NoticeKind),
        notices_after=timedelta(minutes=90),
        notices_to=NoticesTo.STUDENT,
        notices_language="pt_BR",
    )


def test_an_empty_variable_counts_as_not_given() -> None:
    assert Settings.from_env({"ATTENDANCE_ENGINE": " ", "MONGODB_URI": ""}) == Settings.from_env({})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ATTENDANCE_DATA", __file__),
        ("MONGODB_URI", "postgres://localhost"),
        ("ATTENDANCE_ENGINE", "arcface"),
        ("ATTENDANCE_DETECTOR", "yolo"),
        ("ATTENDANCE_KEYS", __file__),
        ("ATTENDANCE_BACKUP", __file__),
        ("ATTENDANCE_SITE_KEY", "5e5e"),
        ("ATTENDANCE_SITE_KEY", "command: "),
        ("ATTENDANCE_DEVICE", "C P U"),
        ("ATTENDANCE_ROOM_PHOTOS", "yes"),
        ("ATTENDANCE_LIVE_CAMERA", "two-people"),
        ("ATTENDANCE_RETAIL_MODEL", "/no/such/folder"),
        ("ATTENDANCE_RETAIL_MODEL", __file__),
        ("FACENET_WEIGHTS", "/no/such/file"),
        ("ATTENDANCE_SECRET", "short"),
        ("ATTENDANCE_LIMIT", "100.1"),
        ("ATTENDANCE_LIMIT", "-1"),
        ("ATTENDANCE_LIMIT", "3/4"),
        ("ATTENDANCE_LIMIT", "\u0667\u0665"),
        ("ATTENDANCE_REPORTS", __file__),
        ("ATTENDANCE_DAILY_CSV", __file__),
        ("ATTENDANCE_KEEP_LEFT", "0"),
        ("ATTENDANCE_KEEP_FACES", "a year"),
        ("ATTENDANCE_KEEP_FILES", "2"),
        ("ATTENDANCE_TIMEZONE", "Mars/Olympus"),
        ("ATTENDANCE_TIMEZONE", "../../etc/passwd"),
        ("ATTENDANCE_LATE_AFTER", "9:15"),
        ("ATTENDANCE_LATE_AFTER", "24:00"),
        ("ATTENDANCE_FPIR", "0"),
        ("ATTENDANCE_FPIR", "nan"),
        ("ATTENDANCE_FPIR", "1 %"),
        ("ATTENDANCE_TRUSTED_PROXIES", "nginx"),
        ("ATTENDANCE_TRUSTED_PROXIES", "10.0.0.5/24"),
        ("ATTENDANCE_TRUSTED_PROXIES", "10.0.0.1, 0.0.0.0/0"),
        ("ATTENDANCE_ANONYMOUS_FACES", "yes"),
        ("ATTENDANCE_CORS", "*"),
        ("ATTENDANCE_CORS", "school.example"),
        ("ATTENDANCE_CORS", "https://school.example/page"),
        ("ATTENDANCE_CORS", "https://school.example, null"),
        ("ATTENDANCE_SMTP", "mail.example.org"),
        ("ATTENDANCE_SMTP", "http://mail.example.org"),
        ("ATTENDANCE_SMTP", "smtp://"),
        ("ATTENDANCE_SMTP", "smtp://mail.example.org:99999"),
        ("ATTENDANCE_SMTP", "smtp://mail.example.org/inbox"),
        ("ATTENDANCE_SMTP", "smtp://office@mail.example.org"),
        ("ATTENDANCE_SMTP", "smtp+plain://office:secret@mail.example.org"),
        ("ATTENDANCE_MAIL_FROM", "School"),
        ("ATTENDANCE_MAIL_FROM", "a@example.org, b@example.org"),
        ("ATTENDANCE_MAIL_FROM", "büro@example.org"),
        ("ATTENDANCE_NOTICES", "on"),
        ("ATTENDANCE_NOTICES", "off,limit"),
        ("ATTENDANCE_NOTICES", ","),
        ("ATTENDANCE_NOTICES_AFTER", "-1"),
        ("ATTENDANCE_NOTICES_AFTER", "1 h"),
        ("ATTENDANCE_NOTICES_AFTER", "10081"),
        ("ATTENDANCE_NOTICES_TO", "parents"),
        ("ATTENDANCE_NOTICES_LANGUAGE", "Klingonese"),
    ],
)
def test_a_wrong_value_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_env({name: value})


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("smtps://mail.example.org", SmtpServer("mail.example.org", 465, MailSecurity.TLS)),
        ("smtp://mail.example.org:2525", SmtpServer("mail.example.org", 2525, MailSecurity.STARTTLS)),
        ("smtp+plain://localhost", SmtpServer("localhost", 25, MailSecurity.NONE)),
        ("smtp+plain://a:b@127.0.0.1", SmtpServer("127.0.0.1", 25, MailSecurity.NONE, "a", "b")),
    ],
)
def test_a_mail_server_is_encrypted_unless_it_says_otherwise(text: str, server: SmtpServer) -> None:
    assert Settings.from_env({"ATTENDANCE_SMTP": text}).smtp == server


def test_the_name_of_the_sender_is_its_address_where_there_is_none() -> None:
    sender = Settings.from_env({"ATTENDANCE_MAIL_FROM": "office@example.org"}).mail_from
    assert sender == MailSender("office@example.org", "office@example.org")


def test_notices_are_off_unless_they_are_switched_on() -> None:
    assert Settings.from_env({}).notices == frozenset()
    assert Settings.from_env({"ATTENDANCE_NOTICES": "Off"}).notices == frozenset()
    assert Settings.from_env({"ATTENDANCE_NOTICES": "limit"}).notices == {NoticeKind.BELOW_LIMIT}


def test_all_wrong_values_are_told_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({"ATTENDANCE_ENGINE": "x", "ATTENDANCE_FPIR": "2", "ATTENDANCE_TIMEZONE": "y"})
    lines = str(caught.value).splitlines()
    assert [line.split()[0] for line in lines] == [
        "ATTENDANCE_ENGINE",
        "ATTENDANCE_TIMEZONE",
        "ATTENDANCE_FPIR",
    ]


def test_secrets_are_not_shown() -> None:
    settings = Settings.from_env(
        {
            "MONGODB_URI": "mongodb://admin:hunter2@db.example/",
            "ATTENDANCE_SECRET": SECRET,
            "NGROK_AUTHTOKEN": "tok_abc",
            "ATTENDANCE_SMTP": "smtp://office:swordfish@mail.example.org",
        }
    )
    shown = repr(settings)
    assert not any(secret in shown for secret in ("hunter2", SECRET, "tok_abc", "swordfish"))
    assert settings.smtp is not None
    assert "swordfish" not in f"{settings.smtp} {settings.smtp!r}"
    assert "mongodb://***@db.example/" in shown


@pytest.mark.skipif(sys.platform == "win32", reason="every user of Windows has a profile")
def test_a_user_without_a_home_folder_needs_both_folders_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pwd

    def nobody(_number: int) -> None:
        raise KeyError

    monkeypatch.setattr(pwd, "getpwuid", nobody)
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    given = {"ATTENDANCE_CONFIG": str(tmp_path / "config")}
    with pytest.raises(SettingsError, match="no home folder, and ATTENDANCE_CONFIG isn't set"):
        Settings.from_env({})
    with pytest.raises(SettingsError, match="no home folder, and ATTENDANCE_CACHE isn't set"):
        Settings.from_env(given)
    settings = Settings.from_env({**given, "ATTENDANCE_CACHE": str(tmp_path / "cache")})
    assert (settings.config, settings.models) == (tmp_path / "config", tmp_path / "cache")


@pytest.mark.parametrize("name", ["ATTENDANCE_DATA", "ATTENDANCE_RETAIL_MODEL", "FACENET_WEIGHTS"])
def test_the_home_folder_of_nobody_is_a_wrong_value(name: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} '~no-such-user/there' begins with a home folder"):
        Settings.from_env({name: "~no-such-user/there"})


@pytest.mark.parametrize("name", ["ATTENDANCE_DATA", "ATTENDANCE_RETAIL_MODEL", "FACENET_WEIGHTS"])
def test_a_path_that_can_not_be_reached_is_a_wrong_value(name: str, tmp_path: Path) -> None:
    """As in the folder of another user; too long a name fails in the same way, for root as well."""
    with pytest.raises(SettingsError, match=f"^{name} .* can't be reached"):
        Settings.from_env({name: str(tmp_path / ("long" * 100))})


def test_a_wrong_secret_is_not_shown_either() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({"ATTENDANCE_SECRET": "hunter2"})
    assert "hunter2" not in str(caught.value)


def test_the_command_line_overrides_the_environment(tmp_path: Path) -> None:
    settings = Settings.from_env({"ATTENDANCE_ENGINE": "dlib", "ATTENDANCE_FPIR": "0.02"})
    changed = settings.with_overrides(engine="facenet", data=tmp_path, detector=None)
    assert (changed.engine, changed.data, changed.detector, changed.fpir) == ("facenet", tmp_path, None, 0.02)


def test_a_wrong_override_is_refused_with_the_name_of_its_option() -> None:
    with pytest.raises(SettingsError, match=r"^--engine 'x' must be one of auto, retail, both, facenet"):
        Settings.from_env({}).with_overrides(engine="x")
    with pytest.raises(SettingsError, match=r"^--trusted-proxies 'x' must be"):
        Settings.from_env({}).with_overrides(trusted_proxies="x")


def test_the_table_in_the_docs_is_the_one_in_the_code() -> None:
    rows = [line for line in DOCS.read_text("utf-8").splitlines() if line.startswith("| `")]
    assert rows == [f"| `{s.name}` | {s.default} | {s.meaning} |" for s in SETTINGS]


def test_each_attribute_has_its_setting() -> None:
    assert {setting.field for setting in SETTINGS} == set(Settings.__dataclass_fields__)
