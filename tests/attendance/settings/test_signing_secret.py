"""The signing secret is made once, is the owner's alone, and is the same for every process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from attendance.errors import SettingsError
from attendance.settings.settings import Settings
from attendance.settings.signing_secret import (
    FILE_NAME,
    RECEIPTS_FILE_NAME,
    derived,
    receipts_secret,
    signing_secret,
)

ROOT = Path(__file__).resolve().parents[3]
SHARED = "0123456789abcdef0123456789abcdef"
PROGRAM = """
import sys
from pathlib import Path
from attendance.settings.settings import Settings
from attendance.settings.signing_secret import signing_secret
settings = Settings(config=Path(sys.argv[1]), models=Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
print(signing_secret(settings).decode())
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(config=tmp_path / "config", models=tmp_path / "models")


def test_it_is_made_once_and_kept(settings: Settings) -> None:
    first = signing_secret(settings)
    assert len(bytes.fromhex(first.decode())) == 32
    assert signing_secret(settings) == first
    assert [path.name for path in settings.config.iterdir()] == [FILE_NAME]


def test_receipts_have_a_secret_of_their_own(settings: Settings) -> None:
    first = receipts_secret(settings)
    assert len(first) == 32
    assert receipts_secret(settings) == first
    assert [path.name for path in settings.config.iterdir()] == [RECEIPTS_FILE_NAME]
    assert signing_secret(settings) != first.hex().encode()


def test_machines_that_share_a_secret_issue_the_same_receipts(settings: Settings, tmp_path: Path) -> None:
    shared = settings.with_overrides(mongodb_uri="mongodb://localhost/", secret=SHARED)
    other = shared.with_overrides(config=tmp_path / "other")
    assert (
        receipts_secret(shared)
        == receipts_secret(other)
        == derived(SHARED.encode(), b"attendance.receipts.1")
    )
    assert not settings.config.exists()
    with pytest.raises(SettingsError, match="ATTENDANCE_SECRET"):
        receipts_secret(settings.with_overrides(mongodb_uri="mongodb://localhost/"))


def test_derived_secrets_are_those_of_rfc_5869() -> None:
    """Test case 3 of its appendix A: no salt, no info."""
    assert (
        derived(b"\x0b" * 22, b"").hex() == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
    )


def test_two_sites_have_two(settings: Settings, tmp_path: Path) -> None:
    other = settings.with_overrides(config=tmp_path / "other")
    assert signing_secret(settings) != signing_secret(other)


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps no such permissions")
def test_only_its_owner_may_read_it(settings: Settings) -> None:
    signing_secret(settings)
    assert (settings.config / FILE_NAME).stat().st_mode & 0o777 == 0o600
    assert settings.config.stat().st_mode & 0o777 == 0o700


def test_a_given_secret_is_used_and_nothing_is_written(settings: Settings) -> None:
    assert signing_secret(settings.with_overrides(secret=SHARED)) == SHARED.encode()
    assert not settings.config.exists()


def test_several_machines_need_a_shared_one(settings: Settings) -> None:
    shared_database = settings.with_overrides(mongodb_uri="mongodb://localhost/")
    with pytest.raises(SettingsError, match="ATTENDANCE_SECRET"):
        signing_secret(shared_database)
    assert signing_secret(shared_database.with_overrides(secret=SHARED)) == SHARED.encode()


def test_a_damaged_file_is_an_error_that_says_what_to_do(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("attendance.settings.signing_secret._PATIENCE", 0.1)
    settings.config.mkdir()
    (settings.config / FILE_NAME).write_text("0123")
    with pytest.raises(SettingsError, match="Delete it"):
        signing_secret(settings)


@pytest.mark.parametrize("folder", ["file/config", "long" * 100], ids=["below a file", "out of reach"])
def test_a_folder_that_can_not_be_made_is_an_error_that_says_what_to_do(tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="ATTENDANCE_CONFIG"):
        signing_secret(Settings(config=tmp_path / folder, models=tmp_path))


@pytest.mark.server
def test_processes_that_make_it_at_once_get_the_same(tmp_path: Path) -> None:
    for folder in (tmp_path / str(number) for number in range(3)):
        running = [
            subprocess.Popen(
                [sys.executable, "-c", PROGRAM, str(folder)],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(4)
        ]
        for process in running:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in running:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        secrets = {process.communicate(timeout=60)[0] for process in running}
        assert len(secrets) == 1
        assert [path.name for path in folder.iterdir()] == [FILE_NAME]
