"""Whether another device is in a local network of this computer."""

from __future__ import annotations

import ipaddress
import socket
import sys

from attendance.values.this_computer import Address, parsed_address

IPV6_NETWORK_BITS = 64  # of every local network in which devices choose addresses (RFC 4291, 2.5.1)
WINDOWS_NETWORK_BITS = 24
"""Windows ignores ``SO_DONTROUTE``, so there every network counts as one of 256 addresses. In a larger one
a phone may then count as unknown although it is local."""
_ANY_PORT = 9  # connecting a UDP socket sends nothing


def is_in_local_network(address: Address) -> bool:
    """Whether a device with this address reaches this computer without a router in between.

    Public IPv4 addresses never count, because a VPN that takes all traffic makes each of them look local;
    nor do the shared ones of RFC 6598, which carriers and some VPNs use. In IPv6 local devices have public
    addresses too.

    Args:
        address: of the other device.
    """
    if isinstance(address, ipaddress.IPv6Address):
        return address.is_link_local or _shares_network(address, IPV6_NETWORK_BITS)
    if not address.is_private or address.is_unspecified:
        return False
    if sys.platform == "win32":
        return _shares_network(address, WINDOWS_NETWORK_BITS)
    return _own_address(address, without_router=True) is not None


def _shares_network(address: Address, bits: int) -> bool:
    """Whether the address that this computer would use towards a device has the same first bits."""
    own = _own_address(address, without_router=False)
    return own is not None and own in ipaddress.ip_network((address, bits), strict=False)


def _own_address(address: Address, *, without_router: bool) -> Address | None:
    """The address that this computer would use towards a device; None if there is no way to it."""
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            if without_router:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_DONTROUTE, 1)
            probe.connect((str(address), _ANY_PORT))
            return parsed_address(probe.getsockname()[0])
    except OSError:
        return None
