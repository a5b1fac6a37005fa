"""The systemd unit: it can be read, and what it allows is little."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from attendance.program import SERVICE_COMMAND
from attendance.settings.all_settings import SETTINGS
from client.startup.command_line import server
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
    shown = CliRunner().invoke(server, ["--help"]).output
    assert all(option in shown for option in options if option.startswith("--"))


def test_its_settings_exist() -> None:
    names = {line.split("=")[1] for line in UNIT.read_text().splitlines() if line.startswith("Environment=")}
    assert names <= {setting.name for setting in SETTINGS} | {SERVICE_COMMAND}
    assert {"ATTENDANCE_DATA", SERVICE_COMMAND} <= names


@pytest.mark.server
@pytest.mark.skipif(shutil.which("sed") is None, reason="needs sed")
def test_a_second_school_shares_the_program_and_nothing_else(service: configparser.SectionProxy) -> None:
    """systemd gives a state folder to the user of whichever unit starts, and takes it from the other's."""
    guide = (ROOT / "docs" / "deployment.md").read_text()
    found = re.search(
        r"^    (sed .*?) > /etc/systemd/system/school-2\.service$", guide, re.MULTILINE | re.DOTALL
    )
    assert found is not None
    command = found[1].replace("\\\n", " ")
    printed = subprocess.run(
        ["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    unit = _Unit()
    unit.read_string(printed)
    other = unit["Service"]
    own = ("User", "Group", "StateDirectory", "CacheDirectory", "WorkingDirectory", "EnvironmentFile")
    assert all("school-2" in other[key] and other[key] != service[key] for key in own)
    assert other["ExecStart"] == service["ExecStart"].replace("8080", "8090")
    assert printed.count("face-attendance") == service["ExecStart"].count("face-attendance")
    line = f'Environment="{SERVICE_COMMAND}=ATTENDANCE_SERVICE=school-2 attendance-admin"'
    assert line in printed.splitlines()


def test_it_has_time_to_stop_and_starts_again(service: configparser.SectionProxy) -> None:
    assert (service["Restart"], service["TimeoutStopSec"]) == ("always", "20")


@pytest.mark.server
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
