"""Ends the ngrok agent of a server that was killed: it would keep the account's address from the next one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from attendance.processes import is_running

FILE = "ngrok.pid"
END_SECONDS = 5.0  # for the agent to close its session, before it is killed
_LOOK_SECONDS = 0.05


class LeftoverAgent:
    """Remembers the agent of this server in a file, for a later one.

    Args:
        config: the agent's configuration file, which its command line names; the file is beside it.
    """

    def __init__(self, config: Path) -> None:
        self._config = config
        self._file = config.with_name(FILE)

    def note(self, agent: int) -> None:
        """Remember the process of this server's agent."""
        with suppress(OSError):  # the tunnel is open all the same
            self._file.write_text(json.dumps({"agent": agent, "server": os.getpid()}), "ascii")

    def forget(self) -> None:
        """This server's agent has ended; another server with the same folder keeps its own note."""
        if (noted := self._noted()) is not None and noted[1] == os.getpid():
            self._remove()

    def end(self) -> None:
        """End the agent of a server that doesn't run any more, if its agent still does; not on Windows."""
        if (noted := self._noted()) is None:
            return
        agent, server = noted
        if is_running(server) or not self._is_ours(agent):
            return
        self._stop(agent)
        self._remove()

    def _noted(self) -> tuple[int, int] | None:
        """The agent's number and its server's; None if there is no such note, or a damaged one."""
        try:
            noted = json.loads(self._file.read_text("ascii"))
            return int(noted["agent"]), int(noted["server"])
        except (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError):
            return None

    def _remove(self) -> None:
        with suppress(OSError):
            self._file.unlink(missing_ok=True)

    def _stop(self, agent: int) -> None:
        with suppress(OSError):
            os.kill(agent, signal.SIGTERM)
            until = time.monotonic() + END_SECONDS
            while time.monotonic() < until:
                if not self._is_ours(agent):
                    return
                time.sleep(_LOOK_SECONDS)
            os.kill(agent, signal.SIGKILL)

    def _is_ours(self, agent: int) -> bool:
        """Whether the process is an agent with this configuration, and no other that got its number.

        An editor or a backup of the same file is none, so the words are those with which pyngrok starts one.
        """
        command = f"{_command_of(agent)} "
        return " start --none " in command and f" --config {self._config} " in command


def _command_of(pid: int) -> str:
    """The command line of a process, with a space between words; empty if there is none."""
    try:
        if Path("/proc/self/cmdline").exists():
            return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").replace("\0", " ").strip()
        words = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
        shown = subprocess.run(words, capture_output=True, text=True, check=False, timeout=END_SECONDS)  # noqa: S603 - a number of ours
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return shown.stdout.strip()
