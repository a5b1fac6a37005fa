"""Switches the public address on and off while the server runs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

SWITCH = "tunnel_switch"  # in app.extensions, where the launcher can open a tunnel


class OneTunnel(Protocol):
    """A tunnel that is opened once; ``client.serving.tunnel.Tunnel`` is one."""

    def is_up(self) -> bool:
        """Whether phones outside reach this machine now."""
        ...

    @property
    def public_url(self) -> str | None:
        """Its address, while it is up."""
        ...

    def open(self, local_url: str) -> str:
        """Open it; its public address. Raises ``TunnelError``."""
        ...

    def close(self) -> None:
        """Stop its agent."""
        ...


class TunnelSwitch:
    """At most one tunnel to this machine; any thread may switch it.

    Args:
        make: gives a tunnel that was never opened.
        local_url: where the tunnel leads.
    """

    def __init__(self, make: Callable[[], OneTunnel], local_url: str) -> None:
        self._make = make
        self._local_url = local_url
        self._lock = threading.Lock()  # held while a tunnel opens, so that a double tap opens one
        self._tunnel: OneTunnel | None = None

    def is_up(self) -> bool:
        """Whether phones outside reach this machine now."""
        tunnel = self._tunnel
        return tunnel is not None and tunnel.is_up()

    @property
    def public_url(self) -> str | None:
        """The address without a trailing slash, while the tunnel is up."""
        tunnel = self._tunnel
        return tunnel.public_url if tunnel is not None else None

    def switch_on(self) -> str:
        """Open the tunnel, if it is not up; its public address.

        Raises:
            TunnelError: with one sentence; nothing else is touched.
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
        """Close the tunnel, if there is one."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        tunnel, self._tunnel = self._tunnel, None
        if tunnel is not None:
            tunnel.close()
