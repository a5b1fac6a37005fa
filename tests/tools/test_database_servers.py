"""Servers with MongoDB's protocol are built once, outside the checkout, and end with whoever started them."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from pymongo import MongoClient

from tools.database_servers import programs
from tools.database_servers.__main__ import main
from tools.database_servers.programs import FERRETDB, MONGO_JAVA_SERVER, PROGRAMS, ServerProgram, prepare
from tools.database_servers.running import RunningServer, ServerStartError

pytestmark = pytest.mark.server

ROOT = Path(__file__).resolve().parents[2]

LISTENS = """
import socket, sys
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print(listener.getsockname()[1], flush=True)
sys.stdin.read()
"""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ServerProgram:
    """A server whose build takes no time: one that listens, in Python."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(programs, "HERE", tmp_path / "sources")
    sources = tmp_path / "sources" / "small"
    sources.mkdir(parents=True)
    (sources / "server.txt").write_text(LISTENS)
    (sources / "build").write_text(f"echo built >> {tmp_path}/builds; cp server.txt server.py\n")
    return ServerProgram(
        name="small",
        title="The small server",
        needs=("sh",),
        build=("sh", "build"),
        built="server.py",
        run=lambda folder: [sys.executable, str(folder / "server.py")],
    )


def builds(tmp_path: Path) -> int:
    """How often it was built."""
    noted = tmp_path / "builds"
    return len(noted.read_text().splitlines()) if noted.exists() else 0


def test_it_is_built_once_for_each_content_of_its_sources(program: ServerProgram, tmp_path: Path) -> None:
    for _ in range(2):
        prepare([program])
    assert builds(tmp_path) == 1
    assert program.is_built
    assert program.folder.is_relative_to(tmp_path / "cache")
    (program.sources / "server.txt").write_text(LISTENS + "# changed\n")
    prepare([program])
    assert builds(tmp_path) == 2


def test_a_build_that_fails_leaves_its_log_and_nothing_else(
    program: ServerProgram, capfd: pytest.CaptureFixture[str]
) -> None:
    (program.sources / "build").write_text("echo no such package; exit 1\n")
    prepare([program])
    assert not program.is_built
    (log,) = program.folder.parent.iterdir()
    assert log.read_text() == "no such package\n"
    assert str(log) in capfd.readouterr().err


def test_what_the_machine_lacks_is_told_in_one_line(
    program: ServerProgram, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    prepare([replace(program, needs=("no-such-program",))])
    prepare([replace(program, too_old=lambda: "something newer")])
    assert capfd.readouterr().err.splitlines() == [
        "The small server needs no-such-program, which this machine lacks, so the tests on it are skipped.",
        "The small server needs something newer, so the tests on it are skipped.",
    ]
    assert builds(tmp_path) == 0


@pytest.mark.parametrize(
    ("printed", "missing"),
    [
        ("go1.26.8", None),
        ("go1.24rc1", None),
        ("go1.19.8", "Go 1.24 or newer (go1.19.8 is installed)"),
        ("", "Go 1.24 or newer (none is installed)"),
    ],
)
def test_an_older_go_is_not_tried(
    printed: str, missing: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = tmp_path / "go"
    go.write_text(f"#!/bin/sh\necho {printed}\n")
    go.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert FERRETDB.missing() == missing


def test_where_nothing_can_be_stored_it_says_so(
    program: ServerProgram, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "cache").write_text("a file")
    prepare([program])
    assert "can't be stored" in capfd.readouterr().err


def test_it_comes_back_where_it_was_after_it_was_killed(program: ServerProgram, tmp_path: Path) -> None:
    prepare([program])
    server = RunningServer(program, tmp_path / "data")
    server.start()
    address = server.uri
    server.kill()
    server.kill()
    server.start()
    assert server.uri == address
    server.kill()


def test_one_that_does_not_start_tells_why(program: ServerProgram, tmp_path: Path) -> None:
    prepare([program])
    (program.folder / "server.py").write_text("raise SystemExit('the disk is full')")
    with pytest.raises(ServerStartError, match=r"The small server did not start: the disk is full"):
        RunningServer(program, tmp_path / "data").start()


@pytest.mark.parametrize("program", PROGRAMS, ids=[each.name for each in PROGRAMS])
def test_the_servers_end_with_whoever_started_them(program: ServerProgram, tmp_path: Path) -> None:
    if not program.is_built:
        pytest.skip(f"needs {program.title}, which `./test` builds where it can")
    command = [*program.run(program.folder), "0", str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline().strip().isdigit()
        process.stdin.close()  # as the system does when the other side dies
        assert process.wait(60) == 0


def test_one_runs_by_itself_until_it_is_interrupted() -> None:
    if not FERRETDB.is_built:
        pytest.skip(f"needs {FERRETDB.title}, which `./test` builds where it can")
    command = [sys.executable, "-m", "tools.database_servers", FERRETDB.name]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        with MongoClient[dict[str, object]](process.stdout.readline()) as client:
            assert client.admin.command("ping")["ok"] == 1
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0


def test_a_server_that_there_is_not_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mysql"]) == 2
    assert FERRETDB.name in capsys.readouterr().err


def test_every_package_of_theirs_has_a_version() -> None:
    pom = (MONGO_JAVA_SERVER.sources / "pom.xml").read_text()
    assert pom.count("<artifactId>") - 1 == pom.count("<version>") - 1  # less the project's own
    sums = (FERRETDB.sources / "go.sum").read_text()
    assert "github.com/FerretDB/FerretDB v1.24.2 h1:" in sums
