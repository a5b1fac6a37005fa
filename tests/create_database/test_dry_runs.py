"""What a dry run or a preview leaves behind: nothing, whatever is or is not in the data folder."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from functools import cache
from pathlib import Path

import click
import numpy as np
import pytest

from attendance.files.trial_folders import PREFIX
from attendance.store import trial_copy
from attendance.store.open_store import FILE_NAME
from attendance.store.sqlite.schema import MIGRATIONS
from attendance.values import MarkStatus
from face_detection.quality import QualityLimits
from face_detection.values import Probe
from tests.attendance.fake_pipeline import FakePipeline, photo_of
from tests.attendance.imports.made_up import faces_of, write
from tests.create_database.admin import COLLINS, STRANGER, Admin
from tests.create_database.test_docs import COMMANDS, options
from tests.videos import write_video

ROOT = Path(__file__).resolve().parents[2]
FROZEN = ROOT / "tests" / "attendance" / "store" / "sqlite" / "migrations"
HOLIDAYS = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20261221\r\n"
    "DTEND;VALUE=DATE:20270104\r\nSUMMARY:Winter break\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
State = dict[str, tuple[int, int, bytes]]


class WideFaces(FakePipeline):
    """The fake pipeline under a real name, with embeddings as long as that engine's."""

    def __init__(self) -> None:
        super().__init__("dlib-1", "mtcnn")

    def read(self, data: bytes, limits: QualityLimits) -> Probe:
        probe = super().read(data, limits)
        assert probe.embedding is not None
        return replace(probe, embedding=np.pad(probe.embedding, (0, 128 - len(probe.embedding))))


def sources(admin: Admin) -> dict[str, Path]:
    """What commands read: a folder of photos, lists, a calendar, a film."""
    where = admin.folder / "sources"
    where.mkdir(exist_ok=True)
    (where / "photos" / "21_Katherine Johnson").mkdir(parents=True)
    (where / "photos" / "21_Katherine Johnson" / "a.png").write_bytes(photo_of(STRANGER))
    (where / "list.csv").write_text("roll_no,name\n22,Chien-Shiung Wu\n", "utf-8")
    (where / "holidays.ics").write_text(HOLIDAYS, "utf-8", newline="")
    faces = {"23": faces_of(3, engine="dlib-1")}
    site, _key = exported_site()
    (where / "site.export").write_bytes(site)
    film = write_video(where / "door.avi", [np.full((200, 480, 3), 255, np.uint8)] * 3)
    return {
        "photos": where / "photos",
        "list": where / "list.csv",
        "calendar": where / "holidays.ics",
        "embeddings": write(where / "embeddings.json", faces),
        "film": film,
        "site": where / "site.export",
    }


@cache
def exported_site() -> tuple[bytes, str]:
    """Another site in a file, and its recovery key."""
    with tempfile.TemporaryDirectory() as name:
        other, path = Admin(Path(name)), Path(name, "disk", "site.export")
        other.enrols_two()
        assert other.types("export-site", str(path)).exit_code == 0
        return path.read_bytes(), other.types("keys", "recovery").stdout.strip()


CASES: dict[str, tuple[str, ...]] = {
    "enrol": ("enrol", "{photos}", "--consent", "form", "--dry-run"),
    "import-students": ("import-students", "{list}", "--dry-run"),
    "import-embeddings": (
        *("import-embeddings", "{embeddings}", "--engine", "dlib", "--consent", "form"),
        *("--dry-run", "--by", "Registrar"),
    ),
    "day-off import": ("day-off", "import", "{calendar}", "--dry-run"),
    "watch": ("watch", "{film}", "--session", "General", "--dry-run", "--no-window"),
    "daily-csv": ("daily-csv", "--dry-run"),
    "calibrate": ("calibrate", "--fpir", "0.01", "--preview"),
    "notices": ("notices", "--preview", "--letters"),
    "notices without words": ("notices",),
    "import-site": ("import-site", "{site}", "--recovery-key", "{key}", "--dry-run"),
}
SAID = {
    "enrol": "Katherine Johnson",
    "import-students": "Chien-Shiung Wu",
    "import-embeddings": "23",
    "day-off import": "Winter break",
    "watch": "Dry run: nobody was marked.",
    "daily-csv": "",
    "calibrate": "",
    "notices": "Roll number",
    "notices without words": "Roll number",
    "import-site": "",  # refused where there is a register
}


def test_each_command_with_a_dry_run_is_tried() -> None:
    trying = {
        name
        for name, command in COMMANDS.items()
        if {"--dry-run", "--preview"} & options(command) and not isinstance(command, click.Group)
    }
    assert trying == set(CASES) - {"notices without words"} == set(SAID) - {"notices without words"}


def state(*folders: Path) -> State:
    """All that is in folders: rights, times of the last change and bytes."""
    found: State = {}
    for top in folders:
        for path in (top, *sorted(top.rglob("*"))) if top.exists() else ():
            about = path.stat()
            content = path.read_bytes() if path.is_file() else b""
            found[str(path)] = (about.st_mode, about.st_mtime_ns, content)
    return found


def nothing(_: Admin) -> None:
    """There is no data folder."""


def empty_folder(admin: Admin) -> None:
    admin.data.mkdir()


def read_only_folder(admin: Admin) -> None:
    admin.data.mkdir(mode=0o500)


def register_in_order(admin: Admin) -> None:
    """Two students with marks, a list of arrivals with a line too many, and Physics, which is due."""
    admin.enrols_two()
    admin.checks_in(photo_of(COLLINS))
    with admin.register() as register:
        register.marking.mark("18", MarkStatus.LATE, session=register.sessions.today(), by="Ada")
        register.courses.add("Physics", roster=["17", "18"])
    [day] = (admin.data / "Attendance").glob("*.csv")
    day.write_text(day.read_text("utf-8") + "99,Nobody,present,09:00\n", "utf-8")


def read_only_register(admin: Admin) -> None:
    register_in_order(admin)
    for path in admin.data.rglob("*"):
        path.chmod(0o500 if path.is_dir() else 0o400)
    admin.data.chmod(0o500)


def register_of_a_crash(admin: Admin) -> None:
    """What was written last is in the log beside the database only."""
    register_in_order(admin)
    saved = admin.folder / "saved"
    with admin.register() as register:
        register.students.rename("18", "hopper")
        shutil.copytree(admin.data, saved)
    shutil.rmtree(admin.data)
    saved.rename(admin.data)
    assert (admin.data / f"{FILE_NAME}-wal").stat().st_size


def older_register(admin: Admin) -> None:
    admin.data.mkdir()
    with closing(sqlite3.connect(admin.data / FILE_NAME)) as database:
        database.executescript((FROZEN / "version_4.sql").read_text("utf-8"))
        database.executescript("DELETE FROM templates; DELETE FROM engine_pin")  # of another length


FOLDERS = (
    nothing,
    empty_folder,
    read_only_folder,
    register_in_order,
    read_only_register,
    register_of_a_crash,
    older_register,
)


@pytest.mark.parametrize("prepared", FOLDERS, ids=lambda made: made.__name__)
def test_a_dry_run_changes_no_byte_and_no_time(
    prepared: Callable[[Admin], None],
    admin: Admin,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    copies = tmp_path_factory.mktemp("copies")
    monkeypatch.setattr(tempfile, "tempdir", str(copies))
    read = {name: str(path) for name, path in sources(admin).items()} | {"key": exported_site()[1]}
    admin.pipeline = WideFaces()
    prepared(admin)
    if (admin.data / FILE_NAME).exists():
        admin.environ["ATTENDANCE_NOTICES"] = "absence"
    admin.clock.advance(minutes=2)
    caplog.clear()
    before = state(admin.folder)
    for name, words in CASES.items():
        done = admin.types(*(word.format_map(read) for word in words))
        assert SAID[name] in done.output, (name, done.output)
        assert "Traceback" not in done.output
        assert state(admin.folder) == before, name
        assert not list(copies.iterdir()), f"{name} leaves its copy"
    assert caplog.text == "", "a copy that is discarded is nothing to report"


def test_it_reads_what_only_the_log_has(admin: Admin) -> None:
    register_of_a_crash(admin)
    listed = admin.folder / "list.csv"
    listed.write_text("roll_no,name\nhopper,Grace Hopper\n", "utf-8")
    done = admin.types("import-students", str(listed), "--dry-run")
    assert "hopper\tGrace Hopper\tunchanged" in done.stdout


def test_it_finds_what_the_command_then_does(admin: Admin) -> None:
    register_in_order(admin)
    admin.puts("24_Hedy Lamarr", photo_of(STRANGER), photo_of(STRANGER, side=80))
    tried, done = admin.enrols("--dry-run").stdout, admin.enrols().stdout
    assert tried.splitlines()[:3] == done.splitlines()[:3]
    assert "24\tHedy Lamarr\tenrolled\t2" in done


def test_what_it_refuses_names_the_register_and_not_the_copy(admin: Admin) -> None:
    register_in_order(admin)
    database = admin.data / FILE_NAME
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    for content in (database.read_bytes(), b"no database, and long enough to be read as one" * 100):
        database.write_bytes(content)
        done = admin.types(*CASES["daily-csv"])
        assert done.exit_code == 1
        assert str(database) in done.stderr
        assert PREFIX not in done.stderr


def test_a_register_that_is_written_all_the_time_is_refused_in_a_sentence(
    admin: Admin, monkeypatch: pytest.MonkeyPatch
) -> None:
    register_in_order(admin)
    database = admin.data / FILE_NAME
    monkeypatch.setattr(trial_copy, "LONGEST_WAIT", 0.2)

    really = shutil.copyfile

    def copy(source: Path, target: Path) -> None:
        really(source, target)
        database.touch()  # as a server that is busy

    monkeypatch.setattr(trial_copy, "copyfile", copy)
    done = admin.types(*CASES["daily-csv"])
    assert done.exit_code == 1
    assert "was written all the time" in done.stderr


@pytest.mark.server
def test_the_copy_of_a_killed_dry_run_is_deleted_by_the_next(
    admin: Admin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left = tmp_path / f"{PREFIX}{ended.pid}-abcdefgh"
    running = tmp_path / f"{PREFIX}{os.getpid()}-abcdefgh"
    for folder in (left, running):
        folder.mkdir()
        (folder / FILE_NAME).touch()
    assert admin.types(*CASES["daily-csv"]).exit_code == 0
    assert (left.exists(), running.exists()) == (os.name == "nt", True)


@pytest.mark.server
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
@pytest.mark.parametrize("second", ["enrolled", "unchanged"], ids=["new", "existing"])
def test_who_may_not_write_there_may_try(second: str) -> None:
    program = (
        "import os, sys\nfrom create_database.cli import cli\n"
        "cli([*sys.argv[1:-1], sys.argv[-1] + '-none'], standalone_mode=False)  # imports all\n"
        "if os.geteuid() == 0: os.setuid(65534)  # root may write everywhere, so be nobody\n"
        "cli()"
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data, listed = folder / "data", folder / "list.csv"
        listed.write_text("roll_no,name\n22,Chien-Shiung Wu\n", "utf-8")
        data.mkdir()
        if second == "unchanged":
            owner = Admin(folder)
            owner.types("import-students", str(listed))
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        before = state(folder)
        done = subprocess.run(
            [sys.executable, "-c", program, "import-students", str(listed), "--dry-run", "--data", str(data)],
            cwd=ROOT,
            env=os.environ | {"HOME": str(folder), "ATTENDANCE_CONFIG": str(folder / "config")},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert (done.returncode, state(folder)) == (0, before), done.stderr
        assert [line.split("\t")[2] for line in done.stdout.splitlines() if "Wu" in line] == [
            "enrolled",
            second,
        ]
        for path in (folder, data):
            path.chmod(0o755)
