"""The projector page and the poster."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from attendance.classes.entering.rotating_code import code, window_at
from attendance.register import Register
from attendance.values import Session
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.frozen_clock import FrozenClock
from tests.attendance.site import HOPPER
from tests.client.conftest import Phone
from tests.client.projector.test_qr import says
from tests.client.signed_in import SignedIn, SignIn


@pytest.fixture
def session(register: Register) -> Session:
    course = register.courses.add("Physics 2", roster=None)
    return register.class_sessions.open_now(course.id, by="a teacher")


def now(teacher: SignedIn, session: Session) -> dict[str, Any]:
    """What the page's script is told."""
    told: dict[str, Any] = teacher.get(f"/wall/{session.id}/now").get_json()
    return told


def svg_of(picture: dict[str, str]) -> str:
    return base64.b64decode(picture["code"].partition(",")[2]).decode()


class TestTheWall:
    def test_it_shows_code_typed_code_course_time_and_count(
        self, teacher: SignedIn, register: Register, session: Session
    ) -> None:
        page = teacher.get(f"/wall/{session.id}").text
        for text in (
            "Physics 2",
            register.entrances.showing(session).typed_pretty,
            "data:image/svg+xml",
            "90 min left",
            "0 of 2 here",
        ):
            assert text in page

    def test_it_has_a_way_back_to_the_board(self, teacher: SignedIn, session: Session) -> None:
        board = f"/teach/sessions/{session.id}/board".replace("|", "%7C")
        assert f'<a class="back" href="{board}"' in teacher.get(f"/wall/{session.id}").text

    def test_the_code_is_the_present_one(
        self, teacher: SignedIn, register: Register, session: Session
    ) -> None:
        picture = now(teacher, session)
        assert says(svg_of(picture), f"http://localhost/s/{register.entrances.address(session)}")

    def test_it_asks_again_when_the_next_code_is_due(
        self, teacher: SignedIn, session: Session, clock: FrozenClock
    ) -> None:
        first = now(teacher, session)
        assert 0 < first["next_in_ms"] <= 15_250
        assert first["valid_for_ms"] > first["next_in_ms"]
        clock.advance(seconds=first["next_in_ms"] / 1000)
        assert now(teacher, session)["code"] != first["code"]

    def test_the_browser_never_holds_a_code_to_come(
        self, teacher: SignedIn, session: Session, clock: FrozenClock
    ) -> None:
        page = teacher.get(f"/wall/{session.id}").text + teacher.get(f"/wall/{session.id}/now").text
        present = window_at(clock.now(), 15)
        assert session.secret not in page
        for window in range(present + 1, present + 5):
            assert code(session.secret, window, 15) not in page

    def test_without_scripts_the_page_loads_itself_anew(self, teacher: SignedIn, session: Session) -> None:
        assert '<noscript><meta http-equiv="refresh"' in teacher.get(f"/wall/{session.id}").text

    def test_who_came_is_counted(
        self, teacher: SignedIn, phone: Phone, register: Register, session: Session
    ) -> None:
        phone.scan(f"/s/{register.entrances.address(session)}")
        phone.submit(photo_of(HOPPER))
        assert now(teacher, session)["count"] == 1

    def test_a_closed_session_shows_no_code(
        self, teacher: SignedIn, register: Register, session: Session
    ) -> None:
        register.closing.close(session.id, by="a teacher")
        picture = now(teacher, session)
        assert (picture["code"], picture["typed"], picture["phase"]) == ("", "", "closed")
        assert "Check-in is closed" in teacher.get(f"/wall/{session.id}").text

    def test_a_planned_session_says_when_it_opens(
        self, teacher: SignedIn, register: Register, session: Session
    ) -> None:
        planned = register.class_sessions.plan(
            session.course_id, day="2026-11-23", start="14:00", minutes=60, by="a teacher"
        )
        page = teacher.get(f"/wall/{planned.id}").text
        assert "Check-in opens at 14:00" in page
        assert "data:image/svg+xml;base64" not in page.partition("<main")[2].replace(" ", "")

    def test_only_who_is_signed_in_sees_it(self, client: FlaskClient, session: Session) -> None:
        for path in ("", "/now"):
            answer = client.get(f"/wall/{session.id}{path}", headers={"Accept": "text/html"})
            assert answer.status_code == 303
        answer = client.get(f"/wall/{session.id}/now", headers={"Accept": "application/json"})
        assert answer.status_code == 401

    def test_not_another_courses_teacher(
        self, teacher: SignedIn, sign_in: SignIn, register: Register, session: Session
    ) -> None:
        register.courses.change(session.course_id, teachers=(teacher.user.id,))
        assert teacher.get(f"/wall/{session.id}").status_code == 200
        assert sign_in().get(f"/wall/{session.id}").status_code == 403

    def test_an_unknown_session_is_404(self, teacher: SignedIn) -> None:
        assert teacher.get("/wall/nothing").status_code == 404
        assert teacher.get("/wall/nothing/now").status_code == 404


class TestThePoster:
    def test_it_is_off_by_default(self, teacher: SignedIn, session: Session) -> None:
        assert teacher.get(f"/wall/poster/{session.course_id}").status_code == 404

    def test_it_holds_over_the_term(
        self, teacher: SignedIn, phone: Phone, register: Register, session: Session, clock: FrozenClock
    ) -> None:
        register.courses.change(session.course_id, static_code=True)
        page = teacher.get(f"/wall/poster/{session.course_id}").text
        path = "/p/" + page.split("http://localhost/p/")[1].split("<", maxsplit=1)[0]
        assert "Physics 2" in phone.scan(path).text
        register.closing.close(session.id, by="a teacher")
        assert phone.scan(path).status_code == 409
        clock.advance(days=7)
        register.class_sessions.open_now(session.course_id, by="a teacher")
        assert phone.scan(path).status_code == 200
        register.courses.change(session.course_id, static_code=False)
        assert phone.scan(path).status_code == 410

    def test_a_made_up_one_is_unknown(self, phone: Phone) -> None:
        assert phone.scan("/p/made-up").status_code == 404

    def test_a_dead_address_is_warned_of(
        self, teacher: SignedIn, app: Flask, register: Register, session: Session
    ) -> None:
        register.courses.change(session.course_id, static_code=True)
        app.config["PUBLIC_URL"] = "https://old.example"
        first = teacher.get(f"/wall/poster/{session.course_id}").text
        assert "no longer work" not in first
        assert "If it belongs to a tunnel" in first
        app.config["PUBLIC_URL"] = "https://new.example"
        assert "https://old.example" in teacher.get("/teach/").text
        page = teacher.get(f"/wall/poster/{session.course_id}").text
        assert "no longer work" in page
        assert "https://old.example" in page


def test_generals_wall_rotates_as_every_other(
    client: FlaskClient, register: Register, clock: FrozenClock
) -> None:
    page = client.get("/wall").text
    today = register.sessions.today()
    assert register.entrances.showing(today).typed_pretty in page
    assert today.secret not in page
    first = client.get("/wall/now").get_json()
    clock.advance(seconds=first["next_in_ms"] / 1000)
    second = client.get("/wall/now").get_json()
    assert second["code"] != first["code"]
    assert says(svg_of(second), f"http://localhost/s/{register.entrances.address(today)}")


def test_general_has_its_wall_only_while_it_runs(client: FlaskClient, register: Register) -> None:
    assert client.get("/wall").status_code == 200
    register.courses.add("Physics 2", roster=None)
    answer = client.get("/wall")
    assert (answer.status_code, answer.location) == (303, "/teach/")
    assert client.get("/qr.svg").status_code == 404
    assert client.get("/wall/now").status_code == 404


def test_time_left_is_said_in_minutes(teacher: SignedIn, session: Session, clock: FrozenClock) -> None:
    clock.advance(minutes=30)
    left = timedelta(milliseconds=now(teacher, session)["left_ms"])
    assert left == timedelta(minutes=60)
