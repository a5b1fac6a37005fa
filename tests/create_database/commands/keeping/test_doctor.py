"""The doctor on the command line: an exit status for scripts, JSON for programs, and nothing written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from attendance.doctor.examinations import installation
from attendance.doctor.examining import PARTS
from attendance.store.open_store import FILE_NAME
from tests.create_database.admin import Admin
from tests.create_database.test_dry_runs import state

ROOT = Path(__file__).parents[4]


@pytest.fixture(autouse=True)
def _no_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading them takes a second, and has a test of its own."""
    monkeypatch.setattr(installation, "NEEDED", ())


@pytest.mark.server
def test_a_new_site_has_no_problem_and_each_part_a_line(admin: Admin) -> None:
    done = admin.types("doctor")
    assert done.exit_code == 0, done.output
    for part in PARTS:
        assert str(part.name) in done.stdout
    assert "There is no register in" in done.stdout
    assert "no problem" in done.stderr
    assert not admin.data.exists()


@pytest.mark.server
def test_a_problem_is_an_exit_status_and_says_what_to_do(admin: Admin) -> None:
    admin.enrols_two()
    (admin.folder / "config" / "site-key").unlink()
    before = state(admin.folder)
    done = admin.types("doctor", "--json")
    assert done.exit_code == 1
    assert state(admin.folder) == before
    document = json.loads(done.stdout)
    problems = [each for each in document["findings"] if each["grade"] == "problem"]
    assert document["problems"] == len(problems)
    of_keys = next(each for each in problems if each["part"] == "keys")
    assert "the site's key is missing" in of_keys["what"]
    assert f"keys restore --data {admin.data}" in of_keys["remedy"]
    assert {each["part"] for each in document["findings"]} == {part.key for part in PARTS}


@pytest.mark.server
def test_a_wrong_setting_and_a_torn_register_don_t_stop_it(admin: Admin, tmp_path: Path) -> None:
    admin.enrols_two()
    path = admin.data / FILE_NAME
    path.write_bytes(path.read_bytes()[:20_000])
    admin.environ["ATTENDANCE_FPIR"] = "much"
    done = admin.types("doctor", "--address", "https://")
    assert done.exit_code == 1
    assert "ATTENDANCE_FPIR 'much'" in done.stdout
    assert f"{path} is damaged" in done.stdout or f"{path} can't be used" in done.stdout, done.stdout
    assert str(tmp_path) in done.stdout
    assert "isn't an address such as" in done.stdout


@pytest.mark.server
@pytest.mark.parametrize("package", ["numpy", "cryptography", "cattrs", "platformdirs", "cv2"])
def test_without_a_package_it_says_which_and_examines_the_rest(package: str, tmp_path: Path) -> None:
    program = (
        f"import sys; sys.modules[{package!r}] = None\n"
        "from attendance.doctor.examinations import installation; installation.NEEDED = ()\n"
        "from create_database.cli import cli; cli()"
    )
    ours = ("ATTENDANCE_", "NGROK_")
    own = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    done = subprocess.run(
        [sys.executable, "-c", program, "doctor", "--data", str(tmp_path / "data")],
        cwd=ROOT,
        env=own | {"ATTENDANCE_CONFIG": str(tmp_path), "ATTENDANCE_CACHE": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    problems = [line for line in done.stdout.splitlines() if line.startswith("PROBLEM")]
    assert problems
    assert [line for line in problems if package not in line] == []
    assert "Version 0." in done.stdout
    assert ("Permissions" in done.stdout) == (package == "cv2"), "only networks need that one"
