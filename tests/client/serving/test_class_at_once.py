"""A class of 500 at one address checks in at once, while a laptop at the same address attacks the door."""

from __future__ import annotations

import contextlib
import http.client
import io
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from limits import parse
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from attendance.register import Register
from attendance.values import LivenessMode
from benchmarks.attacks.held_connections import HeldAttack, HeldConnections
from tests.client.conftest import JSON, Phone
from tests.client.served_app import serving

HEADS = HeldAttack("heads", 280, 300_000, 0)
BODIES = HeldAttack("bodies", 13, 10_000_000, 9_999_999)
STRANGERS, STUDENTS = 5, 495
AT_ONCE = 100  # threads of this test; the server can't tell

pytestmark = [pytest.mark.server, pytest.mark.slow]


def check_in(port: int, url: str, device: str, photos: list[bytes]) -> list[str]:
    """The codes of one phone's photos, each under a fresh grant."""
    codes: list[str] = []
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    with contextlib.closing(connection):
        for photo in photos:
            connection.request("GET", url)
            page = connection.getresponse().read().decode()
            action = re.search(r'action="(/capture[^"]*)"', page)
            if action is None:
                return [*codes, "no page"]
            image = FileStorage(io.BytesIO(photo), "photo.jpg")
            boundary, body = encode_multipart(MultiDict([("device", device), ("image", image)]))
            kind = f"multipart/form-data; boundary={boundary}"
            connection.request("POST", action[1], body, {"Content-Type": kind, "Accept": JSON})
            codes.append(re.search(r'"code":\s*"(\w+)"', connection.getresponse().read().decode())[1])  # type: ignore[index]
    return codes


def test_500_phones_at_once_get_in_while_the_door_is_attacked(
    app: Flask, phone: Phone, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    # They show two students, who get a mark each; 495 students would get one each, which allow one more.
    limit = parse(f"{2 * STUDENTS} per minute")
    monkeypatch.setattr("client.web.limits.failures.UNMARKED_PER_ADDRESS", limit)
    register.courses.change(register.sessions.today().course_id, liveness=LivenessMode.OFF)
    faces = [phone.face(name) for name in ("Eileen Collins", "Grace Hopper")]
    unknown = [phone.face("a stranger", take) for take in range(6)]
    with serving(app) as port, HeldConnections(port, HEADS), HeldConnections(port, BODIES):
        with ThreadPoolExecutor(AT_ONCE) as phones:
            strangers = [
                phones.submit(check_in, port, phone.url, f"stranger {number}", unknown)
                for number in range(STRANGERS)
            ]
            students = [
                phones.submit(check_in, port, phone.url, f"phone {number}", [faces[number % 2]])
                for number in range(STUDENTS)
            ]
        codes = Counter(code for student in students for code in student.result())
    assert codes.total() == STUDENTS
    assert set(codes) == {"present", "already_present"}
    for stranger in strangers:
        assert stranger.result() == [*["not_found"] * 5, "paused"]
