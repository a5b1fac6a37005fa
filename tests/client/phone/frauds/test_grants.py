"""Frauds with codes, links and pages of others: what they are worth elsewhere, later, and for another."""

from __future__ import annotations

from werkzeug.test import TestResponse

from attendance.register import Register
from client.web.grants import Signatures
from face_detection.liveness.values import Turn
from tests.attendance.fake_bursts import sent_burst
from tests.attendance.frozen_clock import FrozenClock
from tests.attendance.site import COLLINS
from tests.client.conftest import SECRET, Phone
from tests.client.phone.frauds.conftest import Watched

ANOTHER_BROWSER = "Perhaps from another browser"


def test_a_code_that_was_passed_on_after_it_left_the_wall(
    phone: Phone, watched: Watched, clock: FrozenClock
) -> None:
    code = phone.url
    clock.advance(minutes=2)
    watched.has_refused(phone.scan(code), "This code is over")
    assert not phone.grant


def test_a_page_that_was_opened_for_somebody_who_comes_later(
    phone: Phone, watched: Watched, clock: FrozenClock
) -> None:
    phone.scan()
    clock.advance(minutes=4, seconds=55)
    reply = phone.submit(phone.face("Eileen Collins", take=1))
    watched.has_flagged(reply, "The photo of Eileen Collins came 4 minutes after its code had left the wall.")


def test_a_page_that_was_kept_until_the_next_day(phone: Phone, watched: Watched, clock: FrozenClock) -> None:
    phone.scan()
    clock.advance(days=1)
    watched.has_refused(phone.submit(phone.face("Eileen Collins", take=1)), "grant_expired")


def test_the_burst_of_yesterday_under_a_grant_of_today(
    phone: Phone, watched: Watched, clock: FrozenClock
) -> None:
    """It is wrong for half of the grants, and where it is right its photo is known."""
    phone.scan()
    photo, recorded = phone.face("Eileen Collins", take=1), phone.asked()
    burst = sent_burst(COLLINS, *recorded)
    assert phone.submit(photo, burst=burst).get_json()["code"] == "present"
    clock.advance(days=1)
    answers: dict[tuple[Turn, ...], TestResponse] = {}
    while len(answers) < 2:
        phone.scan()
        asked = phone.asked()
        if asked not in answers:
            answers[asked] = phone.submit(photo, burst=burst)
    wrong = next(reply for asked, reply in answers.items() if asked != recorded)
    assert wrong.get_json()["code"] in {"move_again", "already_present"}
    watched.has_flagged(
        answers[recorded], "The photo of Eileen Collins was sent before, on Monday 23 November at 9:02."
    )


def test_one_page_for_two_students(phone: Phone, watched: Watched) -> None:
    phone.scan()
    assert phone.submit(phone.face("Eileen Collins", take=1)).get_json()["code"] == "present"
    watched.has_refused(phone.submit(phone.face("Grace Hopper", take=1)), "grant_used", "2")


def test_a_link_that_was_copied_without_the_cookie(phone: Phone, watched: Watched) -> None:
    phone.scan()
    reply = phone.another().submit(phone.face("Eileen Collins", take=1))
    watched.has_held(reply, ANOTHER_BROWSER)


def test_a_link_that_was_copied_into_a_browser_with_a_page_of_its_own(phone: Phone, watched: Watched) -> None:
    phone.scan()
    other = phone.another()
    other.scan()
    reply = other.submit(phone.face("Eileen Collins", take=1), grant=phone.grant)
    watched.has_held(reply, ANOTHER_BROWSER)


def test_a_page_of_another_class(phone: Phone, register: Register) -> None:
    sessions = []
    for name, roll_number in (("Physics", "1"), ("Chemistry", "2")):
        course = register.courses.add(name, roster=[roll_number])
        sessions.append(register.class_sessions.open_now(course.id, by="teacher"))
    phone.scan(f"/s/{register.entrances.address(sessions[1])}")
    reply = phone.submit(phone.face("Eileen Collins", take=1))
    assert reply.get_json()["code"] == "not_found"
    assert [register.store.marks(session.id) for session in sessions] == [[], []]


def test_the_poster_of_a_class_that_allows_none_any_more(phone: Phone, watched: Watched) -> None:
    poster = Signatures(SECRET).poster(watched.session.course_id)
    watched.has_refused(phone.scan(f"/p/{poster}"), "This poster doesn't count any more")
    assert not phone.grant


def test_a_grant_that_somebody_signed_alone(phone: Phone, watched: Watched, clock: FrozenClock) -> None:
    forged = Signatures("another secret, of thirty-two characters").new_grant(watched.session.id, clock.now())
    reply = phone.submit(phone.face("Eileen Collins", take=1), grant=forged)
    watched.has_refused(reply, "grant_invalid")
