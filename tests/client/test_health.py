"""What monitors and the launcher read."""

from __future__ import annotations

import tomllib
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

import client as client_package
from attendance.register import Register
from attendance.values import EnginePin
from tests.client.conftest import FakeEngines

PYPROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"


def test_it_says_what_is_in_use(client: FlaskClient, register: Register) -> None:
    register.store.pin_engine(EnginePin("dlib-1", "mtcnn", "no weights of FaceNet", register.clock.now()))
    reply = client.get("/healthz")
    assert reply.status_code == 200
    assert reply.get_json() == {
        "status": "ok",
        "ready": True,
        "engine": "dlib-1",
        "detector": "mtcnn",
        "store": "sqlite",
        "students": 2,
        "version": client_package.__version__,
    }


def test_it_says_when_the_models_are_still_being_loaded(client: FlaskClient, engines: FakeEngines) -> None:
    engines.ready = False
    reply = client.get("/healthz")
    assert (reply.status_code, reply.get_json()["ready"]) == (200, False)


def test_before_the_first_start_there_is_no_engine(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json()["engine"] is None


def test_a_store_that_is_away_is_503(away: Flask) -> None:
    reply = away.test_client().get("/healthz")
    assert (reply.status_code, reply.get_json()["status"]) == (503, "store_away")
    assert int(reply.headers["Retry-After"]) >= 1


def test_the_version_is_the_projects() -> None:
    project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]
    assert client_package.__version__ == project["version"]
