"""A wheel of the project, installed away from the checkout, starts both of its commands."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from email.parser import Parser
from pathlib import Path
from urllib.parse import urlencode

import pytest

from attendance import __version__
from tests.client.starting import OURS, READY, Program

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("face_detection", "face_matching", "attendance", "client", "create_database")

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="scripts and signals of POSIX")]


def pip(*arguments: str | Path) -> None:
    """Run pip as it works without the internet: with the build backend of this environment."""
    subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments],
        check=True,
        capture_output=True,
        timeout=240,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", folder, ROOT)
    (path,) = folder.glob("*.whl")
    return path


class Installed:
    """The wheel in a folder of its own, and an empty folder to start its commands in."""

    def __init__(self, packages: Path, here: Path, models: Path) -> None:
        self.packages = packages
        self.here = here
        kept = {name: value for name, value in os.environ.items() if not OURS.match(name)}
        self.environ = kept | {
            "PYTHONPATH": str(packages),
            "PYTHONSAFEPATH": "1",  # neither the current folder nor the script's is searched for modules
            "ATTENDANCE_CONFIG": str(here.parent / "config"),
            "ATTENDANCE_CACHE": str(models),
            "ATTENDANCE_ENGINE": "dlib",
        }

    def script(self, name: str) -> str:
        """A command's path."""
        return str(self.packages / "bin" / name)

    def admin(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Type the admin's command."""
        return subprocess.run(
            [self.script("face-attendance-admin"), *words],
            cwd=self.here,
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )

    @contextmanager
    def server(self, *words: str) -> Iterator[Program]:
        """Start the server's command."""
        with subprocess.Popen(
            [self.script("face-attendance"), "--host", "127.0.0.1", "--port", "0", *words],
            cwd=self.here,
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                yield Program(process)
            finally:
                process.kill()


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Networks that are prepared once for all starts."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def packages(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the wheel is installed into."""
    folder = tmp_path_factory.mktemp("installed") / "packages"
    pip("install", "--no-deps", "--no-index", "--target", folder, wheel)
    return folder


@pytest.fixture
def installed(packages: Path, models: Path, tmp_path: Path) -> Installed:
    here = tmp_path / "anywhere"
    here.mkdir()
    return Installed(packages, here, models)


def test_it_carries_every_file_of_the_five_packages_and_nothing_else(wheel: Path) -> None:
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file()]
    wanted = {path.relative_to(ROOT).as_posix() for path in files if path.parent.name != "__pycache__"}
    carried = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert carried == wanted
    assert {name.rpartition(".")[2] for name in carried} >= {"py", "html", "css", "js", "svg", "cfg"}


def test_its_metadata_name_version_licence_and_commands(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as file:
        info = f"face_attendance-{__version__}.dist-info"
        metadata = Parser().parsestr(file.read(f"{info}/METADATA").decode())
        scripts = file.read(f"{info}/entry_points.txt").decode()
        texts = [file.read(f"{info}/licenses/{name}") for name in ("LICENSE", "NOTICE")]
    assert (metadata["Name"], metadata["Version"]) == ("face-attendance", __version__)
    assert metadata["License-Expression"] == "MIT"
    assert texts == [(ROOT / name).read_bytes() for name in ("LICENSE", "NOTICE")]
    assert re.findall(r"^(\S+) =", scripts, re.MULTILINE) == ["face-attendance", "face-attendance-admin"]


def test_the_server_starts_in_an_empty_folder_and_keeps_its_data_there(installed: Installed) -> None:
    with installed.server() as server:
        server.wait_for(READY)
        assert f"{installed.script('face-attendance-admin')} enrol FOLDER" in server.sentences
        status, page = server.get(f"/c?{urlencode({'code': server.typed_code()})}")
        assert (status, 'name="grant"' in page) == (200, True)
        status, login = server.get("/login")
        assert status == 200
        styles = re.findall(r'<link rel="stylesheet" href="([^"]+)"', login)
        assert styles
        assert all(server.get(style)[0] == 200 for style in styles)
        assert server.stop(signal.SIGINT) == 0
    assert list((installed.here / "Dataset").glob("*.sqlite*"))
    assert [path.name for path in installed.here.iterdir()] == ["Dataset"]


def test_the_admins_command_helps_and_lists(installed: Installed) -> None:
    help_text = installed.admin("--help")
    assert help_text.returncode == 0, help_text.stderr
    assert "face-attendance-admin list" in help_text.stdout
    listed = installed.admin("list")
    assert listed.returncode == 0, listed.stderr
    assert "Nobody is enrolled in Dataset yet." in listed.stderr
    assert (installed.here / "Dataset").is_dir()
    command, *words = shlex.split(listed.stderr.partition("run: ")[2])
    assert (command, words[-2:]) == (
        installed.script("face-attendance-admin"),
        ["--data", str(installed.here / "Dataset")],
    )
    typed = installed.admin(*words)
    assert (typed.returncode, "FOLDER" in typed.stderr) == (1, True), "only the folder is not there"


def test_nothing_is_read_from_the_checkout(installed: Installed) -> None:
    program = (
        "import attendance, client, create_database, face_detection, face_matching, client.flaskapp, sys;"
        "print(*{m.__file__ for n, m in sys.modules.items() if n.split('.')[0] in sys.argv[1:]}, sep='\\n')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *PACKAGES],
        cwd=installed.here,
        env=installed.environ,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert [line for line in done.stdout.split() if not line.startswith(str(installed.packages))] == []
