"""The server behind Debian's nginx, which ends TLS, with the configuration that the documentation shows."""

from __future__ import annotations

import contextlib
import http.client
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from attendance.accounts.api_tokens import Scope
from attendance.register import Register
from attendance.settings.setting_values import networks
from attendance.settings.settings import Settings
from attendance.values import Role
from benchmarks.apparatus.processes.free_ports import free_port
from client import create_app
from client.serving.tls import self_signed_certificate
from client.web.visitors.this_computer import COOKIE, here_cookie
from tests.client.behind_nginx import ProxiedSite, cookies, nginx
from tests.client.conftest import Phone
from tests.client.served_app import serving
from tests.client.signed_in import PASSWORD
from tests.client.starting import ROOT

pytestmark = pytest.mark.server

BARE = "server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://127.0.0.1:{to}; }} }}"


def documented() -> str:
    """The configuration in the documentation."""
    text = (ROOT / "docs" / "going-public.md").read_text(encoding="utf-8")
    (found,) = re.findall(r"```nginx\n(.*?)```", text, re.DOTALL)
    return str(found)


@pytest.fixture
def behind(register: Register, settings: Settings) -> Flask:
    """The app of a site that trusts the proxy on its own machine."""
    trusting = settings.with_overrides(trusted_proxies="127.0.0.1")
    assert trusting.trusted_proxies == networks("127.0.0.1")
    register.settings = trusting
    return create_app(register=register)


@pytest.fixture
def proxied(behind: Flask, tmp_path: Path) -> Iterator[ProxiedSite]:
    """The site behind nginx."""
    certificate = self_signed_certificate(tmp_path / "tls", frozenset({"school.example"}))
    port = free_port()
    with serving(behind) as to:
        servers = (
            documented()
            .replace("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;")
            .replace("127.0.0.1:8080", f"127.0.0.1:{to}")
            .replace("/etc/ssl/school.example/fullchain.pem", str(certificate))
            .replace("/etc/ssl/school.example/privkey.pem", str(certificate))
        )
        assert servers.count(str(certificate)) == 2
        with nginx(tmp_path / "nginx", servers, port):
            yield ProxiedSite(port, certificate)


def test_a_teacher_logs_in(proxied: ProxiedSite, register: Register) -> None:
    register.accounts.add("teacher", "A teacher", Role.TEACHER, password=PASSWORD)
    _, headers, page = proxied.ask("/login")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    form = f"csrf_token={token[1]}&username=teacher&password={PASSWORD.replace(' ', '+')}"
    origin = {"Origin": "https://school.example", "Cookie": cookies(headers)}
    status, headers, _ = proxied.ask("/login", form, **origin)
    assert status == 303
    assert all("Secure" in each for each in headers["set-cookie"])
    assert headers["location"][0].startswith(("/", "https://school.example/"))
    assert proxied.ask("/teach/", Cookie=cookies(headers))[0] == 200


def test_a_token_works(proxied: ProxiedSite, register: Register) -> None:
    token = register.api_tokens.make("sync", [Scope.STUDENTS_READ], by="admin").text
    assert proxied.ask("/api/v1/about", Authorization=f"Bearer {token}")[0] == 200


def test_a_phone_checks_in_and_limits_count_clients(
    proxied: ProxiedSite, phone: Phone, behind: Flask
) -> None:
    """nginx names the visitor, whatever the visitor claims to have been forwarded for."""
    assert proxied.ask(phone.url)[0] == 200
    seen: list[str | None] = []
    inner = behind.wsgi_app

    def noting(environ: dict[str, object], start_response: object) -> object:
        answer = inner(environ, start_response)  # type: ignore[arg-type]
        seen.append(f"{environ['REMOTE_ADDR']} {environ['wsgi.url_scheme']}")
        return answer

    behind.wsgi_app = noting  # type: ignore[assignment, method-assign]
    proxied.ask("/c", X_Forwarded_For="203.0.113.7", X_Forwarded_Proto="http", Forwarded="for=203.0.113.7")
    assert seen == ["127.0.0.1 https"]


def test_no_visitor_is_on_this_computer(proxied: ProxiedSite, behind: Flask) -> None:
    cookie = f"{COOKIE}={here_cookie(behind)}"
    for host in ("school.example", "localhost", "127.0.0.1"):
        assert proxied.ask("/wall", Host=host, Cookie=cookie)[0] == 403


def test_nor_behind_a_bare_forward_without_any_setting(
    app: Flask, register: Register, tmp_path: Path
) -> None:
    """Two lines that everybody finds on the internet: no header says that there is a proxy."""
    port, link = free_port(), register.first_admin.new_link()
    with serving(app) as to, nginx(tmp_path / "nginx", BARE.format(port=port, to=to), port):
        for path in ("/wall", "/qr.svg", f"/setup/{link}", "/login"):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            with contextlib.closing(connection):
                connection.request("GET", path)
                assert connection.getresponse().status == 403, path
