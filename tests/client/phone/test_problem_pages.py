"""Pages that refuse something say of which class, and lead on."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from attendance.classes.entering.typed_code import CODE_INTERVALS
from attendance.errors import StoreUnavailableError
from attendance.marks.verdict import VerdictCode
from attendance.register import Register
from attendance.values import ScheduleRule, Session
from client.error_pages import problem_page
from client.problems.refusals import RefusedError, RequestProblem
from client.problems.sentences import words_for
from client.problems.table import problem_of
from client.problems.ways_on import LONGEST_COUNTDOWN, opens_again
from client.web.grants import Signatures
from tests.attendance.frozen_clock import FrozenClock
from tests.client.conftest import PAGE, SECRET, Parts, Phone


@pytest.fixture
def session(register: Register) -> Session:
    """Of a course whose code rotates."""
    return register.class_sessions.open_now(register.courses.add("Physics 2", roster=None).id, by="a teacher")


@pytest.fixture
def visitor(app: Flask, register: Register, session: Session) -> Phone:
    """A phone that sees the code on the wall."""
    return Phone(app, Signatures(SECRET), lambda: f"/s/{register.entrances.address(session)}")


def links(page: str) -> dict[str, str]:
    """What is offered, with its address."""
    shown = page.split("<template", maxsplit=1)[0]
    link = r'<a class="[^"]*"(?: data-elsewhere)? data-slot="(\w+)" href="([^"]*)"(?! hidden)'
    found = re.findall(link, shown)
    return {slot: address.replace("&amp;", "&") for slot, address in found if address}


def test_who_comes_too_early_reads_which_class_opens_when(register: Register, phone: Phone) -> None:
    course = register.courses.add("Chemistry")
    session = register.class_sessions.plan(course.id, day="2026-11-23", start="10:15", minutes=60, by="t1")
    page = phone.scan(f"/s/{register.entrances.address(session)}")
    assert page.status_code == 409
    assert "Chemistry" in page.text
    assert "Check-in opens at 10:15." in page.text
    assert links(page.text) == {"code": "/c"}


def test_a_poster_names_the_next_meeting(register: Register, phone: Phone) -> None:
    rule = ScheduleRule(weekday=3, start="11:00", minutes=45)
    course = register.courses.add("Biology", static_code=True, schedule=(rule,))
    page = phone.scan(f"/p/{phone.signatures.poster(course.id)}")
    assert page.status_code == 409
    assert "Biology" in page.text
    assert "Check-in opens on Thursday 26 November at 11:00." in page.text


REFRESH = '<meta http-equiv="refresh" content="5">'


@pytest.mark.parametrize("path", ["/s/a-code", "/teach/reports/"])
@pytest.mark.parametrize(("method", "opens"), [("GET", True), ("POST", False)])
def test_a_page_that_is_refused_for_a_moment_opens_again_on_its_own(
    app: Flask, path: str, method: str, *, opens: bool
) -> None:
    """But not what was sent with a form, which would not be sent again."""
    with app.test_request_context(path, method=method):
        page = problem_page(problem_of(StoreUnavailableError("The database is away."))).get_data(as_text=True)
    assert (REFRESH in page) is opens
    assert ("opens again in <b>5</b> s" in page) is opens


@pytest.mark.parametrize("problem", [RequestProblem.SESSION_UNKNOWN, RequestProblem.NOT_READY])
def test_a_page_that_stays_refused_does_not(app: Flask, problem: RequestProblem) -> None:
    with app.test_request_context("/s/a-code"):
        page = problem_page(problem_of(RefusedError(problem, retry_after=5))).get_data(as_text=True)
    assert 'http-equiv="refresh"' not in page


def test_a_page_never_waits_for_longer_than_its_code_is_valid() -> None:
    assert opens_again(RequestProblem.TOO_BUSY, "GET", 60) == LONGEST_COUNTDOWN < CODE_INTERVALS[0]


@pytest.mark.parametrize("minutes", [2, 6 * 60])
def test_a_code_that_is_over_names_its_class_and_the_code_to_type(
    visitor: Phone, clock: FrozenClock, minutes: int
) -> None:
    old = visitor.url
    clock.advance(minutes=minutes)
    page = visitor.scan(old)
    assert page.status_code == 410
    assert "Physics 2" in page.text
    assert links(page.text) == {"code": "/c"}


def test_what_passes_may_be_opened_again(away: Flask) -> None:
    page = away.test_client().get("/c?code=ABC+234", headers={"Accept": PAGE}).text
    assert links(page) == {"again": "/c?code=ABC+234"}


def test_a_form_that_is_refused_leads_back_to_its_page_while_it_may(
    visitor: Phone, clock: FrozenClock
) -> None:
    visitor.scan()
    parts: Parts = [("unknown", "x")]
    refused = visitor.post(f"/capture?grant={visitor.grant}", parts, as_json=False)
    page = f"/g/{visitor.grant}"
    assert refused.status_code == 400
    assert links(refused.text) == {"again": page, "number": f"{page}#number-way"}
    clock.advance(minutes=5)
    refused = visitor.post(f"/capture?grant={visitor.grant}", parts, as_json=False)
    assert links(refused.text) == {"code": "/c"}


def test_a_verdict_leads_someone_else_to_the_code(
    visitor: Phone, register: Register, session: Session
) -> None:
    visitor.scan()
    page = visitor.submit(visitor.face("Eileen Collins"), as_json=False).text
    assert links(page) == {"elsewhere": "/c"}
    register.courses.change(session.course_id, static_code=True)
    visitor.scan()
    page = visitor.submit(visitor.face("Grace Hopper"), as_json=False).text
    assert links(page) == {"elsewhere": f"/s/{session.token}"}


def test_no_sentence_for_students_has_words_of_the_machine(visitor: Phone) -> None:
    written = re.search(r'data-say="([^"]*)"', visitor.scan().text)
    assert written
    said = [written[1], *(words_for(code).sentence for code in (*VerdictCode, *RequestProblem))]
    assert not re.search(r"https?|server|browser tab|localhost", " ".join(said))


def test_the_photos_fate_is_said_before_it_is_taken(visitor: Phone) -> None:
    page = visitor.scan().text
    assert "stored only if your teacher has to decide: until then, for at most 14 days." in page
    assert page.index('id="private"') < page.index("<template")


def test_an_old_page_knows_its_age(visitor: Phone, clock: FrozenClock, session: Session) -> None:
    page = visitor.scan().text
    left = int((session.closes_at - clock.now()).total_seconds())
    for written in ('data-take-for="300"', 'data-send-for="600"', f'data-open-for="{left}"', 'data-renew=""'):
        assert written in page
    clock.advance(minutes=2)
    again = visitor.scan(f"/g/{visitor.grant}").text
    assert 'data-take-for="180"' in again


@pytest.mark.parametrize("code", [*VerdictCode, *RequestProblem])
def test_no_sentence_names_a_crowd(code: VerdictCode | RequestProblem) -> None:
    assert "many people" not in words_for(code).sentence.lower()
    assert "many phones" not in words_for(code).sentence.lower()
