"""The admin's commands on a school's register of each earlier version, and its migration disturbed."""

from __future__ import annotations

import csv
import io
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from attendance.store.open_store import FILE_NAME
from attendance.store.sqlite.schema import MIGRATIONS
from tests.attendance.store.old.school import VERSIONS, OldSchool, write_school

pytestmark = pytest.mark.server

ROOT = Path(__file__).resolve().parents[2]
COPIED = "As it was before, it is in"
DELETED = "The copy from before was deleted"
OLDER = [version for version in VERSIONS if version < len(MIGRATIONS)]
LIST = ("list", "--csv", "-")
Runs = Callable[..., "subprocess.CompletedProcess[str]"]

# What comes before the command in the same process.
DIES_WHILE_COPYING = (
    "import os, signal\nfrom pathlib import Path\n"
    "Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"  # the copy is there, but not its name
)
DIES_IN_A_MIGRATION = (
    "import os, signal\nfrom attendance.store.sqlite import schema\n"
    "schema.number_key = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"  # version 5 calls it
)
SMALL_DISK = (
    "import resource, signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
    "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
)
IS_NOBODY = (
    "import os, contextlib, io\nfrom create_database.cli import cli\n"
    "with contextlib.redirect_stdout(io.StringIO()):\n"
    "    cli(['list', '--csv', '-', '--data', DATA + '-none'], standalone_mode=False)  # imports all\n"
    "if os.geteuid() == 0: os.setuid(65534)  # root may write everywhere\n"
)


@pytest.fixture
def runs() -> Runs:
    """Runs a command of the real program, after some lines of Python where a test disturbs it."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("ATTENDANCE", "MONGODB"))
    }

    def run(school: OldSchool, *words: str, before: str = "") -> subprocess.CompletedProcess[str]:
        data = str(school.path.parent)
        ours = {"ATTENDANCE_CONFIG": f"{data}-config", "ATTENDANCE_TIMEZONE": "UTC"}
        script = f"DATA = {data!r}\n{before}from create_database.cli import main\nmain()"
        how = ("-c", script) if before else ("-m", "create_database")
        return subprocess.run(
            [sys.executable, *how, *words, "--data", data],
            cwd=ROOT,
            env=kept | ours | {"PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    return run


def school_in(folder: Path, version: int) -> OldSchool:
    folder.mkdir(exist_ok=True)
    return write_school(folder / FILE_NAME, version)


def listed(text: str) -> list[tuple[str, str]]:
    return sorted(
        (row["roll_no"], row["name"]) for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    )


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
        return version


def everything(path: Path) -> list[str]:
    """All that a register holds, as text."""
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


@pytest.mark.parametrize("version", VERSIONS)
def test_the_first_command_says_where_the_copy_is_and_counts_all(
    version: int, runs: Runs, tmp_path: Path
) -> None:
    school = school_in(tmp_path / "data", version)
    copy = Path(f"{school.path}.version-{version}")
    first = runs(school, *LIST)
    assert (first.returncode, listed(first.stdout)) == (0, sorted(school.rolls)), first.stderr
    assert version_of(school.path) == len(MIGRATIONS)
    if version in OLDER:
        assert f"{COPIED} {copy}" in first.stderr
        assert not copy.exists(), "everything in it was plain"
        assert DELETED in first.stderr
    report = runs(school, "report", "course", "logic")
    assert COPIED not in report.stderr, "a second start has nothing to tell"
    rows = list(csv.DictReader(io.StringIO(report.stdout.removeprefix("\ufeff"))))
    found = Counter({status: sum(int(row[status]) for row in rows) for status in school.marks["logic"]})
    assert found == school.marks["logic"]


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize(
    ("version", "disturbed"),
    [(3, DIES_WHILE_COPYING), (1, DIES_IN_A_MIGRATION), (4, DIES_IN_A_MIGRATION)],
    ids=["copying", "migrating 1", "migrating 4"],
)
def test_after_a_start_that_was_killed_the_next_is_right(
    version: int, disturbed: str, runs: Runs, tmp_path: Path
) -> None:
    school = school_in(tmp_path / "data", version)
    before, copy = everything(school.path), Path(f"{school.path}.version-{version}")
    killed = runs(school, *LIST, before=disturbed)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert everything(school.path) == before
    assert version_of(school.path) == version
    again = runs(school, *LIST)
    assert (again.returncode, listed(again.stdout)) == (0, sorted(school.rolls)), again.stderr
    assert f"{COPIED} {copy}" in again.stderr
    assert not copy.exists()
    assert DELETED in again.stderr
    assert not copy.with_name(f"{copy.name}.part").exists()


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """The one sentence with which a command refuses."""
    assert (done.returncode, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr
    [said] = [line for line in done.stderr.splitlines() if line.startswith("Error: ")]
    return said


def test_a_register_of_a_newer_version_is_refused(runs: Runs, tmp_path: Path) -> None:
    school = school_in(tmp_path / "data", VERSIONS[-1])
    with closing(sqlite3.connect(school.path)) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    before = everything(school.path)
    said = refused(runs(school, *LIST))
    assert f"has schema version {len(MIGRATIONS) + 1}, but this program supports versions up to" in said
    assert everything(school.path) == before


@pytest.mark.skipif(os.name == "nt", reason="limits and rights of POSIX")
@pytest.mark.parametrize(
    ("disturbed", "why"),
    [(SMALL_DISK, "copies it before; that failed"), (IS_NOBODY, "the right to write there")],
    ids=["full disk", "read-only"],
)
def test_what_can_not_be_copied_is_refused_before_anything_changes(
    disturbed: str, why: str, runs: Runs
) -> None:
    with tempfile.TemporaryDirectory() as folder:  # whose parents all users may enter
        Path(folder).chmod(0o755)
        school = school_in(Path(folder) / "data", OLDER[-1])
        before, size = everything(school.path), school.path.stat().st_size
        assert size > 200_000, "otherwise the limit would be none"
        school.path.chmod(0o444)
        school.path.parent.chmod(0o555)
        said = refused(runs(school, *LIST, before=disturbed))
        school.path.parent.chmod(0o755)
        assert why in said
        assert [each.name for each in school.path.parent.iterdir() if "version" in each.name] == []
        assert everything(school.path) == before
        assert version_of(school.path) == OLDER[-1]
