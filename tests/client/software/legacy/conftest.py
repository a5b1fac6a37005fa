"""Fixtures for tests that act as clients of other attendance systems."""

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
    """Software written for another system, with this server's address and a token.

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

    def files(self, path: str, *files: bytes, field: str = "image", **fields: str) -> TestResponse:
        """Send a form with files, in memory."""
        parts: MultiDict[str, object] = MultiDict(fields)
        for number, data in enumerate(files):
            parts.add(field, FileStorage(io.BytesIO(data), f"{number}.png"))
        boundary, body = encode_multipart(parts)
        return self.body(path, body, f"multipart/form-data; boundary={boundary}")


WithScopes = Callable[..., OldClient]


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """The usual settings, with a video file as the server's camera."""
    return replace(settings, camera=str(tmp_path / "camera.avi"))


@pytest.fixture
def open_to_all(register: Register) -> None:
    """Faces are found for everybody."""
    register.settings = replace(register.settings, anonymous_faces=True)


@pytest.fixture
def with_scopes(app: Flask, register: Register) -> WithScopes:
    """Create clients with a token of these scopes."""

    def made(*scopes: Scope) -> OldClient:
        name = f"client {len(register.api_tokens.all())}"
        new = register.api_tokens.make(name, [scope.value for scope in scopes], by="admin")
        return OldClient(app, {"Authorization": f"Bearer {new.text}"})

    return made


@pytest.fixture
def old_client(with_scopes: WithScopes) -> OldClient:
    """A client whose token has all scopes."""
    return with_scopes(*Scope)


@pytest.fixture
def nobody(app: Flask) -> OldClient:
    """A client with neither a login nor a token."""
    return OldClient(app, NOT_LOGGED_IN)


def page_of(browser: SignedIn, origin: str = HERE) -> OldClient:
    """A script on a page in a logged-in browser."""
    script = OldClient(browser.client.application, {"Origin": origin})
    script.client = browser.client
    return script


def data_url(picture: bytes) -> str:
    """A picture as a canvas's data URL."""
    return f"data:image/png;base64,{base64.b64encode(picture).decode()}"


def film(settings: Settings, *pictures: bytes, tenths: int = 20) -> None:
    """Write the camera's video from pictures, each shown for some tenths of a second."""
    frames = [np.asarray(Image.open(io.BytesIO(picture))) for picture in pictures]
    write_video(Path(settings.camera), [frame for frame in frames for _ in range(tenths)])


def is_alone(register: Register) -> bool:
    """Whether nobody was added."""
    return [student.roll_number for student in register.students.all()] == ["1", "2"]


def failed(answer: TestResponse, status: int, code: str, *words: str) -> bool:
    """Whether a response is this failure, in the format of the known names."""
    told = answer.get_json()
    return (
        (answer.status_code, told["success"], told["code"]) == (status, False, code)
        and set(told) == {"success", "message", "code"}
        and all(word in told["message"] for word in words)
    )
