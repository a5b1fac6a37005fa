"""The code on the wall: what it says, and who may see it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import segno
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask
from flask.testing import FlaskClient
from numpy.typing import NDArray

from attendance.register import Register
from client.projector.qr import code_svg
from tests.attendance.frozen_clock import FrozenClock

STEP = re.compile(r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?")


def modules_in(svg: str) -> NDArray[np.uint8]:
    """The code as its strokes draw it, one pixel a module, 0 where it is dark."""
    size = int(svg.split('viewBox="0 0 ')[1].split(maxsplit=1)[0])
    strokes = svg.split('stroke="#000" d="')[1].split('"', maxsplit=1)[0]
    picture = np.full((size, size), 255, np.uint8)
    x, y = 0.0, 0.0
    for command, first, second in STEP.findall(strokes):
        if command == "h":
            picture[int(y), int(x) : int(x + float(first))] = 0
            x += float(first)
        elif command == "m":
            x, y = x + float(first), y + float(second)
        else:
            x, y = float(first), float(second)
    return picture


def says(svg: str, text: str) -> bool:
    """Whether the code says this, with four modules of white around it."""
    expected = np.array(list(segno.make(text, error="m", micro=False).matrix), np.uint8)
    dark = (modules_in(svg) == 0).astype(np.uint8)
    return dark[4:-4, 4:-4].tolist() == expected.tolist() and not dark[:4].any() and not dark[:, :4].any()


def present(register: Register) -> str:
    """What comes after /s/ in General's code now."""
    return register.entrances.address(register.sessions.today())


def test_a_camera_can_read_such_a_code() -> None:
    text = "https://school.example/s/AAAAAAAAAAAAAAAAAAAAAAAA"
    large = cv2.resize(modules_in(code_svg(text).decode()), None, fx=8, fy=8, interpolation=cv2.INTER_NEAREST)
    assert cv2.QRCodeDetector().detectAndDecode(large)[0] == text


def test_the_code_leads_a_phone_to_the_check_in(client: FlaskClient, register: Register) -> None:
    answer = client.get("/qr.svg")
    assert answer.status_code == 200
    assert answer.mimetype == "image/svg+xml"
    assert says(answer.text, f"http://localhost/s/{present(register)}")


def test_it_carries_the_address_that_phones_can_reach(app: Flask, register: Register) -> None:
    app.config["PUBLIC_URL"] = "http://192.168.1.20:8080/"
    assert says(app.test_client().get("/qr.svg").text, f"http://192.168.1.20:8080/s/{present(register)}")


def test_it_follows_the_tunnel(app: Flask, register: Register) -> None:
    addresses = ["https://school.example", None]
    app.config["PUBLIC_URL"] = lambda: addresses[0]
    client = app.test_client()
    assert says(client.get("/qr.svg").text, f"https://school.example/s/{present(register)}")
    addresses.pop(0)  # the tunnel is gone, and nobody knows a better one
    assert says(client.get("/qr.svg").text, f"http://localhost/s/{present(register)}")


def test_a_new_code_comes_after_seconds_and_a_new_day(client: FlaskClient, clock: FrozenClock) -> None:
    codes = {client.get("/qr.svg").text}
    for step in ({"seconds": 16}, {"days": 1}):
        clock.advance(**step)
        codes.add(client.get("/qr.svg").text)
    assert len(codes) == 3


@pytest.mark.parametrize("path", ["/qr.svg", "/wall", "/wall/now"])
class TestNobodyElseSeesIt:
    """Whoever sees the code can check in from home."""

    def test_not_a_phone_in_the_network(self, client: FlaskClient, path: str) -> None:
        answer = client.get(path, environ_base={"REMOTE_ADDR": "192.168.1.30"})
        assert answer.status_code == 403
        assert re.search("on (that|the) computer", answer.text, re.IGNORECASE)

    def test_not_a_visitor_of_the_tunnel(self, app: Flask, path: str) -> None:
        app.extensions["tunnel"] = lambda: True
        for forwarded in ("203.0.113.7", "127.0.0.1", "203.0.113.7, 127.0.0.1"):
            answer = app.test_client().get(path, headers={"X-Forwarded-For": forwarded})
            assert answer.status_code == 403

    def test_not_through_another_proxy_on_this_machine(self, client: FlaskClient, path: str) -> None:
        assert client.get(path, headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 403

    def test_not_under_a_strange_name(self, client: FlaskClient, path: str) -> None:
        assert client.get(path, base_url="http://evil.example:8080").status_code == 403


def test_the_wall_shows_course_code_and_address(app: Flask, register: Register) -> None:
    app.config["PUBLIC_URL"] = "http://192.168.1.20:8080"
    page = app.test_client().get("/wall").text
    for text in (
        "General",
        register.entrances.showing(register.sessions.today()).typed_pretty,
        "192.168.1.20:8080/c",
    ):
        assert text in page


def test_the_wall_warns_that_plain_http_has_no_camera(app: Flask) -> None:
    app.config["PUBLIC_URL"] = "http://192.168.1.20:8080"
    assert "Without https" in app.test_client().get("/wall").text
    app.config["PUBLIC_URL"] = "https://school.example"
    assert "Without https" not in app.test_client().get("/wall").text


def test_the_wall_says_that_phones_are_refused_where_plain_http_is_forbidden(
    app: Flask, register: Register
) -> None:
    app.config["PUBLIC_URL"] = "http://192.168.1.20:8080"
    register.settings = replace(register.settings, plain_http="forbidden")
    page = app.test_client().get("/wall").text
    assert "phones that scan this code are refused" in page
    assert "Without https" not in page


def test_the_wall_has_the_browsers_language(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue = Catalog(locale="de")
    catalogue.add("Check in", "Anwesenheit")
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, catalogue)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(tmp_path)
    german, english = (
        app.test_client().get("/wall", headers={"Accept-Language": language}).text
        for language in ("de", "en")
    )
    assert '<html lang="de">' in german
    assert '<html lang="en">' in english
