"""Switches the public address on and off while the server is running."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from attendance.settings.settings import Settings

SWITCH = "tunnel_switch"  # key of app.extensions, set if the launcher can open a tunnel


class Switch(Protocol):
    """Switches the public address, of this process or of the one that has started it."""

    def is_up(self) -> bool:
        """Whether phones on the internet can reach this machine now."""
        ...

    def may_forward(self) -> bool:
        """Whether the agent may forward requests; from before it is started until it has ended."""
        ...

    @property
    def public_url(self) -> str | None:
        """The public address without a trailing slash while the tunnel is up, otherwise None."""
        ...

    def switch_on(self) -> str:
        """Open the tunnel if it is not up, and return its public address.

        Raises:
            TunnelError: it can't be opened; the local server isn't affected.
        """
        ...

    def switch_off(self) -> None:
        """Close the tunnel if it is open.

        Raises:
            TunnelError: another process has it, and takes very long.
        """
        ...


class TunnelLike(Protocol):
    """A tunnel that can be opened once, such as ``client.serving.tunnel.tunnel.Tunnel``."""

    def is_up(self) -> bool:
        """Whether phones on the internet can reach this machine now."""
        ...

    def is_open(self) -> bool:
        """Whether it was opened and its agent has not ended."""
        ...

    @property
    def public_url(self) -> str | None:
        """The public address while the tunnel is up, otherwise None."""
        ...

    def open(self, local_url: str) -> str:
        """Open the tunnel and return its public address.

        Raises:
            TunnelError: it can't be opened.
        """
        ...

    def close(self) -> None:
        """Stop the tunnel's agent."""
        ...


def _nobody() -> None:
    """Nobody waits for news."""


class TunnelSwitch:
    """Opens and closes one tunnel to this machine, from any thread.

    Args:
        make: creates a tunnel that is not open yet.
        local_url: the address to which the tunnel forwards.
        announce: called before a tunnel opens, and returns once its visitors may come; may raise TunnelError.
        changed: called after this switch has opened or closed a tunnel, or failed to.
    """

    def __init__(
        self,
        make: Callable[[], TunnelLike],
        local_url: str,
        *,
        announce: Callable[[], object] = _nobody,
        changed: Callable[[], object] = _nobody,
    ) -> None:
        self._make = make
        self._local_url = local_url
        self._announce = announce
        self._changed = changed
        self._is_switching = False
        self._lock = threading.Lock()  # held while a tunnel opens, so that a double tap opens only one
        self._tunnel: TunnelLike | None = None

    def is_up(self) -> bool:
        """Whether phones on the internet can reach this machine now."""
        tunnel = self._tunnel
        return tunnel is not None and tunnel.is_up()

    def may_forward(self) -> bool:
        """Whether the agent may forward requests; from before it is started until it has ended."""
        tunnel = self._tunnel
        return self._is_switching or (tunnel is not None and tunnel.is_open())

    @property
    def public_url(self) -> str | None:
        """The public address without a trailing slash while the tunnel is up, otherwise None."""
        tunnel = self._tunnel
        return tunnel.public_url if tunnel is not None else None

    def switch_on(self) -> str:
        """Open the tunnel if it is not up, and return its public address.

        Raises:
            TunnelError: it can't be opened; the local server isn't affected.
        """
        with self._lock:
            url = self.public_url
            if url is not None:
                return url
            with self._switching():
                self._close()
                tunnel = self._make()
                self._announce()
                url = tunnel.open(self._local_url)
                self._tunnel = tunnel
            return url

    def switch_off(self) -> None:
        """Close the tunnel if it is open."""
        with self._lock:
            if self._tunnel is not None:
                with self._switching():
                    self._close()

    @contextmanager
    def _switching(self) -> Iterator[None]:
        """What the agent forwards while it starts and ends comes through it, too."""
        self._is_switching = True
        try:
            yield
        finally:
            self._is_switching = False
            self._changed()

    def _close(self) -> None:
        tunnel, self._tunnel = self._tunnel, None
        if tunnel is not None:
            tunnel.close()


def new_tunnel(
    settings: Settings,
    domain: str | None,
    *,
    notify: Callable[[str], None],
    came_up: Callable[[str], object],
    changed: Callable[[], object] = _nobody,
) -> TunnelLike:
    """A tunnel of the site's ngrok account that is not open yet; see ``Tunnel`` for what it calls."""
    from client.serving.tunnel.tunnel import Tunnel  # noqa: PLC0415 - only a tunnel needs pyngrok

    return Tunnel(
        settings.ngrok_authtoken,
        settings.config,
        notify=notify,
        came_up=came_up,
        changed=changed,
        domain=domain,
    )
