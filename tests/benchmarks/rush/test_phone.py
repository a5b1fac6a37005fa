"""A phone of the rush does what the page does: it waits as it is asked to, and sends the same bytes again."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from benchmarks.rush.phone import BACK_OFF, Errand, RushPhone, Visit
from benchmarks.rush.phone_form import PhoneKey, PhonePicture
from tests.benchmarks.rush.scripted_server import ScriptedServer, response, scripted
from tests.client.serving.loops import in_a_loop

pytestmark = pytest.mark.server

PAGE = response(
    "200 OK",
    b'<main data-grant-id="g1"><form class="page" id="checkin" method="post" '
    b'action="/capture?grant=a&amp;b">',
    "Set-Cookie: attendance_grant_3=c; HttpOnly",
)


def verdict(status: str, code: str, *headers: str) -> bytes:
    return response(status, json.dumps({"code": code}).encode(), *headers)


def check_in(answers: Sequence[bytes], *, gone: bool = False) -> tuple[Visit, ScriptedServer, list[float]]:
    """What became of a check-in with these answers, what was asked, and how long the phone waited.

    Args:
        answers: the server's.
        gone: whether the first server that the phone knows is none any more.
    """
    waited: list[float] = []

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    async def run() -> tuple[Visit, ScriptedServer]:
        async with scripted([]) as other:
            pass  # a port on which nobody listens
        async with scripted(answers) as server:
            doors = [other.door, server.door] if gone else [server.door]
            errand = Errand("session", "student", lambda: "code", PhonePicture(b"photo"), PhoneKey())
            return await RushPhone(doors, errand, wait).check_in(), server

    visit, server = in_a_loop(run())
    return visit, server, waited


def test_a_check_in_is_two_requests_with_the_cookie_of_the_page() -> None:
    visit, server, waited = check_in([PAGE, verdict("200 OK", "present")])
    assert (visit.code, visit.is_marked, visit.turned_away, visit.retried, visit.lost) == (
        "present",
        True,
        0,
        0,
        0,
    )
    assert server.asked[0].startswith("GET /s/code ")
    assert server.asked[1].startswith("POST /capture?grant=a&b ")
    assert "Cookie: attendance_grant_3=c\r\n" in server.asked[1]
    assert b"photo" in server.bodies[1]
    assert waited == []
    assert 0 < visit.page <= visit.seconds


def test_a_photo_goes_again_as_long_after_as_the_server_asks() -> None:
    busy = [
        verdict("503 Busy", "too_busy", "Retry-After: 3"),
        verdict("429 Wait", "paused", "Retry-After: 30"),
    ]
    visit, server, waited = check_in([PAGE, *busy, verdict("200 OK", "already_present")])
    assert (visit.code, visit.retried, visit.turned_away) == ("already_present", 2, 0)
    assert waited == [3.0, 30.0]
    assert server.bodies[1] == server.bodies[2] == server.bodies[3]


def test_a_shorter_wait_than_the_page_makes_is_the_pages() -> None:
    _visit, _server, waited = check_in([PAGE, verdict("503 Busy", "too_busy"), verdict("200 OK", "present")])
    assert waited == [pytest.approx(BACK_OFF[0], rel=0.2)]


def test_a_lost_answer_is_asked_for_again_with_the_same_bytes() -> None:
    visit, server, _waited = check_in([PAGE, b"", verdict("200 OK", "present")])
    assert (visit.code, visit.lost, visit.retried) == ("present", 1, 0)
    assert server.bodies[1] == server.bodies[2]


def test_where_a_server_is_gone_the_next_one_is_asked() -> None:
    visit, _server, _waited = check_in([PAGE, verdict("200 OK", "present")], gone=True)
    assert (visit.code, visit.lost) == ("present", 1)


def test_a_page_that_a_person_has_to_ask_for_again_is_counted() -> None:
    busy = response("503 Busy", b"<p>Try again.", "Retry-After: 3")
    visit, _server, waited = check_in([busy, PAGE, verdict("200 OK", "present")])
    assert (visit.turned_away, visit.waited_pages, waited) == (1, 0, [3.0])


def test_a_page_that_asks_for_itself_again_turns_nobody_away() -> None:
    waiting = response("503 Busy", b'<meta http-equiv="Refresh" content="2">', "Retry-After: 2")
    visit, _server, waited = check_in([waiting, PAGE, verdict("200 OK", "present")])
    assert (visit.turned_away, visit.waited_pages, waited) == (0, 1, [2.0])


def test_a_refused_page_ends_the_visit() -> None:
    visit, server, _waited = check_in([response("404 Not Found")])
    assert (visit.code, visit.turned_away, visit.is_marked) == ("404 for the page", 1, False)
    assert len(server.asked) == 1


def test_a_verdict_that_marks_nobody_is_none() -> None:
    visit, _server, _waited = check_in([PAGE, verdict("422 No", "not_found")])
    assert (visit.code, visit.is_marked, visit.is_unanswered) == ("not_found", False, False)
