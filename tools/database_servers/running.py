"""Starts and ends one of the servers with MongoDB's protocol; it ends with the process that started it."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tools.database_servers.programs import ServerProgram


class ServerStartError(Exception):
    """The server ended before it listened; the message includes what it printed."""


class RunningServer:
    """A server on a port of 127.0.0.1, with its data in a folder.

    Args:
        program: what to run; must be built.
        folder: of its data. It is created, and not deleted.
    """

    def __init__(self, program: ServerProgram, folder: Path) -> None:
        self._program = program
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0

    def start(self) -> None:
        """Start it, on the same port as before; has returned once it listens.

        Raises:
            ServerStartError: it ended at once.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        command = [*self._program.run(self._program.folder), str(self._port), str(self._folder)]
        log = self._folder / f"{self._program.name}.log"
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
            )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()  # or nothing, when it has ended
        if not line.strip().isdigit():
            self.kill()
            printed = log.read_text("utf-8", "replace").strip()
            raise ServerStartError(f"{self._program.title} did not start: {printed}")
        self._port = int(line)

    @property
    def uri(self) -> str:
        """Its address, without a database."""
        return f"mongodb://127.0.0.1:{self._port}/"

    def kill(self) -> None:
        """Kill it without a chance to clean up; may be called again."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()
