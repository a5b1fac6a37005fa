"""Which network addresses count as one."""

from __future__ import annotations

import ipaddress

from attendance.values.this_computer import parsed_address


def counted_address(text: str | None) -> str:
    """What an address is counted by: for IPv6 its /64 network, in which a phone can choose any address."""
    address = parsed_address(text)
    if address is None:
        return text or "unknown"
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False))
