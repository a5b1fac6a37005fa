"""The codes on the wall, scanned and typed, and the way in without a face."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from attendance.marks.check_in_attempt import MOST_TRIES
from attendance.register import Register
from attendance.values import MarkMethod, ReviewReason, Session
from client.web.grants import Signatures
from tests.attendance.frozen_clock import FrozenClock
from tests.client.conftest import SECRET, Parts, Phone

LARGEST_PAGE = 60 * 1024


@pytest.fixture
def session(register: Register) -> Session:
    """Of a course whose code rotates."""
    course = register.courses.add("Physics 2", roster=None)
    return register.class_sessions.open_now(course.id, by="a teacher")


@pytest.fixture
def visitor(app: Flask, register: Register, session: Session) -> Phone:
    """A phone that sees the code on the wall."""
    return Phone(app, Signatures(SECRET), lambda: f"/s/{register.entrances.address(session)}")


def typed_on(register: Register, session: Session) -> str:
    return register.entrances.showing(session).typed


class TestScanned:
    def test_it_leads_to_the_check_in_of_its_session(self, visitor: Phone) -> None:
        page = visitor.scan()
        assert page.status_code == 200
        assert "Physics 2" in page.text
        assert visitor.submit(visitor.face("Grace Hopper")).get_json()["status"] == "present"

    def test_any_number_of_phones_use_it(self, visitor: Phone) -> None:
        for _ in range(3):
            assert visitor.another().scan().status_code == 200

    def test_it_still_counts_in_the_window_after_its_own(self, visitor: Phone, clock: FrozenClock) -> None:
        before = visitor.url
        clock.advance(seconds=15)
        assert visitor.scan(before).status_code == 200

    def test_an_old_one_says_to_use_the_one_that_is_there_now(
        self, visitor: Phone, clock: FrozenClock
    ) -> None:
        old = visitor.url
        clock.advance(minutes=2)
        page = visitor.scan(old)
        assert page.status_code == 410
        assert "This code is over" in page.text
        assert not visitor.grant

    def test_one_of_a_clock_that_is_ahead_says_to_wait(
        self, visitor: Phone, register: Register, session: Session, clock: FrozenClock
    ) -> None:
        clock.advance(minutes=10)  # as another machine of the site may see it
        ahead = register.entrances.address(session)
        clock.advance(minutes=-2)
        page = visitor.scan(f"/s/{ahead}")
        assert page.status_code == 409
        assert "not valid yet" in page.text
        assert not visitor.grant

    def test_the_token_alone_is_not_enough(self, visitor: Phone, session: Session) -> None:
        assert visitor.scan(f"/s/{session.token}").status_code == 410

    def test_a_made_up_code_is_unknown(self, visitor: Phone, session: Session) -> None:
        assert visitor.scan(f"/s/{session.token}.f.1.{'0' * 16}").status_code == 404

    def test_a_closed_session_says_so(self, visitor: Phone, register: Register, session: Session) -> None:
        register.closing.close(session.id, by="a teacher")
        page = visitor.scan()
        assert page.status_code == 410
        assert "This class is over" in page.text

    def test_without_scripts_one_tries_again_under_the_same_grant(
        self, visitor: Phone, clock: FrozenClock
    ) -> None:
        visitor.scan()
        grant = visitor.grant
        answer = visitor.submit(b"no photo", as_json=False)
        clock.advance(minutes=2)  # the code is over, the grant is not
        link = re.search(r'href="(/g/[^"]+)"', answer.text)
        assert link
        assert visitor.scan(link[1]).status_code == 200
        assert visitor.grant == grant
        clock.advance(minutes=4)
        assert visitor.scan(link[1]).status_code == 403

    def test_a_grant_page_of_a_closed_session_says_so(
        self, visitor: Phone, register: Register, session: Session
    ) -> None:
        visitor.scan()
        register.closing.close(session.id, by="a teacher")
        assert visitor.scan(f"/g/{visitor.grant}").status_code == 410


class TestTyped:
    def test_the_page_asks_for_it_and_is_small_and_sets_no_cookie(self, visitor: Phone) -> None:
        page = visitor.client.get("/c")
        assert page.status_code == 200
        assert 'name="code"' in page.text
        assert "Set-Cookie" not in page.headers
        assert len(page.data) <= LARGEST_PAGE

    def test_it_leads_to_the_same_page_as_the_scanned_one(
        self, visitor: Phone, register: Register, session: Session
    ) -> None:
        page = visitor.scan(f"/c?code={typed_on(register, session)}")
        assert page.status_code == 200
        assert visitor.submit(visitor.face("Eileen Collins")).get_json()["status"] == "present"

    def test_small_letters_and_gaps_are_fine(
        self, visitor: Phone, register: Register, session: Session
    ) -> None:
        typed = register.entrances.showing(session).typed_pretty.lower()
        assert visitor.scan(f"/c?code= {typed} ").status_code == 200

    @pytest.mark.parametrize("typed", ["", "ABC", "ABC234", "%00%00", "A" * 5000, "💥💥💥💥💥💥", "<b>"])
    def test_a_wrong_one_says_to_look_again(self, visitor: Phone, typed: str) -> None:
        page = visitor.scan(f"/c?code={typed}")
        assert page.status_code == 404
        assert "Look at the wall again" in page.text
        assert 'name="code" value="" required' in page.text  # nothing to delete before the next try
        assert "autofocus" in page.text
        assert not visitor.grant

    def test_one_that_is_over_says_so(
        self, visitor: Phone, register: Register, session: Session, clock: FrozenClock
    ) -> None:
        typed = typed_on(register, session)
        clock.advance(seconds=75)
        page = visitor.scan(f"/c?code={typed}")
        assert page.status_code == 410
        assert "This code is over" in page.text

    def test_guessing_is_slowed_down_hard(self, visitor: Phone, register: Register, session: Session) -> None:
        answers = [visitor.client.get("/c?code=ABC234").status_code for _ in range(30)]
        assert answers == [404] * 25 + [429] * 5
        typed = typed_on(register, session)
        late = visitor.client.get(f"/c?code={typed}")
        assert late.status_code == 429
        assert f'value="{typed}"' in late.text  # it may be right
        assert int(late.headers["Retry-After"]) > 0

    def test_a_class_behind_one_address_types_as_much_as_it_likes(
        self, visitor: Phone, register: Register, session: Session
    ) -> None:
        typed = typed_on(register, session)
        assert {visitor.client.get(f"/c?code={typed}").status_code for _ in range(60)} == {200}

    def test_five_strangers_who_guess_do_not_pause_a_class(
        self, visitor: Phone, register: Register, session: Session
    ) -> None:
        typed, answers = typed_on(register, session), []
        for number in range(60):
            answers.append(visitor.client.get(f"/c?code={typed}").status_code)
            if number % 2:  # more than the limit in all, but no more than right ones
                visitor.client.get("/c?code=ABC234")
        assert answers == [200] * 60


class TestWithoutAPhoto:
    @pytest.fixture
    def asked(self, visitor: Phone, register: Register, session: Session) -> Phone:
        """Has typed the code, and is asked for the roll number."""
        page = visitor.scan(f"/c?code={typed_on(register, session)}&way=number")
        assert page.status_code == 200
        assert 'data-way="number"' in page.text
        return visitor

    def claim(self, phone: Phone, number: str, *, as_json: bool = False) -> TestResponse:
        parts: Parts = [("grant", phone.grant), ("number", number)]
        return phone.post("/claim", parts, as_json=as_json)

    def test_it_waits_for_the_teachers_tap(self, asked: Phone, register: Register, session: Session) -> None:
        page = self.claim(asked, "2")
        assert page.status_code == 200
        assert "Your teacher will confirm" in page.text
        assert "Grace Hopper" not in page.text  # anybody may type any number
        (held,) = register.reviews.held(session.id)
        assert held.review.reason is ReviewReason.CODE
        register.reviews.accept(held.review.id, by="a teacher")
        (mark,) = register.store.marks(session.id)
        assert mark.method is MarkMethod.CODE

    def test_every_number_reads_the_same(self, visitor: Phone, register: Register, session: Session) -> None:
        visitor.scan(f"/c?code={typed_on(register, session)}")
        visitor.submit(visitor.face("Grace Hopper"))
        answers = set()
        for number in ("1", "2", "nobody's", "<b>"):
            for as_json in (True, False):
                visitor.scan(f"/c?code={typed_on(register, session)}&way=number")
                answer = self.claim(visitor, number, as_json=as_json)
                text = re.sub(r'nonce="[^"]*"', "", answer.text)
                answers.add((answer.status_code, answer.mimetype, text))
        assert len(answers) == 2
        assert {status for status, _, _ in answers} == {200}
        assert "Already in" not in str(answers)

    def test_a_page_is_good_for_one_person(self, asked: Phone, register: Register, session: Session) -> None:
        self.claim(asked, "1")
        assert self.claim(asked, "2").status_code == 403
        assert len(register.reviews.held(session.id)) == 1

    @pytest.mark.parametrize("number", ["  ", "\u200b", "\ufeff \u200e"])
    def test_an_empty_number_is_asked_for_again(self, asked: Phone, number: str) -> None:
        page = self.claim(asked, number)
        assert page.status_code == 400
        assert "Type your roll number" in page.text
        assert f'name="grant" value="{asked.grant}"' in page.text

    def test_a_number_that_has_to_wait_stays_in_its_field(self, asked: Phone) -> None:
        pages = [self.claim(asked, f"x{number}") for number in range(15)]
        (page, *_) = [page for page in pages if page.status_code == 429]
        assert int(page.headers["Retry-After"]) > 0
        assert 'data-way="number"' in page.text
        assert 'name="number" value="x1' in page.text

    def test_the_scanned_code_is_enough(self, visitor: Phone, register: Register, session: Session) -> None:
        """No second code to type; the same grant, the same review."""
        page = visitor.scan()
        assert 'action="/claim?grant=' in page.text
        assert "Check in without a photo" in page.text
        assert "Your teacher will confirm" in self.claim(visitor, "2").text
        (held,) = register.reviews.held(session.id)
        assert held.review.reason is ReviewReason.CODE
        assert self.claim(visitor, "1").status_code == 403

    @pytest.mark.parametrize("photos", [1, MOST_TRIES])
    def test_it_follows_photos_that_were_not_recognised(
        self, visitor: Phone, register: Register, photos: int
    ) -> None:
        visitor.scan()
        for take in range(photos):
            page = visitor.submit(visitor.face("a stranger", take), as_json=False)
        link = re.search(r'href="(/g/[^"#]+)#number-way">Check in without a photo', page.text)
        assert link
        assert visitor.scan(link[1]).status_code == 200
        assert "Your teacher will confirm" in self.claim(visitor, "2").text
        assert len(register.reviews.held()) == 1

    def test_numbers_are_not_tried_out(self, asked: Phone) -> None:
        answers = [self.claim(asked, f"x{n}").status_code for n in range(15)]
        assert 403 in answers or 429 in answers
        assert answers[-1] in (403, 429)

    def test_scripts_get_the_same_as_json(self, asked: Phone) -> None:
        answer = self.claim(asked, "2", as_json=True)
        assert answer.get_json()["code"] == "needs_review"
        assert answer.get_json()["student"] is None
        assert "photo" not in answer.get_json()["message"]

    def test_it_needs_a_grant(self, asked: Phone) -> None:
        asked.grant = "made up"
        assert self.claim(asked, "1").status_code == 403

    def test_a_closed_session_takes_no_claim(
        self, asked: Phone, register: Register, session: Session
    ) -> None:
        register.closing.close(session.id, by="a teacher")
        page = self.claim(asked, "1")
        assert page.status_code == 409
        assert "Please tell your teacher that you are here." in page.text

    def test_one_that_was_taken_is_confirmed_again_after_the_end(
        self, asked: Phone, register: Register, session: Session
    ) -> None:
        taken = self.claim(asked, "1", as_json=True)
        register.closing.close(session.id, by="a teacher")
        again = self.claim(asked, "1", as_json=True)  # the first answer was lost on its way
        assert (again.status_code, again.get_json()) == (200, taken.get_json())


def test_the_front_door_leads_to_the_code(visitor: Phone) -> None:
    assert 'href="/c"' in visitor.client.get("/").text
