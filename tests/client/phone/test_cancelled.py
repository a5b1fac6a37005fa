"""What a phone reads about a class that was cancelled: that it is, whichever way it comes."""

from __future__ import annotations

import pytest
from flask import Flask

from attendance.register import Register
from attendance.values import Session
from client.web.grants import Signatures
from tests.attendance.frozen_clock import FrozenClock
from tests.client.conftest import SECRET, Phone

CANCELLED = "This class was cancelled"


@pytest.fixture
def session(register: Register) -> Session:
    """Of a course that also has a poster."""
    course = register.courses.add("Physics 2", roster=None, static_code=True)
    return register.class_sessions.open_now(course.id, by="a teacher")


@pytest.fixture
def visitor(app: Flask, register: Register, session: Session) -> Phone:
    """A phone that has the page open, when the class is cancelled."""
    phone = Phone(app, Signatures(SECRET), lambda: f"/s/{register.entrances.address(session)}")
    assert phone.scan().status_code == 200
    register.cancelling.cancel(session.id, by="a teacher")
    return phone


def test_every_code_says_so(visitor: Phone, register: Register, session: Session) -> None:
    typed = register.entrances.showing(session).typed
    addresses = (
        visitor.url,
        f"/s/{session.token}",
        f"/p/{Signatures(SECRET).poster(session.course_id)}",
        f"/c?code={typed}",
        f"/c?code={typed}&way=number",
        f"/g/{visitor.grant}",
    )
    for address in addresses:
        page = visitor.client.get(address)
        assert page.status_code == 409, address
        assert CANCELLED in page.text, address
        assert "You don&#39;t need to check in." in page.text, address
    register.cancelling.restore(session.id, by="a teacher")
    assert visitor.scan().status_code == 200


def test_a_page_that_is_open_already_says_so(visitor: Phone, register: Register, session: Session) -> None:
    answer = visitor.submit(visitor.face("Eileen Collins"))
    assert (answer.status_code, answer.get_json()["code"]) == (409, "session_cancelled")
    page = visitor.submit(visitor.face("Eileen Collins"), as_json=False)
    assert CANCELLED in page.text
    assert "/g/" not in page.text, "there is nothing to try again"
    claim = visitor.post("/claim", [("grant", visitor.grant), ("number", "1")], as_json=False)
    assert (claim.status_code, CANCELLED in claim.text) == (409, True)
    assert register.store.marks(session.id) == []
    assert register.store.reviews() == []


def test_who_was_in_before_reads_the_same_answer_again(
    app: Flask, register: Register, session: Session
) -> None:
    phone = Phone(app, Signatures(SECRET), lambda: f"/s/{register.entrances.address(session)}")
    phone.scan()
    photo = phone.face("Eileen Collins")
    before = phone.submit(photo).get_json()
    register.cancelling.cancel(session.id, by="a teacher")
    assert phone.submit(photo).get_json() == before
    (mark,) = register.store.marks(session.id)
    register.cancelling.restore(session.id, by="a teacher")
    board = register.boards.of(session.id)
    assert board.rows[0].mark is not None
    assert register.boards.marks(board, [mark.student_id]) == {mark.student_id: mark}


def test_after_its_end_the_poster_and_the_typed_code_are_as_on_any_other_day(
    visitor: Phone, register: Register, session: Session, clock: FrozenClock
) -> None:
    typed = register.entrances.showing(session).typed
    clock.moment = session.closes_at
    poster = visitor.client.get(f"/p/{Signatures(SECRET).poster(session.course_id)}")
    assert (poster.status_code, "Check-in is not open" in poster.text) == (409, True)
    assert visitor.client.get(f"/c?code={typed}").status_code == 404
    assert CANCELLED in visitor.scan().text
