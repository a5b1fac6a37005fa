"""The queue of held check-ins: seen by the teachers of the course, decided once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from attendance.clock import local_day
from attendance.daily_turn import DAY
from attendance.marks.code_claims import claim_attempt
from attendance.register import Register
from attendance.values import Consent, MarkStatus, Review, ReviewCandidate, ReviewReason, Session
from attendance.values.reviews import MOST_JOINED
from tests.attendance.frozen_clock import FrozenClock
from tests.client.conftest import Phone
from tests.client.signed_in import SignedIn, SignIn

AS_DATA = {"Accept": "application/json"}
HTML = {"Accept": "text/html"}


@pytest.fixture
def session(register: Register) -> Session:
    """Today's General session."""
    return register.sessions.today()


@pytest.fixture
def held(phone: Phone, register: Register) -> Review:
    """A doubtful photo that was sent."""
    phone.scan()
    phone.submit(phone.doubtful())
    [review] = register.store.reviews()
    return review


def status_of(register: Register, session: Session, roll_number: str) -> MarkStatus | None:
    """What the register says."""
    mark = register.store.mark(session.id, register.students.get(roll_number).id)
    return mark.status if mark else None


def claim(register: Register, session: Session, roll_number: str) -> Review:
    """A code that was typed with a roll number."""
    student = register.students.get(roll_number)
    review = Review(
        id=f"claim-{roll_number}",
        session_id=session.id,
        reason=ReviewReason.CODE,
        candidates=(ReviewCandidate(student.id, 0.0),),
        created_at=register.clock.now(),
    )
    register.store.hold_review(review)
    return review


def test_the_photo_stands_beside_the_enrolled_picture(teacher: SignedIn, held: Review) -> None:
    page = teacher.get("/teach/reviews/").text
    assert "reviews/snapshot" in page
    assert "reviews/portrait" in page
    picture = teacher.get("/teach/reviews/snapshot", query_string={"review": held.id})
    assert (picture.status_code, picture.mimetype) == (200, "image/jpeg")
    assert picture.headers["Cache-Control"] == "no-store"
    student = held.candidates[0].student_id
    portrait = teacher.get("/teach/reviews/portrait", query_string={"review": held.id, "student": student})
    assert (portrait.status_code, portrait.headers["Cache-Control"]) == (200, "no-store")


def test_once_consent_has_ended_the_enrolled_picture_is_shown_nowhere(
    admin: SignedIn, teacher: SignedIn, held: Review, register: Register, clock: FrozenClock
) -> None:
    student_id = held.candidates[0].student_id
    student, asked = register.students.by_id(student_id), {"review": held.id, "student": student_id}
    on_page = f"/teach/students/{student_id}"
    assert teacher.get("/teach/reviews/portrait", query_string=asked).status_code == 200
    yesterday = (local_day(clock.now(), register.settings.time_zone) - DAY).isoformat()
    ended = Consent(clock.now(), "office", "signed form", valid_until=yesterday)
    assert register.store.update_student(replace(student, consent=ended))
    assert register.store.portrait_of(student_id) is not None, "the retention clock erases it"
    assert teacher.get("/teach/reviews/portrait", query_string=asked).status_code == 404
    assert admin.get(f"{on_page}/portrait").status_code == 404
    assert f"{on_page}/portrait" not in admin.get(on_page).text
    assert "reviews/portrait" not in teacher.get("/teach/reviews/").text


def test_it_stands_at_the_top_of_the_board_too(teacher: SignedIn, held: Review, session: Session) -> None:
    assert held.id in teacher.get(f"/teach/sessions/{session.id}/board").text


def test_accepting_marks_and_stands_in_the_history(
    teacher: SignedIn, held: Review, register: Register, session: Session
) -> None:
    student = held.candidates[0].student_id
    answer = teacher.post("/teach/reviews/accept", {"review": held.id, "student": student}, headers=HTML)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/teach/reviews/")
    assert status_of(register, session, "1") is MarkStatus.PRESENT
    history = teacher.get(f"/teach/sessions/{session.id}/students/{student}").text
    assert "Check-in accepted" in history
    assert teacher.user.name in history
    assert "Nothing needs review" in teacher.get("/teach/reviews/").text


def test_from_the_board_one_comes_back_to_the_board(
    teacher: SignedIn, held: Review, session: Session
) -> None:
    answer = teacher.post("/teach/reviews/refuse", {"review": held.id, "back": session.id}, headers=HTML)
    assert answer.headers["Location"].endswith("/board")


def test_a_typed_roll_number(teacher: SignedIn, held: Review, register: Register, session: Session) -> None:
    path = "/teach/reviews/accept"
    unknown = teacher.post(path, {"review": held.id, "roll_number": "none"}, headers=AS_DATA)
    assert unknown.status_code == 422
    assert teacher.post(path, {"review": held.id}, headers=AS_DATA).status_code == 422
    assert teacher.post(path, {"review": held.id, "roll_number": "2"}, headers=AS_DATA).status_code == 200
    assert status_of(register, session, "2") is MarkStatus.PRESENT
    assert status_of(register, session, "1") is None


def test_what_somebody_else_decided_says_so(
    teacher: SignedIn, admin: SignedIn, held: Review, register: Register, session: Session
) -> None:
    admin.post("/teach/reviews/refuse", {"review": held.id})
    for path in ("accept", "refuse"):
        data = {"review": held.id, "student": held.candidates[0].student_id}
        answer = teacher.post(f"/teach/reviews/{path}", data, headers=AS_DATA)
        assert answer.status_code == 409
        assert f"Already decided by {admin.user.name}" in answer.get_json()["message"]
        page = teacher.post(f"/teach/reviews/{path}", data, headers=HTML)
        assert page.status_code == 409
        assert f"Already decided by {admin.user.name}" in page.text
    assert status_of(register, session, "1") is None


def test_a_code_claim_takes_one_tap(teacher: SignedIn, register: Register, session: Session) -> None:
    review = claim(register, session, "2")
    assert "Checked in with a roll number: Grace Hopper" in teacher.get("/teach/reviews/").text
    student = review.candidates[0].student_id
    teacher.post("/teach/reviews/accept", {"review": review.id, "student": student})
    assert status_of(register, session, "2") is MarkStatus.PRESENT


@pytest.mark.parametrize(
    ("method", "path", "data", "status"),
    [
        ("post", "accept", {}, 404),
        ("post", "refuse", {"review": "none"}, 404),
        ("post", "accept", {"review": "*", "student": "nobody"}, 400),
        ("get", "snapshot", {}, 404),
        ("get", "portrait", {"review": "*", "student": "nobody"}, 404),
    ],
)
def test_bad_input_is_refused(
    method: str, path: str, data: dict[str, str], status: int, *, teacher: SignedIn, held: Review
) -> None:
    known = {key: held.id if value == "*" else value for key, value in data.items()}
    if method == "get":
        answer = teacher.get(f"/teach/reviews/{path}", query_string=known)
    else:
        answer = teacher.post(f"/teach/reviews/{path}", known)
    assert answer.status_code == status


def test_only_teachers_of_the_course_see_and_decide(app: Flask, sign_in: SignIn, register: Register) -> None:
    owner, other = sign_in(), sign_in()
    course = register.courses.add("Physics 2", teachers=[owner.user.id], roster=["1"])
    session = register.class_sessions.open_now(course.id, by=owner.user.id)
    review = claim(register, session, "1")
    student = review.candidates[0].student_id
    asked = {"review": review.id, "student": student}
    assert review.id in owner.get("/teach/reviews/").text
    assert review.id not in other.get("/teach/reviews/").text
    for path in ("accept", "refuse"):
        assert other.post(f"/teach/reviews/{path}", asked).status_code == 403
    for path in ("snapshot", "portrait"):
        assert other.get(f"/teach/reviews/{path}", query_string=asked).status_code == 403
        anonymous = app.test_client().get(f"/teach/reviews/{path}", query_string=asked)
        assert anonymous.status_code == 303
    assert owner.get("/teach/reviews/portrait", query_string=asked).status_code == 200


def test_a_card_offers_the_roster_only_to_those_who_may_enrol(sign_in: SignIn, register: Register) -> None:
    course = register.courses.add("Physics 2", roster=["2"])
    session = register.class_sessions.open_now(course.id, by="office")
    claim(register, session, "1")
    assert "to the roster <kbd" in sign_in(enrols=True).get("/teach/reviews/").text
    assert "to the roster <kbd" not in sign_in().get("/teach/reviews/").text


def of_phone(register: Register, session: Session, number: int, device: str, reason: ReviewReason) -> None:
    """A check-in of nobody in particular, from a phone."""
    review = Review(f"r{number}", session.id, reason, (), register.clock.now(), device=device)
    register.store.hold_review(review)


def test_many_alike_are_rejected_at_once(
    teacher: SignedIn, register: Register, session: Session, held: Review
) -> None:
    for number, device in enumerate(("one", "one", "one", "two")):
        of_phone(register, session, number, device, ReviewReason.CODE)
    page = teacher.get("/teach/reviews/").text
    assert "All 4 like this" in page
    assert "All 3 from this phone" in page
    answer = teacher.post("/teach/reviews/refuse-alike", {"review": "r0", "which": "phone"}, headers=AS_DATA)
    assert "3 check-ins were rejected." in answer.text
    of_phone(register, session, 5, "three", ReviewReason.CODE)
    teacher.post("/teach/reviews/refuse-alike", {"review": "r3"})
    assert [each.id for each in register.store.reviews()] == [held.id]
    assert "like this" not in teacher.get("/teach/reviews/").text


def test_of_another_teachers_course_nothing_is_rejected(
    sign_in: SignIn, register: Register, phone: Phone
) -> None:
    course = register.courses.add("Physics", teachers=[sign_in().user.id])
    session = register.class_sessions.open_now(course.id, by="t1")
    of_phone(register, session, 1, "one", ReviewReason.CODE)
    assert sign_in().post("/teach/reviews/refuse-alike", {"review": "r1"}).status_code == 403
    assert len(register.store.reviews()) == 1


def test_a_card_counts_what_joined_it(teacher: SignedIn, phone: Phone, held: Review) -> None:
    phone.scan()
    phone.submit(phone.doubtful() + b"\0")
    page = teacher.get("/teach/reviews/").text
    assert "One card for 2 check-ins." in page
    assert page.count("data-held ") == 1


def test_a_card_that_counts_no_further_says_so(
    teacher: SignedIn, register: Register, session: Session
) -> None:
    for number in range(MOST_JOINED + 5):
        review = Review(f"r{number}", session.id, ReviewReason.CODE, (), register.clock.now(), subject="one")
        register.store.hold_review(review)
    assert "One card for more than 100 check-ins." in teacher.get("/teach/reviews/").text


def test_numbers_of_nobody_are_gathered_in_one_card(
    teacher: SignedIn, register: Register, session: Session
) -> None:
    for number in range(3):
        expires_at = register.clock.now() + timedelta(minutes=5)
        attempt = claim_attempt(f"g{number}", f"9{number}", device="phone", expires_at=expires_at)
        register.claims.claim(session, f"9{number}", attempt)
    page = teacher.get("/teach/reviews/").text
    assert "More check-ins with a roll number" in page
    assert "One card for 3 check-ins." in page
    assert page.count("data-held ") == 1


@pytest.mark.parametrize(("device", "is_said"), [("a friend's", False), ("their own", True)])
def test_a_number_that_a_friend_may_have_sent_before_is_pointed_out(
    teacher: SignedIn, register: Register, session: Session, device: str, *, is_said: bool
) -> None:
    """The friend sends it in time, the student when they come, and the teacher sees them in the room."""
    for number, phone in enumerate(("a friend's", device)):
        expires_at = register.clock.now() + timedelta(minutes=5)
        attempt = claim_attempt(f"g{number}", "2", device=phone, expires_at=expires_at)
        register.claims.claim(session, "2", attempt)
    page = teacher.get("/teach/reviews/").text
    assert "One card for 2 check-ins." in page
    assert ("more than one phone, and the time is that of the first." in page) is is_said


def test_a_typed_roll_number_opens_nobodys_portrait(sign_in: SignIn, register: Register) -> None:
    curious, theirs = sign_in(enrols=True), sign_in()
    register.courses.add("History", teachers=[theirs.user.id], roster=["1"])
    course = register.courses.add("Physics", teachers=[curious.user.id], roster=["2"])
    session = register.class_sessions.open_now(course.id, by=curious.user.id)
    for roll_number, shown in (("1", False), ("2", True)):
        review = claim(register, session, roll_number)
        student = review.candidates[0].student_id
        asked = {"review": review.id, "student": student}
        answer = curious.get("/teach/reviews/portrait", query_string=asked)
        assert answer.status_code == (200 if shown else 404)
        page = curious.get("/teach/reviews/").text
        assert (f"student={student}" in page) is shown
