"""Which phones are in the network of this computer: directly, through the tunnel, and behind proxies."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, request

from attendance.settings.setting_values import networks
from attendance.values.liveness import Place
from client.serving.networks import own_addresses
from client.web.proxy import Forwarding, OneHop
from client.web.services import TUNNEL
from client.web.visitors.own_address_page import own_addresses_of
from client.web.visitors.place import address_of, place_of

HERE, UNKNOWN = Place.THIS_NETWORK, Place.UNKNOWN
LOCAL = "127.0.0.9"  # in a local network of every computer
OWN = "198.51.100.4"


@pytest.fixture
def seen(app: Flask) -> Any:
    """Where a request comes from, by the app's own middleware."""
    found: dict[str, Any] = {}

    @app.get("/seen")
    def note() -> str:
        found.update(place=place_of(request), address=address_of(request))
        return ""

    def ask(peer: str, *, host: str = "class.example", protocol: str = "HTTP/1.1", **headers: str) -> Any:
        sent = {name.replace("_", "-"): text for name, text in headers.items()}
        environ = {"REMOTE_ADDR": peer, "SERVER_PROTOCOL": protocol}
        answer = app.test_client().get(
            "/seen", headers=sent, environ_overrides=environ, base_url=f"http://{host}"
        )
        assert answer.status_code == 200
        return found["place"], found["address"]

    return ask


@pytest.fixture
def tunnel(app: Flask) -> None:
    """The tunnel is up, and has reported the public addresses of this computer."""
    app.extensions[TUNNEL] = lambda: True
    own = own_addresses_of(app)
    for address in (OWN, "2001:db8:7::/64"):
        own._secrets.add("secret")
        assert own.arrived("secret", address)


def test_a_phone_in_the_internet_is_unknown(seen: Any) -> None:
    assert seen("203.0.113.7") == (UNKNOWN, "203.0.113.7")
    assert seen("2001:db8:9::1") == (UNKNOWN, "2001:db8:9::/64")


def test_a_device_of_the_link_is_here(seen: Any) -> None:
    assert seen("fe80::77") == (HERE, "fe80::/64")


def test_this_computer_is_here_only_with_nothing_in_between(seen: Any) -> None:
    assert seen("127.0.0.1", host="localhost:8080") == (HERE, "127.0.0.1")
    assert seen("::1", host="localhost:8080")[0] is HERE
    assert seen("127.0.0.1", host="class.example")[0] is UNKNOWN  # a proxy that adds nothing
    assert seen("127.0.0.1", host="localhost", protocol="HTTP/1.0") == (UNKNOWN, None)


def test_the_word_of_nobody_is_believed(seen: Any) -> None:
    for headers in ({"X_Forwarded_For": "fe80::9"}, {"Via": "1.1 cache"}, {"X_Forwarded_For": OWN}):
        assert seen("fe80::77", **headers) == (UNKNOWN, None)


@pytest.mark.usefixtures("tunnel")
def test_through_the_tunnel_the_same_public_address_is_here(seen: Any) -> None:
    assert seen("127.0.0.1", X_Forwarded_For=OWN) == (HERE, OWN)
    assert seen("127.0.0.1", X_Forwarded_For="2001:db8:7::beef")[0] is HERE
    assert seen("127.0.0.1", X_Forwarded_For="203.0.113.7") == (UNKNOWN, "203.0.113.7")
    assert seen("127.0.0.1", X_Forwarded_For="2001:db8:8::beef")[0] is UNKNOWN
    assert seen("127.0.0.1", X_Forwarded_For=f"{OWN}, 203.0.113.7")[0] is UNKNOWN  # the first is forged


@pytest.mark.usefixtures("tunnel")
def test_the_public_address_counts_only_while_the_tunnel_is_up(app: Flask, seen: Any) -> None:
    app.extensions[TUNNEL] = lambda: False
    assert seen(OWN)[0] is UNKNOWN


def test_the_own_request_is_answered_once_and_no_other(app: Flask) -> None:
    app.extensions[TUNNEL] = lambda: True
    own_addresses_of(app)._secrets.add("secret")
    client, sent = app.test_client(), {"X-Forwarded-For": OWN}
    path = f"{own_addresses.PATH}secret"
    assert client.get(f"{own_addresses.PATH}another", headers=sent).status_code == 404
    answer = client.get(path, headers=sent)
    assert (answer.status_code, answer.data) == (204, b"")
    assert own_addresses_of(app).known == {OWN}
    assert client.get(path, headers={"X-Forwarded-For": "203.0.113.7"}).status_code == 404
    assert own_addresses_of(app).known == {OWN}


@pytest.mark.parametrize("proxies", ["10.9.8.7"])
def test_behind_a_named_proxy_the_phone_counts_and_not_the_proxy(seen_behind: Any, proxies: str) -> None:
    assert seen_behind(proxies, X_Forwarded_For="fe80::77") == (HERE, "fe80::/64")
    assert seen_behind(proxies, X_Forwarded_For="203.0.113.7") == (UNKNOWN, "203.0.113.7")
    assert seen_behind(proxies) == (UNKNOWN, None)
    assert seen_behind(proxies, X_Forwarded_For="garbage") == (UNKNOWN, None)


@pytest.fixture
def seen_behind(app: Flask, seen: Any) -> Any:
    """The same behind a proxy that the settings name."""

    def ask(proxies: str, **headers: str) -> Any:
        inner = app.wsgi_app._app  # type: ignore[attr-defined]
        app.wsgi_app = OneHop(inner, Forwarding(networks(proxies), lambda: False))  # type: ignore[method-assign]
        return seen(proxies, **headers)

    return ask
