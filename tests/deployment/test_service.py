"""The systemd unit: it can be read, and what it allows is little."""

from __future__ import annotations

import configparser
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from attendance.program import SERVICE_COMMAND
from attendance.settings.all_settings import SETTINGS
from client.__main__ import main
from tests.client.starting import ROOT

UNIT = ROOT / "deployment" / "face-attendance.service"
MOST_EXPOSURE = "20"  # tenths: systemd calls up to 4.9 "OK"


class _Unit(configparser.RawConfigParser):
    """Keys may come several times; the last one counts here."""

    def __init__(self) -> None:
        super().__init__(strict=False, delimiters="=", comment_prefixes="#", interpolation=None)

    def optionxform(self, optionstr: str) -> str:
        """Keys as they are written."""
        return optionstr


@pytest.fixture
def service() -> configparser.SectionProxy:
    """The unit's service."""
    unit = _Unit()
    unit.read_string(UNIT.read_text())
    return unit["Service"]


def test_the_command_has_options_that_exist(service: configparser.SectionProxy) -> None:
    program, *options = service["ExecStart"].split()
    assert Path(program).name == "face-attendance"
    shown = CliRunner().invoke(main, ["--help"]).output
    assert all(option in shown for option in options if option.startswith("--"))


def test_its_settings_exist() -> None:
    names = {line.split("=")[1] for line in UNIT.read_text().splitlines() if line.startswith("Environment=")}
    assert names <= {setting.name for setting in SETTINGS} | {SERVICE_COMMAND}
    assert {"ATTENDANCE_DATA", SERVICE_COMMAND} <= names


def test_it_has_time_to_stop_and_starts_again(service: configparser.SectionProxy) -> None:
    assert (service["Restart"], service["TimeoutStopSec"]) == ("always", "20")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_finds_no_mistake_and_little_exposure(tmp_path: Path) -> None:
    unit = tmp_path / UNIT.name
    text = UNIT.read_text().replace("/opt/face-attendance/bin/face-attendance", shutil.which("true") or "")
    unit.write_text(text)
    analyze = ["systemd-analyze", "--man=no"]
    verified = subprocess.run([*analyze, "verify", unit], capture_output=True, text=True, check=False)
    assert (verified.returncode, verified.stderr) == (0, "")
    security = ["security", "--offline=yes", f"--threshold={MOST_EXPOSURE}", str(unit)]
    judged = subprocess.run([*analyze, *security], capture_output=True, text=True, check=False)
    assert judged.returncode == 0, judged.stdout
