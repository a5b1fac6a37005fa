"""The public address: an ngrok tunnel to this machine."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pyngrok import ngrok, process
from pyngrok.conf import PyngrokConfig
from pyngrok.exception import PyngrokError, PyngrokNgrokHTTPError, PyngrokNgrokURLError
from pyngrok.log import NgrokLog

from attendance.files.whole_file import PRIVATE
from client.errors import TunnelError
from client.serving.tunnel import tunnel_problems
from client.serving.tunnel.leftover_agent import LeftoverAgent

START_SECONDS = 20  # for the agent to connect; it usually needs one or two
NAME = "attendance"
TOKEN_VARIABLE = "NGROK_AUTHTOKEN"  # noqa: S105 - the variable's name

# The agent's log messages when it loses and regains its connection to ngrok.
DOWN_MESSAGES = frozenset(
    {
        "session closed, starting reconnect loop",
        "failed to reconnect session",
        "heartbeat timeout, terminating session",
    }
)
UP_MESSAGES = frozenset({"client session established"})


class Tunnel:
    """A tunnel that can be opened once.

    Args:
        token: the ngrok account's token, or None if none is set.
        folder: the folder of the agent's configuration, separate from the user's own.
        domain: a reserved domain; None uses the account's default.
        notify: receives a message when the tunnel is lost or restored; called from other threads.
        came_up: receives the public address when the tunnel is opened or restored; must return at once.
        changed: called after each change of ``public_url`` that nobody has asked for; from other threads.
        agent: path of the ngrok agent; None finds or downloads it.
        start_seconds: time for the agent to connect, and the same again for ngrok to open the tunnel.
    """

    def __init__(
        self,
        token: str | None,
        folder: Path,
        *,
        notify: Callable[[str], None],
        came_up: Callable[[str], object] = lambda _url: None,
        changed: Callable[[], object] = lambda: None,
        domain: str | None = None,
        agent: str | None = None,
        start_seconds: int = START_SECONDS,
    ) -> None:
        self._token = token
        self._domain = _domain_name(domain)
        self._notify = notify
        self._came_up = came_up
        self._changed = changed
        self._start_seconds = start_seconds
        self._lock = threading.Lock()
        self._url: str | None = None
        self._up = False
        self._agent: subprocess.Popen[str] | None = None
        self._settings = config = folder / "ngrok.yml"
        self._leftover = LeftoverAgent(config)
        self._config = PyngrokConfig(
            ngrok_path=agent or os.environ.get("PYNGROK_NGROK_PATH") or shutil.which("ngrok"),
            config_path=str(config),
            config_version="2",  # the tunnels API, which every agent of version 3 has
            startup_timeout=start_seconds,
            request_timeout=start_seconds,
            log_event_callback=self._on_log_line,
        )
        # pyngrok would put the token on the agent's command line, where other users of this machine see it.
        self._config.auth_token = None

    def is_up(self) -> bool:
        """Whether phones outside reach this machine now."""
        return self._up

    def is_open(self) -> bool:
        """Whether the agent runs with an open tunnel, also while it has lost its connection to ngrok."""
        return self._url is not None

    @property
    def public_url(self) -> str | None:
        """The public address without a trailing slash while the tunnel is up, otherwise None."""
        return self._url if self._up else None

    def open(self, local_url: str) -> str:
        """Open the tunnel to an address of this machine, and return the public address.

        Raises:
            TunnelError: it can't be opened; the message includes the remedy.
        """
        if not self._token:
            raise TunnelError(tunnel_problems.NEEDS_ACCOUNT)
        logging.getLogger("pyngrok").setLevel(logging.CRITICAL)  # keeps the agent's log off the terminal
        try:
            ngrok.install_ngrok(self._config)
            with suppress(OSError):  # pyngrok lets everybody read what it has made, which doctor complains of
                self._settings.chmod(PRIVATE)
            self._leftover.end()
            with _in_environment(TOKEN_VARIABLE, self._token):  # the agent inherits it, later programs don't
                opened = self._connect(local_url)
                agent = process.get_process(self._config).proc
        except Exception as error:
            ngrok.kill(self._config)  # even one with an open tunnel, which nobody expects to forward
            self._leftover.forget()
            raise TunnelError(self._problem(error)) from error
        with self._lock:
            self._url, self._up = opened, True
        threading.Thread(target=self._watch, args=(agent.wait,), name="tunnel-watch", daemon=True).start()
        self._came_up(opened)
        return opened

    def close(self) -> None:
        """Stop the agent."""
        if self._mark_closed():
            ngrok.kill(self._config)

    def _connect(self, local_url: str) -> str:
        """Connect and return the public address. A silent agent is killed, or pyngrok would wait for ever."""
        # inspect=True would keep every request, and so every photo, in the agent's memory.
        options = {"schemes": ["https"], "inspect": False}
        if self._domain:
            options["domain"] = self._domain
        timeout = threading.Timer(2 * self._start_seconds, self._kill_silent_agent)
        timeout.daemon = True  # a program that is stopped meanwhile takes its agent along
        timeout.start()
        try:
            tunnel = ngrok.connect(local_url, "http", NAME, self._config, **options)
        finally:
            timeout.cancel()
        return str(tunnel.public_url).rstrip("/")

    # The next two methods need pyngrok's private state: its public functions block on the lock that it holds
    # while it waits for the agent, and drop an agent that has exited, along with its unread log.

    def _kill_silent_agent(self) -> None:
        started = process._current_processes.get(self._config.ngrok_path)  # noqa: SLF001
        if started is not None:
            started.proc.kill()

    def _problem(self, error: Exception) -> str:
        if isinstance(error, PyngrokError):
            return tunnel_problems.sentence_for(error, self._unread_log(error))
        if self._agent is not None:  # it ran, and ended or said something strange
            return tunnel_problems.NO_ANSWER
        if isinstance(error, OSError):
            return tunnel_problems.NOT_RUNNABLE.format(reason=error.strerror or type(error).__name__)
        return tunnel_problems.BAD_CONFIGURATION.format(path=self._config.config_path)

    def _unread_log(self, error: PyngrokError) -> str:
        """The log of an agent that exited at once. If its API was reached, the error has the message."""
        if self._agent is None or self._agent.stdout is None:
            return ""
        if isinstance(error, PyngrokNgrokHTTPError | PyngrokNgrokURLError):
            return ""
        return self._agent.stdout.read()

    def _watch(self, wait_for_end: Callable[[], int]) -> None:
        wait_for_end()
        if self._mark_closed():
            self._changed()
            self._notify(tunnel_problems.STOPPED)

    def _mark_closed(self) -> bool:
        """Record that the tunnel is closed; whether it was open."""
        with self._lock:
            was_open, self._up, self._url = self._url is not None, False, None
        if was_open:
            self._leftover.forget()
        return was_open

    def _on_log_line(self, line: NgrokLog) -> None:
        """Handle a line of the agent's log."""
        if self._agent is None:
            self._agent = process._current_processes[self._config.ngrok_path].proc  # noqa: SLF001
            self._leftover.note(self._agent.pid)  # at once: the server may be killed while the tunnel opens
        with self._lock:
            url, was_up = self._url, self._up
            if url is None:
                return
            if line.msg in DOWN_MESSAGES:
                self._up = False
            elif line.msg in UP_MESSAGES:
                self._up = True
            is_up = self._up
        if was_up != is_up:
            self._changed()
        if was_up and not is_up:
            self._notify(tunnel_problems.LOST)
        elif is_up and not was_up:
            self._notify(tunnel_problems.BACK.format(url=url))
            self._came_up(url)


def _domain_name(domain: str | None) -> str | None:
    """A domain without the scheme and slashes that people paste with it."""
    return domain.removeprefix("https://").removeprefix("http://").strip("/ ") or None if domain else None


@contextmanager
def _in_environment(name: str, value: str) -> Iterator[None]:
    """Set a variable of this process's environment, and put back what was there."""
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
