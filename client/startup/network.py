"""This machine's addresses in its networks."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable, Iterator

from attendance.values.this_computer import parsed_address

EVERYWHERE = "0.0.0.0"  # noqa: S104 - phones have to reach the server; --host restricts it
# Connecting a UDP socket sends nothing; the system only chooses the network interface that it would use.
# The first address is reserved for documentation (RFC 5737) and represents the internet. The others are in
# private networks (RFC 1918), for classrooms with a router but no internet.
PROBES = ("192.0.2.1", "192.168.255.254", "10.255.255.254", "172.31.255.254")


def local_addresses(probes: Iterable[str] = PROBES) -> tuple[str, ...]:
    """This machine's IPv4 addresses, the most likely first; empty without a network."""
    return tuple(dict.fromkeys(_usable(_sources(probes))))


def _sources(probes: Iterable[str]) -> Iterator[str]:
    for probe in probes:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            try:
                sock.connect((probe, 9))
            except OSError:
                continue
            yield str(sock.getsockname()[0])


def _usable(addresses: Iterable[str]) -> Iterator[str]:
    for text in addresses:
        address = ipaddress.ip_address(text)
        if not (address.is_loopback or address.is_unspecified or address.is_link_local):
            yield text


def is_everywhere(host: str) -> bool:
    """Whether a server that listens on this host can be reached from all networks of the machine."""
    return parsed_address(host) in (ipaddress.IPv4Address(0), ipaddress.IPv6Address(0))


def url(scheme: str, host: str, port: int) -> str:
    """An address without the port if it is the scheme's default."""
    name = f"[{host}]" if ":" in host else host
    default = {"http": 80, "https": 443}[scheme]
    return f"{scheme}://{name}" if port == default else f"{scheme}://{name}:{port}"
