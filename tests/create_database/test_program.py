"""The command line as a program of its own: quick to start, and a sentence for what goes wrong."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from attendance import __version__
from attendance.marks.check_in_attempt import Attempt
from attendance.marks.submission import Circumstances, Submission
from attendance.marks.verdict import VerdictCode
from attendance.open_register import open_register
from attendance.settings.settings import Settings
from tests.create_database.admin import Admin
from tests.portraits import render

pytestmark = pytest.mark.server

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("openvino", "tensorflow", "keras", "mtcnn", "joblib", "scipy", "rich")
OLDER = ROOT / "tests" / "attendance" / "store" / "sqlite" / "migrations" / "version_4.sql"
Program = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def environ(admin: Admin) -> dict[str, str]:
    """An environment with a register of its own, and the engine that needs no download."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ATTENDANCE_")}
    inherited.pop("MONGODB_URI", None)
    return inherited | admin.environ | {"ATTENDANCE_ENGINE": "dlib", "PYTHONIOENCODING": "utf-8"}


@pytest.fixture
def program(environ: dict[str, str]) -> Program:
    """Runs ``python -m create_database`` as a person does."""

    def run(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "create_database", *words],
            cwd=ROOT,
            env=environ | more,
            capture_output=True,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
            timeout=240,
            check=False,
        )

    return run


def test_it_prints_the_version(program: Program) -> None:
    assert program("--version").stdout == f"face-attendance {__version__}\n"


@pytest.mark.parametrize("words", [["--help"], ["list"]])
def test_starting_loads_nothing_heavy(words: list[str], environ: dict[str, str]) -> None:
    script = (
        "import sys\nfrom create_database.cli import cli\n"
        f"try: cli({words!r})\nexcept SystemExit as done: assert not done.code\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_help_does_not_even_load_numpy(environ: dict[str, str]) -> None:
    script = (
        "import sys\nfrom create_database.cli import cli\ntry: cli(['--help'])\nexcept SystemExit: pass\n"
        "print('numpy' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.splitlines()[-1] == "False"


@pytest.mark.parametrize(
    ("words", "more", "said"),
    [
        (["show", "17"], {}, "No student has the roll number 17. Nobody is enrolled yet."),
        (
            ["list"],
            {"ATTENDANCE_TIMEZONE": "Mars"},
            "ATTENDANCE_TIMEZONE 'Mars' must be a time zone",
        ),
        (["--data", "pyproject.toml", "list"], {}, "--data 'pyproject.toml' must be a folder"),
        (["list", "--data", "pyproject.toml"], {}, "--data 'pyproject.toml' must be a folder"),
        (["marks", "--day", "today"], {}, '"today" is not a valid date.'),
        (["review", "accept", "abc"], {}, "No check-in that needs review has the ID abc"),
        (["list", "--csv", "tests"], {}, "tests can't be written: Is a directory"),
    ],
)
def test_what_goes_wrong_is_one_sentence(
    program: Program, words: list[str], more: dict[str, str], said: str
) -> None:
    done = program(*words, **more)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("Error: ")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_is_none_is_one_sentence(program: Program, admin: Admin) -> None:
    assert program("list").returncode == 0
    (database,) = admin.data.glob("*.sqlite3")
    database.write_bytes(b"this is no database, and long enough to be read as one" * 100)
    done = program("list")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: ")
    assert "Traceback" not in done.stderr


def test_a_register_of_an_older_version_is_copied_and_the_command_says_where(
    program: Program, admin: Admin
) -> None:
    admin.data.mkdir()
    database = admin.data / "attendance.sqlite3"
    with closing(sqlite3.connect(database)) as register:
        register.executescript(OLDER.read_text(encoding="utf-8"))
    done = program("list")
    assert done.returncode == 0, done.stderr
    assert f"As it was before, it is in {database}.version-4." in done.stderr
    assert "As it was before" not in program("list").stderr


def test_a_console_without_the_letters_of_a_name_still_lists_it(program: Program, admin: Admin) -> None:
    admin.photos.mkdir()
    (admin.photos / "roster.csv").write_text("roll_no,name\n17,王小明\n", "utf-8")
    assert admin.enrols().exit_code == 0
    done = program("list", PYTHONIOENCODING="cp1252")
    assert done.returncode == 0
    assert "17\t\\u738b\\u5c0f\\u660e" in done.stdout


@pytest.fixture
def photos(admin: Admin, astronaut_jpeg: bytes, hopper_jpeg: bytes, cat_jpeg: bytes) -> Path:
    """A folder with two photos of Eileen Collins, one of Grace Hopper and one of a cat."""
    admin.puts("17_Eileen Collins", astronaut_jpeg, render(astronaut_jpeg, angle=4, brightness=0.9))
    admin.puts("Grace Hopper", hopper_jpeg)
    admin.puts("19_Student Three", cat_jpeg)
    return admin.photos


def test_the_whole_way_with_real_faces(
    program: Program, environ: dict[str, str], photos: Path, astronaut_jpeg: bytes
) -> None:
    first = program("enrol", str(photos), "--consent", "signed form")
    assert first.returncode == 1, first.stderr
    assert "17\tEileen Collins\tenrolled\t2\t0\t0" in first.stdout
    assert "grace-hopper\tGrace Hopper\tenrolled\t1\t0\t0" in first.stdout
    assert "19_Student Three/a.png\tNo face was found." in first.stdout
    assert "dlib" in first.stderr, "it says which engine was chosen"
    second = program("enrol", str(photos), "--consent", "signed form")
    assert "0 enrolled, 0 updated, 2 unchanged, 1 refused" in second.stdout

    photo = render(astronaut_jpeg, angle=-5, scale=0.8, brightness=1.1, crop=0.04, quality=80)
    with open_register(Settings.from_env(environ)) as register:
        crops = register.store.crops_of(register.students.get("17").id)
        assert len(crops) == 2
        session = register.sessions.today()
        attempt = Attempt.of("grant", photo, device=None, expires_at=session.closes_at)
        assert (
            register.check_in.submit(
                session, Submission(photo, circumstances=Circumstances(has_camera=False)), attempt
            ).code
            is VerdictCode.PRESENT
        )

    assert "\t17\tEileen Collins\tpresent\t" in program("marks").stdout
    assert "(17) is excused" in program("mark", "17", "excused", "--note", "ill").stdout
    assert "1 mark" in program("remove", "17", "--yes").stdout
    assert "Eileen" not in program("list").stdout
    kept = b"".join(path.read_bytes() for path in photos.parent.joinpath("data").rglob("*") if path.is_file())
    assert b"Eileen" not in kept, "nothing of an erased student is left on the disk"
    assert not any(crop.jpeg[1000:1500] in kept for crop in crops)

    again = program("re-embed", "--detector", "haar")
    assert again.returncode == 0, again.stderr
    assert "1 student re-embedded from 1 photo for dlib-1 with haar" in again.stdout
