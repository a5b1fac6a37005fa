"""The real address of a client: only trusted proxies and the tunnel's last hop are believed."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from flask import Request

from attendance.settings.setting_values import Network
from attendance.values.this_computer import IPV4, IPV6, is_loopback, is_this_computer, parsed_address

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
# Keys of the WSGI environment.
FORWARDED = "attendance.forwarded"  # whether the request came through a proxy
KNOWN_VISITOR = "attendance.known_visitor"  # whether the address is the visitor's, as far as can be known
OWN_REQUEST = "attendance.own_request"  # whether a trusted proxy's computer asks, and forwards nobody


class Forwarding:
    """Whose word about a visitor's address and scheme is believed; for Flask and for the layer before it.

    Each proxy appends the address that it sees to ``X-Forwarded-For``, so entries are read from the last one,
    for as long as the one that wrote it is trusted; visitors can forge all others. Trusted are the proxies of
    the settings, and the tunnel's agent: requests from loopback while it may forward some.

    Args:
        proxies: the networks of trusted proxies.
        agent_may_forward: returns whether the tunnel's agent may forward requests; called for each request.
    """

    def __init__(self, proxies: Iterable[Network], agent_may_forward: Callable[[], bool]) -> None:
        proxies = tuple(proxies)
        # Parsed, this computer's address is always the IPv4 one.
        both = (ipaddress.ip_network(IPV4),) if hides_this_computer(proxies) else ()
        self._proxies: tuple[Network, ...] = (*proxies, *both)
        self._agent_may_forward = agent_may_forward

    def apply(self, environ: WSGIEnvironment) -> None:
        """Put the visitor's address and scheme into a WSGI environment, if a trusted proxy names them."""
        peer = environ.get("REMOTE_ADDR")
        is_proxy = self._is_proxy(peer)
        names_others = any(header in environ for header in FORWARDED_HEADERS)
        environ[FORWARDED] = is_proxy or names_others
        environ[OWN_REQUEST] = is_proxy and not names_others
        environ[KNOWN_VISITOR] = not environ[FORWARDED]
        if not (is_proxy or (environ[FORWARDED] and is_loopback(peer) and self._agent_may_forward())):
            return
        for entry in reversed(environ.get("HTTP_X_FORWARDED_FOR", "").split(",")):
            address = parsed_address(entry.strip())
            if address is None:
                break
            environ["REMOTE_ADDR"] = str(address)
            if not self._is_proxy(str(address)):
                environ[KNOWN_VISITOR] = True
                break
        scheme = environ.get("HTTP_X_FORWARDED_PROTO", "").rsplit(",", 1)[-1].strip()
        if scheme in ("http", "https"):
            environ["wsgi.url_scheme"] = scheme

    def _is_proxy(self, text: str | None) -> bool:
        address = parsed_address(text)
        return address is not None and any(address in network for network in self._proxies)


class OneHop:
    """WSGI middleware that applies ``Forwarding`` to each request.

    Args:
        app: the WSGI app.
        forwarding: whose word is believed.
    """

    def __init__(self, app: WSGIApplication, forwarding: Forwarding) -> None:
        self._app = app
        self._forwarding = forwarding

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass on a request, with the visitor's address and scheme."""
        self._forwarding.apply(environ)
        return self._app(environ, start_response)


def hides_this_computer(proxies: Iterable[Network]) -> bool:
    """Whether a proxy on this computer is trusted, so that no browser on it is known to be here."""
    return any(ipaddress.ip_address(loopback) in one for one in proxies for loopback in (IPV4, IPV6))


def is_direct(request: Request) -> bool:
    """Whether a request seems to come from a browser on this machine, with nothing in between.

    The host name must be this machine's too. Otherwise another site could point its own name here (DNS
    rebinding). Proxies that add no headers mostly ask by HTTP 1.0, as no browser does; where that is not
    enough, ``client.web.visitors.this_computer`` has proof.
    """
    environ = request.environ
    if environ.get(FORWARDED, True) or environ.get("SERVER_PROTOCOL") == "HTTP/1.0":
        return False
    return is_loopback(request.remote_addr) and names_this_computer(request)


def names_this_computer(request: Request) -> bool:
    """Whether the host that a request asks for is this machine."""
    name = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
    return is_this_computer(name)
