"""The real address of a client: only the tunnel's last hop is trusted."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Any of these headers shows that the request came through a proxy.
FORWARDED_HEADERS = (
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_REAL_IP",
    "HTTP_VIA",
)
FORWARDED = "attendance.forwarded"  # key of the WSGI environment: whether the request came through a proxy


class OneHop:
    """WSGI middleware that takes address and scheme from the tunnel's agent on this machine.

    The agent appends the visitor's address to ``X-Forwarded-For``, so only the last entry is the agent's;
    visitors can forge all others. It is trusted only for requests from loopback while the tunnel is up.

    Args:
        app: the WSGI app.
        tunnel_is_up: returns whether the tunnel is up; called for each request.
    """

    def __init__(self, app: WSGIApplication, tunnel_is_up: Callable[[], bool]) -> None:
        self._app = app
        self._tunnel_is_up = tunnel_is_up

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass on a request, with the visitor's address and scheme if the agent is trusted."""
        environ[FORWARDED] = any(header in environ for header in FORWARDED_HEADERS)
        if environ[FORWARDED] and is_loopback(environ.get("REMOTE_ADDR")) and self._tunnel_is_up():
            self._use_forwarded(environ)
        return self._app(environ, start_response)

    @staticmethod
    def _use_forwarded(environ: dict[str, Any]) -> None:
        address = _last_entry(environ.get("HTTP_X_FORWARDED_FOR"))
        if _is_address(address):
            environ["REMOTE_ADDR"] = address
        scheme = _last_entry(environ.get("HTTP_X_FORWARDED_PROTO"))
        if scheme in ("http", "https"):
            environ["wsgi.url_scheme"] = scheme


def is_loopback(address: str | None) -> bool:
    """Whether an address is a loopback address (``127.0.0.0/8``, ``::1``, also IPv4-mapped)."""
    if not _is_address(address):
        return False
    parsed = ipaddress.ip_address(str(address))
    mapped = getattr(parsed, "ipv4_mapped", None)
    return bool((mapped or parsed).is_loopback)


def from_this_computer(request: Request) -> bool:
    """Whether a request comes directly from a browser on this machine.

    The host name must be this machine's too. Otherwise another site could point its own name here (DNS
    rebinding) and read what only the teacher may see.
    """
    if request.environ.get(FORWARDED, True) or not is_loopback(request.remote_addr):
        return False
    name = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
    return name == "localhost" or is_loopback(name.strip("[]"))


def _last_entry(header: str | None) -> str:
    return (header or "").rsplit(",", 1)[-1].strip()


def _is_address(text: str | None) -> bool:
    try:
        ipaddress.ip_address(text or "")
    except ValueError:
        return False
    return True
