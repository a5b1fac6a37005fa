"""The public address: an ngrok tunnel to this machine, and whether it is up right now."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

from pyngrok import ngrok, process
from pyngrok.conf import PyngrokConfig
from pyngrok.exception import PyngrokError, PyngrokNgrokHTTPError, PyngrokNgrokURLError
from pyngrok.log import NgrokLog

from client.errors import TunnelError
from client.serving import tunnel_problems

START_SECONDS = 20  # for the agent to reach ngrok; it needs one or two
NAME = "attendance"
TOKEN_VARIABLE = "NGROK_AUTHTOKEN"  # noqa: S105 - the variable's name

# What the agent logs when its connection to ngrok's servers goes and comes.
DOWN_MESSAGES = frozenset(
    {
        "session closed, starting reconnect loop",
        "failed to reconnect session",
        "heartbeat timeout, terminating session",
    }
)
UP_MESSAGES = frozenset({"client session established"})


class Tunnel:
    """One tunnel; open it once.

    Args:
        token: of the ngrok account, or None where none is set.
        folder: where the agent's configuration is kept, apart from the user's own.
        domain: a reserved one, or None for the account's own.
        say: told a sentence when the tunnel is lost and when it is back; called in other threads.
        agent: path of the ngrok agent; found or downloaded where it is None.
        start_seconds: for the agent to reach ngrok, and as much again for ngrok to open the tunnel.
    """

    def __init__(
        self,
        token: str | None,
        folder: Path,
        *,
        say: Callable[[str], None],
        domain: str | None = None,
        agent: str | None = None,
        start_seconds: int = START_SECONDS,
    ) -> None:
        self._token = token
        self._domain = _bare(domain)
        self._say = say
        self._start_seconds = start_seconds
        self._lock = threading.Lock()
        self._url: str | None = None
        self._up = False
        self._agent: subprocess.Popen[str] | None = None
        self._config = PyngrokConfig(
            ngrok_path=agent or os.environ.get("PYNGROK_NGROK_PATH") or shutil.which("ngrok"),
            config_path=str(folder / "ngrok.yml"),
            config_version="2",  # the tunnels API, which every agent of version 3 has
            startup_timeout=start_seconds,
            request_timeout=start_seconds,
            log_event_callback=self._heard,
        )
        # pyngrok would put the token on the agent's command line, where other users of this machine see it.
        self._config.auth_token = None

    def is_up(self) -> bool:
        """Whether phones outside reach this machine now; only then is the agent's word on them believed."""
        return self._up

    @property
    def public_url(self) -> str | None:
        """The address without a trailing slash, while the tunnel is up."""
        return self._url if self._up else None

    def open(self, local_url: str) -> str:
        """Open the tunnel to an address of this machine; its public address.

        Raises:
            TunnelError: with one sentence; nothing else is touched.
        """
        if not self._token:
            raise TunnelError(tunnel_problems.NEEDS_ACCOUNT)
        os.environ[TOKEN_VARIABLE] = self._token  # the agent inherits it
        logging.getLogger("pyngrok").setLevel(logging.CRITICAL)  # the agent's log is not for the screen
        try:
            ngrok.install_ngrok(self._config)
            opened = self._connect(local_url)
            agent = process.get_process(self._config).proc
        except PyngrokError as error:
            ngrok.kill(self._config)
            raise TunnelError(tunnel_problems.sentence_for(error, self._last_words(error))) from error
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise TunnelError(tunnel_problems.NOT_RUNNABLE.format(reason=reason)) from error
        with self._lock:
            self._url, self._up = opened, True
        threading.Thread(target=self._watch, args=(agent.wait,), name="tunnel-watch", daemon=True).start()
        return opened

    def close(self) -> None:
        """Stop the agent."""
        if self._forget():
            ngrok.kill(self._config)

    def _connect(self, local_url: str) -> str:
        """The public address. A silent agent is killed in time: pyngrok would wait for it without end."""
        # inspect would keep each request, so each photo, in the agent's memory for its own web page.
        options = {"schemes": ["https"], "inspect": False}
        if self._domain:
            options["domain"] = self._domain
        silence = threading.Timer(2 * self._start_seconds, self._kill_silent_agent)
        silence.start()
        try:
            tunnel = ngrok.connect(local_url, "http", NAME, self._config, **options)
        finally:
            silence.cancel()
        return str(tunnel.public_url).rstrip("/")

    # pyngrok's public functions wait for the lock that it holds while it waits for the agent, and forget an
    # agent that has ended, read or not; hence the two looks behind them.

    def _kill_silent_agent(self) -> None:
        started = process._current_processes.get(self._config.ngrok_path)  # noqa: SLF001
        if started is not None:
            started.proc.kill()

    def _last_words(self, error: PyngrokError) -> str:
        """What an agent that ended at once had still to say; one that got to its API is read elsewhere."""
        if self._agent is None or self._agent.stdout is None:
            return ""
        if isinstance(error, PyngrokNgrokHTTPError | PyngrokNgrokURLError):
            return ""
        return self._agent.stdout.read()

    def _watch(self, wait_for_end: Callable[[], int]) -> None:
        wait_for_end()
        if self._forget():
            self._say(tunnel_problems.STOPPED)

    def _forget(self) -> bool:
        """The tunnel is no more; whether there was one."""
        with self._lock:
            was_open, self._up, self._url = self._url is not None, False, None
        return was_open

    def _heard(self, line: NgrokLog) -> None:
        """A line of the agent's log."""
        if self._agent is None:
            self._agent = process._current_processes[self._config.ngrok_path].proc  # noqa: SLF001
        with self._lock:
            url, was_up = self._url, self._up
            if url is None:
                return
            if line.msg in DOWN_MESSAGES:
                self._up = False
            elif line.msg in UP_MESSAGES:
                self._up = True
            is_up = self._up
        if was_up and not is_up:
            self._say(tunnel_problems.LOST)
        elif is_up and not was_up:
            self._say(tunnel_problems.BACK.format(url=url))


def _bare(domain: str | None) -> str | None:
    """A domain as people paste it, without scheme and slashes."""
    return domain.removeprefix("https://").removeprefix("http://").strip("/ ") or None if domain else None
