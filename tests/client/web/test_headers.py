"""The security headers of all kinds of responses."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from client.web.security import SELF_SIGNED
from tests.client.conftest import Phone

EVERYWHERE = ["/", "/s/unknown", "/healthz", "/qr.svg", "/wall", "/nowhere", "/capture", "/static/tokens.css"]


@pytest.mark.parametrize("path", EVERYWHERE)
def test_every_answer_is_guarded(client: FlaskClient, path: str) -> None:
    headers = client.get(path, buffered=True).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "camera=(self)" in headers["Permissions-Policy"]
    policy = headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", [path for path in EVERYWHERE if not path.startswith("/static/")])
def test_no_page_is_kept_by_a_shared_phone(client: FlaskClient, path: str) -> None:
    assert client.get(path).headers["Cache-Control"] == "no-store"


def test_verdicts_are_not_kept_either(phone: Phone) -> None:
    phone.scan()
    assert phone.submit(phone.face("Eileen Collins")).headers["Cache-Control"] == "no-store"
    assert phone.submit(b"no photo").headers["Cache-Control"] == "no-store"


def test_scripts_and_styles_run_by_this_answers_nonce_only(phone: Phone) -> None:
    first, second = phone.scan(), phone.scan()
    policy = first.headers["Content-Security-Policy"]
    nonce = re.search(r"script-src 'self' 'nonce-([^']+)'", policy)
    assert nonce
    inline = re.findall(r"<(?:script|style)\b([^>]*)>", first.text)
    assert len(inline) == 2
    assert all(f'nonce="{nonce.group(1)}"' in attributes for attributes in inline)
    assert nonce.group(1) not in second.headers["Content-Security-Policy"]


def test_the_shared_stylesheet_is_served_as_it_is_written(client: FlaskClient) -> None:
    answer = client.get("/static/tokens.css")
    assert answer.status_code == 200
    assert answer.mimetype == "text/css"
    assert "--accent" in answer.text
    answer.close()


@pytest.mark.parametrize("path", EVERYWHERE)
def test_browsers_come_back_over_https_where_they_came_over_https(client: FlaskClient, path: str) -> None:
    answer = client.get(path, base_url="https://attendance.example", buffered=True)
    assert answer.headers["Strict-Transport-Security"] == "max-age=2592000"


def test_over_plain_http_nobody_is_bound_to_https(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/").headers


def test_a_self_signed_certificate_binds_nobody_to_https(app: Flask, client: FlaskClient) -> None:
    app.config[SELF_SIGNED] = True
    answer = client.get("/", base_url="https://192.168.1.20")
    assert "Strict-Transport-Security" not in answer.headers


def test_behind_the_tunnel_https_is_believed_only_from_the_tunnel(app: Flask, client: FlaskClient) -> None:
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.5"}
    assert "Strict-Transport-Security" not in client.get("/", headers=forwarded).headers
    app.extensions["tunnel"] = lambda: True
    assert "Strict-Transport-Security" in client.get("/", headers=forwarded).headers
