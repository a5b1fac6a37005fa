"""Phones can use the printed addresses."""

from __future__ import annotations

import ipaddress

from client.startup.network import is_everywhere, is_this_machine_only, local_addresses, url


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
    assert is_this_machine_only("127.0.0.1")
    assert is_this_machine_only("::1")
    assert is_this_machine_only("localhost")
    assert not is_this_machine_only("0.0.0.0")
    assert not is_this_machine_only("class.example")


def test_addresses_for_people() -> None:
    assert url("http", "192.0.2.7", 8080) == "http://192.0.2.7:8080"
    assert url("https", "192.0.2.7", 443) == "https://192.0.2.7"
    assert url("http", "::1", 80) == "http://[::1]"
