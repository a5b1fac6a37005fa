"""Where a request was sent from, as far as the network shows it."""

from __future__ import annotations

from flask import Request, current_app

from attendance.values.liveness import Place
from attendance.values.this_computer import parsed_address
from client.serving.networks.local_network import is_in_local_network
from client.serving.shares.addresses import counted_address
from client.web.proxy import KNOWN_VISITOR, is_direct
from client.web.services import tunnel_of
from client.web.visitors.own_address_page import known_addresses_of


def place_of(request: Request) -> Place:
    """Whether a phone is in the network of this computer; unknown is no reproach.

    Phones with mobile data are unknown, as are those in another network of the same building.
    """
    address = parsed_address(request.remote_addr) if _is_visitors(request) else None
    if address is None:
        return Place.UNKNOWN
    if address.is_loopback:
        is_here = is_direct(request)
    else:
        is_here = is_in_local_network(address) or _shares_router(str(address))
    return Place.THIS_NETWORK if is_here else Place.UNKNOWN


def address_of(request: Request) -> str | None:
    """A phone's address, for IPv6 its /64 network; None if only a proxy's is known."""
    if not _is_visitors(request) or parsed_address(request.remote_addr) is None:
        return None
    return counted_address(request.remote_addr)


def _is_visitors(request: Request) -> bool:
    """Whether the address is the visitor's own: not that of a proxy that nobody has named.

    HTTP 1.0 is what proxies speak that add no header, and no browser does.
    """
    environ = request.environ
    return bool(environ.get(KNOWN_VISITOR)) and environ.get("SERVER_PROTOCOL") != "HTTP/1.0"


def _shares_router(address: str) -> bool:
    """Whether a phone that came through the tunnel has this computer's public address."""
    return tunnel_of(current_app)() and counted_address(address) in known_addresses_of(current_app).known
