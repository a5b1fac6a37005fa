"""The computer that the server runs on: the one notion of ``localhost``, 127.0.0.1 and ::1.

IPv4 and IPv6 have a loopback address each. It depends on the system which of them a browser or program takes
for ``localhost``, so they count as one wherever an address is compared, trusted, printed or listened on.
"""

from __future__ import annotations

import ipaddress

NAME = "localhost"
IPV4, IPV6 = "127.0.0.1", "::1"
ADDRESSES = (IPV4, IPV6)
NAMES = frozenset({NAME, *ADDRESSES})

_IPV4, _IPV6 = ipaddress.IPv4Address(IPV4), ipaddress.IPv6Address(IPV6)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def parsed_address(text: str | None) -> Address | None:
    """An address in the one form in which it is compared; None for anything else.

    Args:
        text: an address without a port. IPv4 addresses may be written as IPv6, ``::ffff:192.0.2.7``; ``::1``
            is 127.0.0.1.
    """
    try:
        address = ipaddress.ip_address(text or "")
    except ValueError:
        return None
    if address == _IPV6:
        return _IPV4
    return getattr(address, "ipv4_mapped", None) or address


def is_loopback(text: str | None) -> bool:
    """Whether an address is one of this computer's own (``127.0.0.0/8``, ``::1``, also IPv4-mapped)."""
    address = parsed_address(text)
    return address is not None and address.is_loopback


def is_this_computer(host: str | None) -> bool:
    """Whether a host without its port, with or without the brackets of IPv6, is this computer's own name."""
    name = (host or "").lower()
    if name.startswith("[") and name.endswith("]"):
        return ":" in name and is_loopback(name[1:-1])
    return name == NAME or is_loopback(name)
