"""The security headers of all kinds of responses."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

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
