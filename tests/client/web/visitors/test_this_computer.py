"""Only the browser that the terminal's key was opened with is on this computer."""

from __future__ import annotations

import socket
from contextlib import closing
from http.client import HTTPConnection
from itertools import product

import pytest
from flask import Flask
from flask.testing import FlaskClient

from attendance.register import Register
from client.web.visitors.this_computer import COOKIE, here
from tests.client.served_app import serving

PRIVATE = ("/api/v1/about", "/login")


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """A browser that has not been here before; or a visitor behind a proxy that adds no headers."""
    app.test_client_class = FlaskClient
    return app.test_client()


@pytest.mark.parametrize("path", ["/wall", "/qr.svg"])
def test_who_only_seems_to_be_here_is_not(browser: FlaskClient, path: str) -> None:
    assert browser.get(path, headers={"Host": "127.0.0.1:8080"}).status_code == 403
    assert browser.get(f"{path}?here=a-guess").status_code == 403
    assert browser.get_cookie(COOKIE) is None


def test_the_terminals_address_opens_and_is_remembered(browser: FlaskClient) -> None:
    app = browser.application
    assert browser.get(here(app, "/wall")).status_code == 200
    cookie = browser.get_cookie(COOKIE)
    assert cookie is not None
    assert cookie.http_only
    assert browser.get("/wall").status_code == 200
    assert browser.get("/qr.svg").status_code == 200


def test_it_is_opened_and_remembered_over_ipv6_too(browser: FlaskClient) -> None:
    ipv6 = {"base_url": "http://[::1]:8080", "environ_base": {"REMOTE_ADDR": "::1"}}
    assert browser.get("/wall", **ipv6).status_code == 403
    assert browser.get(here(browser.application, "/wall"), **ipv6).status_code == 200
    assert browser.get("/wall", **ipv6).status_code == 200


@pytest.mark.server
def test_a_real_server_knows_this_computer_by_every_name(app: Flask, register: Register) -> None:
    """A token and a login page need a private connection, which over plain http only this computer has."""
    if not socket.has_dualstack_ipv6():
        pytest.skip("needs IPv6")
    token = register.api_tokens.make("software", ["live"], by="admin").text
    with serving(app, host="localhost") as port:
        for address, name in product(("127.0.0.1", "::1"), ("localhost", "127.0.0.1", "[::1]")):
            assert [asked(address, port, f"{name}:{port}", path, token) for path in PRIVATE] == [200, 200]
            assert asked(address, port, "evil.example", "/api/v1/about", token) == 403


def asked(address: str, port: int, host: str, path: str, token: str) -> int:
    """The status of an answer."""
    with closing(HTTPConnection(address, port, timeout=60)) as connection:
        connection.request("GET", path, headers={"Host": host, "Authorization": f"Bearer {token}"})
        return connection.getresponse().status


def test_the_key_is_worthless_from_elsewhere(browser: FlaskClient) -> None:
    address = here(browser.application, "/wall")
    assert browser.get(address, environ_base={"REMOTE_ADDR": "192.168.1.20"}).status_code == 403
    assert browser.get(address, headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 403
    assert browser.get(address, headers={"Host": "evil.example"}).status_code == 403
    assert browser.get_cookie(COOKIE) is None


@pytest.mark.parametrize("value", ["", "forged", "WyJ4Il0.aaaa.bbbb"])
def test_a_forged_cookie_proves_nothing(browser: FlaskClient, value: str) -> None:
    browser.set_cookie(COOKIE, value)
    assert browser.get("/wall").status_code == 403
