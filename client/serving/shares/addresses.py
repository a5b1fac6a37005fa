"""Reads network addresses, and tells which count as one."""

from __future__ import annotations

import ipaddress


def parsed_address(text: str | None) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """An address, an IPv4 one also where it is written as IPv6; None for anything else."""
    try:
        address = ipaddress.ip_address(text or "")
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def counted_address(text: str | None) -> str:
    """What an address is counted by: for IPv6 its /64 network, in which a phone can choose any address."""
    address = parsed_address(text)
    if address is None:
        return text or "unknown"
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False))
