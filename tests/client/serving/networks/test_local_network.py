"""Which devices are in a local network of this computer, by its own routes."""

from __future__ import annotations

import socket
import sys

import pytest

from attendance.values.this_computer import parsed_address
from client.serving.networks import local_network
from client.serving.networks.local_network import is_in_local_network
from client.startup.network import local_addresses

NOT_LOCAL = [
    "8.8.8.8",  # public
    "100.64.3.2",  # shared, by carriers and some VPNs
    "203.0.113.7",  # nowhere
    "0.0.0.0",
    "2001:db8:77::1",
]


def is_local(text: str) -> bool:
    """The same of a text."""
    address = parsed_address(text)
    assert address is not None
    return is_in_local_network(address)


@pytest.mark.parametrize("text", NOT_LOCAL)
def test_devices_behind_a_router_are_not_local(text: str) -> None:
    assert not is_local(text)


def test_a_device_without_a_router_in_between_is_local() -> None:
    assert is_local("127.0.0.9")  # over the loopback network, which every computer has
    assert all(is_local(own) for own in local_addresses() if parsed_address(own).is_private)  # type: ignore[union-attr]


def test_ipv6_devices_are_local_by_their_link_or_network() -> None:
    assert is_local("fe80::1")
    if not socket.has_ipv6:
        pytest.skip("this computer has no IPv6")
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("2001:db8::1", 9))
        except OSError:
            pytest.skip("this computer is in no network with IPv6")
        own = parsed_address(probe.getsockname()[0])
    assert own is not None
    same, other = int(own) ^ 0xBEEF, int(own) ^ (1 << 70)
    assert is_local(socket.inet_ntop(socket.AF_INET6, same.to_bytes(16)))
    assert not is_local(socket.inet_ntop(socket.AF_INET6, other.to_bytes(16)))


def test_windows_takes_256_addresses_for_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert is_local("127.0.0.9")
    assert not is_local("127.9.0.1")
    assert local_network.WINDOWS_NETWORK_BITS == 24
