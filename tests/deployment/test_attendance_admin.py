"""What an admin types on a server runs as the service does; systemd's commands have stand-ins here."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.client.starting import ROOT

SCRIPT = ROOT / "deployment" / "attendance-admin"
SHOWN = {
    "User": "school",
    "Group": "pupils",
    "Environment": 'ATTENDANCE_DATA=/srv/a ATTENDANCE_MAIL_FROM="School <office@school.example>"',
    "EnvironmentFiles": "/etc/one.env (ignore_errors=yes)\n/etc/two.env (ignore_errors=no)",
    "ExecStart": "{ path=/opt/a/bin/face-attendance ; argv[]=/opt/a/bin/face-attendance --workers 2 ; }",
}
"""What ``systemctl show --value`` prints of a running service."""

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(shutil.which("sh") is None, reason="needs a POSIX shell"),
]


def typed(
    folder: Path, *words: str, user: str | None = None, typist: int = 0
) -> subprocess.CompletedProcess[str]:
    """Run the script; prints what systemd-run would be given, a word a line."""
    bin_ = folder / "bin"
    bin_.mkdir()
    shown = SHOWN if user is None else {**SHOWN, "User": user}
    cases = "".join(f"--property={name}) printf '%s\\n' '{value}' ;;\n" for name, value in shown.items())
    programs = {
        "id": f"echo {typist}",
        "systemctl": f'case "$3" in\n{cases}esac',
        "runuser": 'shift 3; exec "$@"',
        "systemd-run": 'printf "%s\\n" "$@"',
    }
    for name, text in programs.items():
        (bin_ / name).write_text(f"#!/bin/sh\n{text}\n")
        (bin_ / name).chmod(0o755)
    environ = {**os.environ, "PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(
        ["sh", SCRIPT, *words],
        env=environ,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_the_command_has_the_service_s_user_settings_and_folder(tmp_path: Path) -> None:
    words = typed(tmp_path, "add-teacher", "Grace Hopper").stdout.splitlines()
    assert words[-3:] == ["/opt/a/bin/face-attendance-admin", "add-teacher", "Grace Hopper"]
    assert {
        "--property=User=school",
        "--property=Group=pupils",
        f"--property=Environment={SHOWN['Environment']}",
        "--property=UMask=0077",
        f"--working-directory={tmp_path}",
    } <= set(words)
    files = [word for word in words if word.startswith("--property=EnvironmentFile=")]
    assert files == [f"--property=EnvironmentFile=-/etc/{name}.env" for name in ("one", "two")]


def test_a_service_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = typed(tmp_path, "list", user="")
    assert (done.returncode, done.stdout) == (1, "")
    assert "There is no service face-attendance" in done.stderr


def test_nobody_but_root_is_let_in(tmp_path: Path) -> None:
    done = typed(tmp_path, "list", typist=1000)
    assert (done.returncode, done.stdout) == (1, "")
    assert "after sudo" in done.stderr
