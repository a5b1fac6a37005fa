"""One app process of several on one register: ``app_process FOLDER TRUSTED_PROXIES MONGODB_URI``.

It prints its port, and serves until its standard input ends. The store, the app and the server are the real
ones; only the networks are the small fake ones.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from attendance.settings.settings import Settings
from client import create_app
from tests.attendance.fake_engines import open_fake_register
from tests.client.served_app import serving
from tests.client.starting import ROOT
from tests.client.visitor import PATIENCE

SECRET = "a secret that both processes have"


def settings_in(folder: Path, mongodb_uri: str = "") -> Settings:
    """The settings of a register in this folder, or in a MongoDB."""
    return Settings(
        config=folder / "config",
        models=folder / "models",
        data=folder / "data",
        secret=SECRET,
        mongodb_uri=mongodb_uri or None,
    )


def start_app(folder: Path, trusted: str = "", mongodb_uri: str = "") -> subprocess.Popen[str]:
    """Start such a process; its first line is its port, and it ends with its standard input."""
    command = [sys.executable, "-m", "tests.client.app_process", str(folder), trusted, mongodb_uri]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@contextlib.contextmanager
def app_process(folder: Path, trusted: str = "") -> Iterator[int]:
    """The port of such a process, which is ended with the block."""
    with start_app(folder, trusted) as run:
        assert run.stdin is not None
        assert run.stdout is not None
        try:
            yield int(run.stdout.readline())
        finally:
            run.stdin.close()
            try:
                run.wait(PATIENCE)
            finally:
                run.kill()


def main(folder: str, trusted: str, mongodb_uri: str) -> None:
    """Serve until the standard input ends."""
    settings = settings_in(Path(folder), mongodb_uri).with_overrides(trusted_proxies=trusted)
    with open_fake_register(settings) as register:
        register.engine()
        with serving(create_app(register=register)) as port:
            sys.stdout.write(f"{port}\n")
            sys.stdout.flush()
            sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
