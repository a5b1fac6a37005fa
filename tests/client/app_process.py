"""One app process of several on one register: ``app_process FOLDER``.

It prints its port, and serves until its standard input ends. The store, the app and the server are the real
ones; only the networks are the small fake ones.
"""

from __future__ import annotations

import sys
from pathlib import Path

from attendance.settings.settings import Settings
from client import create_app
from tests.attendance.fake_engines import open_fake_register
from tests.client.served_app import serving

SECRET = "a secret that both processes have"


def settings_in(folder: Path) -> Settings:
    """The settings of a register in this folder."""
    return Settings(config=folder / "config", models=folder / "models", data=folder / "data", secret=SECRET)


def main(folder: str) -> None:
    """Serve until the standard input ends."""
    with open_fake_register(settings_in(Path(folder))) as register:
        register.engine()
        with serving(create_app(register=register)) as port:
            sys.stdout.write(f"{port}\n")
            sys.stdout.flush()
            sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
