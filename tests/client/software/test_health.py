"""What monitors and the launcher read."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from attendance import __version__
from attendance.people.new_student import NewStudent
from attendance.settings.settings import Settings
from attendance.values import MarkStatus
from client import create_app
from tests.attendance.fake_engines import open_fake_register


def test_it_says_what_is_in_use(client: FlaskClient) -> None:
    reply = client.get("/healthz")
    assert reply.status_code == 200
    assert reply.get_json() == {
        "status": "ok",
        "ready": True,
        "engine": "fake-1",
        "detector": "fake",
        "store": "sqlite",
        "students": 2,
        "failing": [],
        "version": __version__,
    }


def test_before_the_first_photo_nothing_is_loaded_or_chosen(settings: Settings) -> None:
    with open_fake_register(settings) as fresh:
        answer = create_app(register=fresh).test_client().get("/healthz").get_json()
    assert (answer["ready"], answer["engine"], answer["students"]) == (False, None, 0)


def test_a_store_that_is_away_is_503(away: Flask) -> None:
    reply = away.test_client().get("/healthz")
    assert (reply.status_code, reply.get_json()["status"]) == (503, "store_away")
    assert int(reply.headers["Retry-After"]) >= 1


def test_a_daily_list_that_cannot_be_written_is_named(settings: Settings) -> None:
    settings.data.mkdir(parents=True, exist_ok=True)
    (settings.data / "Attendance").write_text("no folder")
    with open_fake_register(settings) as register:
        register.students.add(NewStudent("1"))
        register.marking.mark("1", MarkStatus.PRESENT, by="t1")
        answer = create_app(register=register).test_client().get("/healthz").get_json()
    assert (answer["status"], answer["failing"]) == ("ok", ["daily_csv"])
