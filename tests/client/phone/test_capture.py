"""POST /capture: each answer with its status, as JSON and as a page, and nothing of scores."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from markupsafe import escape

from attendance.marks.verdict import VerdictCode
from attendance.register import Register
from attendance.store.protocol import Store
from attendance.values import MarkStatus
from client.problems.sentences import words_for
from client.web.parsing.upload import MAX_IMAGE_BYTES
from face_detection.decoding.limits import MAX_BYTES
from face_detection.problems import PhotoProblem
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.frozen_clock import FrozenClock
from tests.client.conftest import Phone, enrol

KEYS = {"status", "code", "message", "student", "session", "marked_at"}


def test_an_enrolled_student_is_marked_present(phone: Phone, store: Store) -> None:
    phone.scan()
    reply = phone.submit(phone.face("Eileen Collins"))
    assert reply.status_code == 200
    answer = reply.get_json()
    assert set(answer) == KEYS
    assert (answer["status"], answer["code"]) == ("present", "present")
    assert answer["student"] == {"name": "Eileen Collins"}
    assert answer["message"] == "You are marked present."
    (mark,) = store.marks(answer["session"])
    assert mark.status is MarkStatus.PRESENT


def test_the_time_is_the_sites_own_with_its_offset(phone: Phone) -> None:
    phone.scan()
    answer = phone.submit(phone.face("Eileen Collins")).get_json()
    assert answer["marked_at"] == "2026-11-23T09:02:00.000+01:00"


def test_the_present_page_says_name_course_and_time(phone: Phone) -> None:
    phone.scan()
    page = phone.submit(phone.face("Eileen Collins"), as_json=False)
    assert page.status_code == 200
    for text in ("Present", "Eileen Collins", "General, 9:02", "That's not me"):
        assert text in page.text.replace("&#39;", "'")


def test_who_comes_after_the_bell_is_late(phone: Phone, clock: FrozenClock) -> None:
    clock.advance(hours=1)
    phone.scan()
    assert phone.submit(phone.face("Eileen Collins")).get_json()["code"] == "late"


def test_who_was_marked_before_reads_so(phone: Phone) -> None:
    phone.scan()
    phone.submit(phone.face("Eileen Collins"))
    phone.scan()
    answer = phone.submit(phone.face("Eileen Collins", take=2)).get_json()
    assert (answer["status"], answer["code"]) == ("present", "already_present")
    assert answer["student"] == {"name": "Eileen Collins"}


def test_somebody_else_is_not_found(phone: Phone, store: Store) -> None:
    phone.scan()
    reply = phone.submit(phone.face("a stranger"))
    assert reply.status_code == 200
    answer = reply.get_json()
    assert (answer["status"], answer["code"], answer["student"]) == ("not_found", "not_found", None)
    assert store.marks(answer["session"]) == []


def test_the_notfound_page_offers_the_other_ways_in(phone: Phone) -> None:
    phone.scan()
    page = phone.submit(phone.face("a stranger"), as_json=False).text
    assert "find you in this class" in page
    assert "ask your teacher" in page
    assert 'data-slot="place">General<' in page  # and no time: nothing was marked
    assert 'href="/g/' in page  # the same grant, without scanning again


def test_not_found_leaves_the_grant_good_for_another_photo(phone: Phone) -> None:
    phone.scan()
    phone.submit(phone.face("a stranger"))
    assert phone.submit(phone.face("Eileen Collins")).get_json()["code"] == "present"


def test_a_doubtful_photo_is_held_for_the_teacher(phone: Phone, store: Store) -> None:
    phone.scan()
    reply = phone.submit(phone.doubtful())
    assert reply.status_code == 200
    assert (reply.get_json()["status"], reply.get_json()["student"]) == ("needs_review", None)
    page = phone.submit(phone.doubtful(), as_json=False)
    assert "Your teacher will check it" in page.text
    assert len(store.reviews()) == 1


@pytest.mark.parametrize("problem", [p for p in PhotoProblem if p is not PhotoProblem.NOT_AN_IMAGE])
def test_a_photo_that_will_not_do_says_what_to_change(phone: Phone, problem: PhotoProblem) -> None:
    expected = {PhotoProblem.TOO_MANY_BYTES: 413, PhotoProblem.TOO_MANY_PIXELS: 413}.get(problem, 422)
    phone.scan()
    reply = phone.submit(phone.flawed(problem))
    assert reply.status_code == expected
    answer = reply.get_json()
    assert (answer["status"], answer["code"]) == ("photo_problem", problem.value)
    page = phone.submit(phone.flawed(problem), as_json=False)
    assert page.status_code == expected
    assert str(escape(answer["message"])) in page.text


def test_what_is_no_image_is_415(phone: Phone) -> None:
    phone.scan()
    reply = phone.submit(b"%PDF-1.7 not a photo")
    assert (reply.status_code, reply.get_json()["code"]) == (415, "not_an_image")


@pytest.mark.parametrize("size", [MAX_IMAGE_BYTES + 200_000, 20 * 1024 * 1024])
def test_what_is_too_large_is_413(phone: Phone, size: int) -> None:
    phone.scan()
    reply = phone.submit(bytes(size))
    assert (reply.status_code, reply.get_json()["code"]) == (413, "too_large")
    assert phone.submit(bytes(size), as_json=False).status_code == 413


def test_the_limit_on_photos_is_the_decoders() -> None:
    assert MAX_IMAGE_BYTES == MAX_BYTES


def test_a_photo_just_within_the_limit_is_looked_at(phone: Phone) -> None:
    phone.scan()
    assert phone.submit(bytes(MAX_IMAGE_BYTES)).status_code == 415


@pytest.mark.parametrize(("grant", "code"), [("", "grant_missing"), ("forged.grant", "grant_invalid")])
def test_without_a_good_grant_nothing_is_looked_at(
    phone: Phone, grant: str, code: str, store: Store, register: Register
) -> None:
    phone.scan()
    reply = phone.submit(phone.face("Eileen Collins"), grant=grant)
    assert (reply.status_code, reply.get_json()["code"]) == (403, code)
    assert store.marks(register.sessions.today().id) == []
    assert "Scan the code" in phone.submit(phone.face("Eileen Collins"), grant=grant, as_json=False).text


def test_a_page_that_was_open_too_long_says_to_scan_again(phone: Phone, clock: FrozenClock) -> None:
    phone.scan()
    clock.advance(minutes=10)
    reply = phone.submit(phone.face("Eileen Collins"))
    assert (reply.status_code, reply.get_json()["code"]) == (403, "grant_expired")
    page = phone.submit(phone.face("Eileen Collins"), as_json=False)
    assert "Scan the code again" in page.text
    assert 'href="/c">Type the code' in page.text


def test_a_photo_may_wait_for_the_network_for_five_more_minutes_and_is_in_time(
    phone: Phone, clock: FrozenClock, store: Store
) -> None:
    clock.advance(minutes=42, seconds=50)  # 9:44:50, ten seconds before the bell
    phone.scan()
    clock.advance(minutes=9, seconds=50)
    answer = phone.submit(phone.face("Eileen Collins")).get_json()
    assert (answer["code"], answer["marked_at"]) == ("present", "2026-11-23T09:44:50.000+01:00")
    (mark,) = store.marks(answer["session"])
    assert mark.status is MarkStatus.PRESENT


def test_holding_a_page_open_after_the_bell_helps_nobody(phone: Phone, clock: FrozenClock) -> None:
    clock.advance(minutes=43)
    phone.scan()
    assert phone.submit(phone.face("Eileen Collins")).get_json()["code"] == "late"


def test_who_was_marked_late_before_reads_so(phone: Phone, clock: FrozenClock) -> None:
    clock.advance(hours=1)
    for take in (0, 2):
        phone.scan()
        answer = phone.submit(phone.face("Eileen Collins", take=take)).get_json()
    assert (answer["status"], answer["code"]) == ("present", "already_late")
    assert "late" in answer["message"]
    page = phone.submit(phone.face("Eileen Collins", take=2), as_json=False).text
    assert "Already in, late" in page
    assert 'data-kind="late"' in page


def test_a_reload_of_the_verdict_without_scripts_shows_it_until_the_session_ends(
    phone: Phone, clock: FrozenClock
) -> None:
    phone.scan()
    photo = phone.face("Eileen Collins")
    first = phone.submit(photo, as_json=False)
    clock.advance(hours=3)
    again = phone.submit(photo, as_json=False)  # the browser sends the form again
    assert again.status_code == 200
    assert "General, 9:02" in first.text
    assert "General, 9:02" in again.text
    assert phone.submit(phone.face("Eileen Collins", take=2)).get_json()["code"] == "grant_expired"
    clock.advance(days=1)
    assert phone.submit(photo).get_json()["code"] == "grant_expired"


def test_a_class_that_ended_meanwhile_is_409(phone: Phone, clock: FrozenClock) -> None:
    clock.advance(hours=14, minutes=56)  # 23:58
    phone.scan()
    clock.advance(minutes=3)
    reply = phone.submit(phone.face("Eileen Collins"))
    assert (reply.status_code, reply.get_json()["code"]) == (409, "session_closed")
    assert phone.submit(phone.face("Eileen Collins"), as_json=False).status_code == 409


def test_a_grant_of_a_session_that_is_gone_is_404(phone: Phone, clock: FrozenClock) -> None:
    phone.scan()
    grant = phone.signatures.new_grant("general|1999-12-31", clock.now())
    assert phone.submit(phone.face("Eileen Collins"), grant=grant).status_code == 404


def test_nobody_reads_a_score(phone: Phone) -> None:
    for photo in (phone.face("Eileen Collins"), phone.face("a stranger"), phone.doubtful()):
        phone.scan()
        for as_json in (True, False):
            text = phone.submit(photo, as_json=as_json).text
            assert "score" not in text.lower()
            assert "student_id" not in text


def test_get_is_not_how_to_check_in(client: FlaskClient) -> None:
    reply = client.get("/capture", headers={"Accept": "application/json"})
    assert reply.status_code == 405
    assert "POST" in reply.headers["Allow"]


def test_a_name_is_text_and_never_markup(phone: Phone, register: Register) -> None:
    enrol(register, "3", "<b>Bobby</b>", photo_of(12))
    phone.scan()
    page = phone.submit(photo_of(12), as_json=False).text
    assert "<b>Bobby" not in page
    assert "&lt;b&gt;Bobby" in page


def test_the_sentences_are_the_tables_own(phone: Phone) -> None:
    phone.scan()
    reply = phone.submit(phone.flawed(PhotoProblem.TOO_DARK)).get_json()
    assert reply["message"] == words_for(VerdictCode.TOO_DARK).sentence
