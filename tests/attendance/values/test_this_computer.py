"""``localhost``, 127.0.0.1 and ::1 are one computer, and one module knows it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from attendance.values.this_computer import (
    ADDRESSES,
    IPV4,
    NAMES,
    is_loopback,
    is_this_computer,
    parsed_address,
)

ROOT = Path(__file__).resolve().parents[3]
KNOWS = ROOT / "attendance" / "values" / "this_computer.py"


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "0:0::1", "::ffff:127.0.0.1"])
def test_loopback_addresses(address: str) -> None:
    assert is_loopback(address)
    assert is_this_computer(address)


@pytest.mark.parametrize("address", ["0.0.0.0", "192.168.1.2", "::ffff:192.168.1.2", "::2", "::", "", None])
def test_other_addresses(address: str | None) -> None:
    assert not is_loopback(address)
    assert not is_this_computer(address)


@pytest.mark.parametrize("host", ["localhost", "LocalHost", "[::1]"])
def test_its_names(host: str) -> None:
    assert is_this_computer(host)
    assert not is_loopback(host)


@pytest.mark.parametrize("host", ["localhost.example", "class.example", "[127.0.0.1]", "[::2]", "[]", "[::1"])
def test_other_names(host: str) -> None:
    assert not is_this_computer(host)


def test_each_address_has_one_form_in_which_it_is_compared() -> None:
    assert {str(parsed_address(address)) for address in ADDRESSES} == {IPV4}
    assert str(parsed_address("::ffff:192.0.2.7")) == "192.0.2.7"
    assert str(parsed_address("2001:DB8::1")) == "2001:db8::1"
    assert parsed_address("localhost") is None


def test_nothing_else_writes_its_name_or_addresses() -> None:
    """Code that compares with one of them forgets the others."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for package in ("attendance", "client", "create_database", "face_detection", "face_matching")
        for path in (ROOT / package).rglob("*.py")
        if path != KNOWS
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in NAMES
    ]
    assert found == []
