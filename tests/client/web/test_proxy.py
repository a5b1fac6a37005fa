"""Which proxies are trusted to report a client's address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from flask import Request
from werkzeug.test import EnvironBuilder, run_wsgi_app

from attendance.settings.setting_values import networks
from client.serving.shares.addresses import counted_address
from client.web.proxy import Forwarding, OneHop, is_direct


def seen_through(
    *, tunnel: bool = False, address: str = "127.0.0.1", proxies: str = "", **headers: str
) -> dict[str, Any]:
    """The WSGI environment as the app sees it."""
    seen: dict[str, Any] = {}

    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        seen.update(environ)
        start_response("204 NO CONTENT", [])
        return []

    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    environ = EnvironBuilder(
        base_url=f"http://{fields.pop('Host', 'localhost:8080')}", headers=list(fields.items())
    ).get_environ()
    environ["REMOTE_ADDR"] = address
    forwarding = Forwarding(networks(proxies) if proxies else (), lambda: tunnel)
    run_wsgi_app(OneHop(app, forwarding), environ)
    return seen


def test_the_tunnels_word_counts_while_it_is_up() -> None:
    seen = seen_through(tunnel=True, X_Forwarded_For="203.0.113.7", X_Forwarded_Proto="https")
    assert (seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]) == ("203.0.113.7", "https")


def test_only_the_last_entry_is_the_agents_own() -> None:
    seen = seen_through(tunnel=True, X_Forwarded_For="10.1.1.1, 127.0.0.1, 203.0.113.7")
    assert seen["REMOTE_ADDR"] == "203.0.113.7"


def test_nobody_is_believed_while_there_is_no_tunnel() -> None:
    seen = seen_through(tunnel=False, X_Forwarded_For="203.0.113.7", X_Forwarded_Proto="https")
    assert (seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]) == ("127.0.0.1", "http")


def test_a_phone_in_the_network_is_not_believed_although_the_tunnel_is_up() -> None:
    seen = seen_through(tunnel=True, address="192.168.1.20", X_Forwarded_For="203.0.113.7")
    assert seen["REMOTE_ADDR"] == "192.168.1.20"


@pytest.mark.parametrize("header", ["", "unknown", "203.0.113.7:4711", "<script>", "1.2.3.4, "])
def test_what_is_no_address_is_not_taken_for_one(header: str) -> None:
    assert seen_through(tunnel=True, X_Forwarded_For=header)["REMOTE_ADDR"] == "127.0.0.1"


def test_a_scheme_nobody_speaks_is_not_taken() -> None:
    assert seen_through(tunnel=True, X_Forwarded_Proto="javascript")["wsgi.url_scheme"] == "http"


def test_a_trusted_proxy_is_believed() -> None:
    seen = seen_through(
        address="10.0.0.5", proxies="10.0.0.0/24", X_Forwarded_For="203.0.113.7", X_Forwarded_Proto="https"
    )
    assert (seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]) == ("203.0.113.7", "https")


def test_a_proxy_behind_a_trusted_proxy_is_believed_only_if_it_is_trusted_too() -> None:
    chain = "198.51.100.9, 203.0.113.7, 10.0.0.5"
    for proxies, visitor in {"127.0.0.1, 10.0.0.0/24": "203.0.113.7", "127.0.0.1": "10.0.0.5"}.items():
        assert seen_through(proxies=proxies, X_Forwarded_For=chain)["REMOTE_ADDR"] == visitor


@pytest.mark.parametrize("peer", ["10.0.1.5", "192.168.1.20", "2001:db8::1"])
def test_nobody_but_the_trusted_proxies_is_believed(peer: str) -> None:
    seen = seen_through(
        address=peer, proxies="10.0.0.0/24,::1", X_Forwarded_For="203.0.113.7", X_Forwarded_Proto="https"
    )
    assert (seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]) == (peer, "http")


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize("proxies", ["127.0.0.1", "::1", "127.0.0.0/8"])
def test_behind_a_trusted_proxy_nobody_is_on_this_machine(peer: str, proxies: str) -> None:
    """Not even without its headers, or if it names this machine as the visitor."""
    for host in ("localhost:8080", "[::1]:8080"):
        assert not is_direct(Request(seen_through(address=peer, proxies=proxies, Host=host)))
        named = seen_through(address=peer, proxies=proxies, Host=host, X_Forwarded_For="127.0.0.1")
        assert not is_direct(Request(named))


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1"])
@pytest.mark.parametrize("proxies", ["127.0.0.1", "::1"])
def test_a_proxy_on_this_machine_is_trusted_over_either_loopback_address(peer: str, proxies: str) -> None:
    seen = seen_through(
        address=peer, proxies=proxies, X_Forwarded_For="203.0.113.7", X_Forwarded_Proto="https"
    )
    assert (seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]) == ("203.0.113.7", "https")


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1"])
def test_the_tunnels_agent_is_trusted_over_either_loopback_address(peer: str) -> None:
    assert (
        seen_through(tunnel=True, address=peer, X_Forwarded_For="203.0.113.7")["REMOTE_ADDR"] == "203.0.113.7"
    )


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("::1", "127.0.0.1"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::ffff:1", "2001:db8::/64"),
        ("unix socket", "unix socket"),
        (None, "unknown"),
    ],
)
def test_what_an_address_is_counted_by(address: str | None, counted: str) -> None:
    assert counted_address(address) == counted


@pytest.mark.parametrize("host", ["localhost", "localhost:8080", "127.0.0.1:8080", "[::1]:8080", "[::1]"])
@pytest.mark.parametrize("peer", ["127.0.0.1", "::1"])
def test_a_browser_on_this_machine_is_known(host: str, peer: str) -> None:
    assert is_direct(Request(seen_through(tunnel=True, Host=host, address=peer)))


def test_a_bare_forward_by_an_old_protocol_is_not_a_browser_on_this_machine() -> None:
    environ = seen_through(Host="127.0.0.1:8080")
    assert not is_direct(Request(environ | {"SERVER_PROTOCOL": "HTTP/1.0"}))


def test_a_visitor_of_the_tunnel_is_not_on_this_machine() -> None:
    assert not is_direct(Request(seen_through(tunnel=True, X_Forwarded_For="203.0.113.7")))


@pytest.mark.parametrize("claimed", ["127.0.0.1", "::1"])
@pytest.mark.parametrize("tunnel", [True, False])
def test_a_visitor_who_claims_to_be_this_machine_is_not(claimed: str, *, tunnel: bool) -> None:
    assert not is_direct(Request(seen_through(tunnel=tunnel, X_Forwarded_For=claimed)))


def test_a_phone_in_the_network_is_not_on_this_machine() -> None:
    assert not is_direct(Request(seen_through(tunnel=False, address="192.168.1.20")))


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8080", "localhost.evil.example", "192.168.1.2"]
)
def test_another_name_that_points_here_reads_nothing(host: str) -> None:
    """DNS rebinding: another site's name resolves to 127.0.0.1."""
    assert not is_direct(Request(seen_through(tunnel=False, Host=host)))


def test_a_request_that_did_not_pass_the_middleware_is_not_trusted() -> None:
    environ = EnvironBuilder().get_environ()
    environ["REMOTE_ADDR"] = "127.0.0.1"
    assert not is_direct(Request(environ))
