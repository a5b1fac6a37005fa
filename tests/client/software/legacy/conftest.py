"""Fixtures that let a test read as what a client of another attendance system does."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask import Flask
from PIL import Image
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from attendance.accounts.api_tokens import Scope
from attendance.register import Register
from attendance.settings.settings import Settings
from tests.client.signed_in import SignedIn
from tests.videos import write_video

HERE = "http://localhost"
ELSEWHERE = "https://other.example"
NOT_LOGGED_IN: dict[str, str] = {}


class OldClient:
    """Software that was written for another system, with an address and a token of ours.

    Args:
        app: what it talks to.
        headers: what it sends with each request.
    """

    def __init__(self, app: Flask, headers: dict[str, str]) -> None:
        self.client = app.test_client()
        self.headers = headers

    def get(self, path: str) -> TestResponse:
        """Read."""
        return self.client.get(path, headers=self.headers)

    def json(self, path: str, **fields: Any) -> TestResponse:
        """Send JSON."""
        return self.client.post(path, json=fields, headers=self.headers)

    def form(self, path: str, **fields: Any) -> TestResponse:
        """Send a form."""
        return self.client.post(path, data=fields, headers=self.headers)

    def body(self, path: str, data: bytes, content_type: str | None) -> TestResponse:
        """Send anything."""
        return self.client.post(path, data=data, content_type=content_type, headers=self.headers)

    def files(self, path: str, *files: bytes, **fields: str) -> TestResponse:
        """Send a form with files, in memory."""
        parts: MultiDict[str, object] = MultiDict(fields)
        for number, data in enumerate(files):
            parts.add("image", FileStorage(io.BytesIO(data), f"{number}.png"))
        boundary, body = encode_multipart(parts)
        return self.body(path, body, f"multipart/form-data; boundary={boundary}")


WithScopes = Callable[..., OldClient]


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """As elsewhere, but the server's camera is a file that a test may film."""
    return replace(settings, camera=str(tmp_path / "camera.avi"))


@pytest.fixture
def with_scopes(app: Flask, register: Register) -> WithScopes:
    """Makes clients whose token has these scopes."""

    def made(*scopes: Scope) -> OldClient:
        name = f"client {len(register.api_tokens.all())}"
        new = register.api_tokens.make(name, [scope.value for scope in scopes], by="admin")
        return OldClient(app, {"Authorization": f"Bearer {new.text}"})

    return made


@pytest.fixture
def old_client(with_scopes: WithScopes) -> OldClient:
    """May do everything."""
    return with_scopes(*Scope)


@pytest.fixture
def nobody(app: Flask) -> OldClient:
    """Has neither a login nor a token."""
    return OldClient(app, NOT_LOGGED_IN)


def page_of(browser: SignedIn, origin: str = HERE) -> OldClient:
    """The script of a page, in a browser that is logged in."""
    script = OldClient(browser.client.application, {"Origin": origin})
    script.client = browser.client
    return script


def data_url(picture: bytes) -> str:
    """As a canvas gives it."""
    return f"data:image/png;base64,{base64.b64encode(picture).decode()}"


def film(settings: Settings, *pictures: bytes, tenths: int = 20) -> None:
    """Let the server's camera see these pictures, each for so many tenths of a second."""
    frames = [np.asarray(Image.open(io.BytesIO(picture))) for picture in pictures]
    write_video(Path(settings.camera), [frame for frame in frames for _ in range(tenths)])


def is_alone(register: Register) -> bool:
    """Whether nobody was added."""
    return [student.roll_number for student in register.students.all()] == ["1", "2"]


def failed(answer: TestResponse, status: int, code: str, *words: str) -> bool:
    """Whether an answer is this failure, in the form that such clients read."""
    told = answer.get_json()
    return (
        (answer.status_code, told["success"], told["code"]) == (status, False, code)
        and set(told) == {"success", "message", "code"}
        and all(word in told["message"] for word in words)
    )
