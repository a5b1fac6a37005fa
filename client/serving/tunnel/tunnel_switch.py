"""Switches the public address on and off while the server is running."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

SWITCH = "tunnel_switch"  # key of app.extensions, set if the launcher can open a tunnel


class TunnelLike(Protocol):
    """A tunnel that can be opened once, such as ``client.serving.tunnel.tunnel.Tunnel``."""

    def is_up(self) -> bool:
        """Whether phones on the internet can reach this machine now."""
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


class TunnelSwitch:
    """Opens and closes one tunnel to this machine, from any thread.

    Args:
        make: creates a tunnel that is not open yet.
        local_url: the address to which the tunnel forwards.
    """

    def __init__(self, make: Callable[[], TunnelLike], local_url: str) -> None:
        self._make = make
        self._local_url = local_url
        self._lock = threading.Lock()  # held while a tunnel opens, so that a double tap opens only one
        self._tunnel: TunnelLike | None = None

    def is_up(self) -> bool:
        """Whether phones on the internet can reach this machine now."""
        tunnel = self._tunnel
        return tunnel is not None and tunnel.is_up()

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
            self._close()
            tunnel = self._make()
            url = tunnel.open(self._local_url)
            self._tunnel = tunnel
            return url

    def switch_off(self) -> None:
        """Close the tunnel if it is open."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        tunnel, self._tunnel = self._tunnel, None
        if tunnel is not None:
            tunnel.close()
