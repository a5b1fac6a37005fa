"""Whom a request counts for, known from its head and before any database is asked."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from flask import Flask

from attendance.accounts.api_tokens import Scope
from attendance.register import Register
from client.serving.shares.parties import IDENTIFY, Party, PartyKind
from tests.attendance.frozen_clock import FrozenClock
from tests.client.conftest import Phone
from tests.client.signed_in import SignedIn


def seen(app: Flask, *, peer: str = "192.0.2.7", query: str = "", **headers: str) -> Party:
    """Whom a request counts for, as the layer before Flask knows it."""
    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": "/capture",
        "query_string": query.encode(),
        "scheme": "http",
        "client": (peer, 4711),
        "headers": [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()],
    }
    party: Party = app.extensions[IDENTIFY](scope)
    return party


def test_who_shows_nothing_counts_for_the_address(app: Flask) -> None:
    assert seen(app) == Party(PartyKind.ADDRESS, "192.0.2.7")
    assert seen(app, peer="2001:db8::9") == Party(PartyKind.ADDRESS, "2001:db8::/64")


def test_a_grant_in_the_address_counts_for_itself(app: Flask, phone: Phone) -> None:
    phone.scan()
    party = seen(app, query=f"grant={phone.grant}")
    assert party.kind is PartyKind.GRANT
    elsewhere = seen(app, peer="2001:db8::9", query=f"grant={phone.grant}")
    assert (party.key, party.address) == (elsewhere.key, "192.0.2.7")
    assert elsewhere.address == "2001:db8::/64"
    phone.scan()
    assert party != seen(app, query=f"grant={phone.grant}")


def test_a_claim_counts_for_the_grant_that_it_came_from(app: Flask, phone: Phone) -> None:
    phone.scan()
    grant = seen(app, query=f"grant={phone.grant}")
    claim = phone.submit(phone.face("Eileen Collins")).headers["Attendance-Claim"]
    assert seen(app, query=f"claim={claim}") == grant


@pytest.mark.parametrize(
    "query", ["grant=", "grant=forged.grant", "claim=forged.claim", "%ff=%00", "grant=%ff"]
)
def test_what_is_no_grant_counts_for_the_address(app: Flask, query: str) -> None:
    assert seen(app, query=query).kind is PartyKind.ADDRESS


def test_an_expired_grant_counts_for_the_address(app: Flask, phone: Phone, clock: FrozenClock) -> None:
    phone.scan()
    clock.advance(minutes=10)
    assert seen(app, query=f"grant={phone.grant}").kind is PartyKind.ADDRESS


def test_a_login_counts_for_its_user(app: Flask, teacher: SignedIn) -> None:
    cookie = teacher.client.get_cookie("attendance_login")
    assert cookie is not None
    party = seen(app, cookie=f"other=1; attendance_login={cookie.value}")
    assert party.kind is PartyKind.LOGIN
    assert seen(app, cookie="attendance_login=forged").kind is PartyKind.ADDRESS


def test_a_token_counts_for_itself_once_it_was_accepted(
    app: Flask, register: Register, clock: FrozenClock
) -> None:
    made = register.api_tokens.make("sync", [Scope.MARKS_READ], by="admin")
    bearer = {"authorization": f"Bearer {made.text}"}
    assert seen(app, **bearer).kind is PartyKind.ADDRESS
    assert register.api_tokens.holder(made.text) is not None
    assert seen(app, **bearer) == Party(PartyKind.TOKEN, made.token.id)
    basic = {"authorization": f"Basic {base64.b64encode(f'api:{made.text}'.encode()).decode()}"}
    assert seen(app, **basic) == Party(PartyKind.TOKEN, made.token.id)
    clock.advance(minutes=1)
    assert seen(app, **bearer).kind is PartyKind.ADDRESS


def test_the_tunnels_visitors_count_for_their_own_addresses(app: Flask) -> None:
    app.extensions["tunnel"] = lambda: True
    party = seen(app, peer="127.0.0.1", x_forwarded_for="203.0.113.7")
    assert party == Party(PartyKind.ADDRESS, "203.0.113.7")
    assert seen(app, x_forwarded_for="203.0.113.7") == Party(PartyKind.ADDRESS, "192.0.2.7")


def test_the_tunnels_visitors_count_from_before_it_is_up(app: Flask) -> None:
    app.extensions |= {"tunnel": lambda: False, "tunnel_forwarder": lambda: True}
    party = seen(app, peer="127.0.0.1", x_forwarded_for="203.0.113.7")
    assert party == Party(PartyKind.ADDRESS, "203.0.113.7")
    app.extensions |= {"tunnel": lambda: True, "tunnel_forwarder": lambda: False}
    assert seen(app, peer="127.0.0.1", x_forwarded_for="203.0.113.7").name == "127.0.0.1"


def test_a_header_with_an_underscore_is_not_the_proxys(app: Flask) -> None:
    app.extensions["tunnel"] = lambda: True
    scope_headers = [(b"x_forwarded_for", b"203.0.113.7"), (b"x-forwarded-for", b"198.51.100.1")]
    scope: dict[str, Any] = {"path": "/", "client": ("127.0.0.1", 1), "headers": scope_headers}
    assert app.extensions[IDENTIFY](scope).name == "198.51.100.1"


def test_the_app_agrees(app: Flask, phone: Phone) -> None:
    """The form field of pages from before still works, and the address comes first."""
    phone.scan()
    parts = [("grant", "forged"), ("device", "a phone")]
    answer = phone.post(f"/capture?grant={phone.grant}", [*parts]).get_json()
    assert answer["code"] == "image_missing"
    assert phone.post("/capture", [("grant", phone.grant)]).get_json()["code"] == "image_missing"
