"""Phones can use the printed addresses."""

from __future__ import annotations

import ipaddress

import pytest

from client.startup.addresses import Addresses
from client.startup.network import is_everywhere, local_addresses, url


def test_a_machine_never_offers_phones_its_own_loopback() -> None:
    for address in local_addresses():
        assert not ipaddress.ip_address(address).is_loopback


def test_each_address_is_named_once() -> None:
    addresses = local_addresses()
    assert len(set(addresses)) == len(addresses)


def test_without_a_network_there_is_no_address() -> None:
    assert local_addresses(probes=()) == ()
    assert local_addresses(probes=("127.0.0.2", "not an address")) == ()


def test_hosts_that_hear_everybody_and_nobody() -> None:
    assert is_everywhere("0.0.0.0")
    assert is_everywhere("::")
    assert not is_everywhere("192.0.2.7")
    assert not is_everywhere("class.example")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_this_computer_is_printed_by_its_name_and_offered_to_no_phone(host: str) -> None:
    addresses = Addresses("http", host, 8080, ("192.0.2.7",))
    assert (addresses.local, addresses.internal) == ("http://localhost:8080", "http://127.0.0.1:8080")
    assert addresses.network == ()


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_a_server_for_everybody_is_found_by_the_same_name(host: str) -> None:
    addresses = Addresses("http", host, 8080, ("192.0.2.7",))
    assert (addresses.local, addresses.internal) == ("http://localhost:8080", "http://127.0.0.1:8080")
    assert addresses.network == ("http://192.0.2.7:8080",)


def test_addresses_for_people() -> None:
    assert url("http", "192.0.2.7", 8080) == "http://192.0.2.7:8080"
    assert url("https", "192.0.2.7", 443) == "https://192.0.2.7"
    assert url("http", "::1", 80) == "http://[::1]"
