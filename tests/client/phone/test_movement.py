"""What phones read about the movement, and what teachers see of it."""

from __future__ import annotations

from attendance.register import Register
from attendance.store.protocol import Store
from attendance.values import LivenessMode, ReviewReason
from face_detection.liveness.values import Turn
from tests.attendance.fake_bursts import SentBurst, sent_burst
from tests.attendance.site import COLLINS
from tests.client.conftest import Phone
from tests.client.signed_in import SignedIn

NOTHING = SentBurst()


def other_way(phone: Phone) -> SentBurst:
    [asked] = phone.asked()
    return sent_burst(COLLINS, Turn.RIGHT if asked is Turn.LEFT else Turn.LEFT)


def flag(register: Register) -> None:
    course = register.sessions.course_of(register.sessions.today())
    register.courses.change(course.id, liveness=LivenessMode.FLAG)


def board(teacher: SignedIn, register: Register) -> str:
    return teacher.get(f"/teach/sessions/{register.sessions.today().id}/board").text


def test_a_wrong_movement_is_asked_for_once_more_and_names_nobody(phone: Phone, store: Store) -> None:
    phone.scan()
    reply = phone.submit(phone.face("Eileen Collins"), burst=other_way(phone))
    answer = reply.get_json()
    assert (reply.status_code, answer["code"], answer["status"]) == (422, "move_again", "photo_problem")
    assert answer["student"] is None
    assert "Turn your head a little" in answer["message"].replace("Then turn", "Turn")
    assert phone.submit(phone.face("Eileen Collins", take=1)).get_json()["code"] == "present"
    assert store.reviews() == []


def test_the_page_without_scripts_leads_on_after_a_wrong_movement(phone: Phone) -> None:
    phone.scan()
    page = phone.submit(phone.face("Eileen Collins"), burst=other_way(phone), as_json=False)
    assert page.status_code == 422
    assert "Once more, please" in page.text
    assert f"/g/{phone.grant}" in page.text


def test_twice_wrong_is_with_the_teacher_who_reads_why(
    phone: Phone, store: Store, teacher: SignedIn, register: Register
) -> None:
    phone.scan()
    for take in range(2):
        reply = phone.submit(phone.face("Eileen Collins", take=take), burst=other_way(phone))
    assert reply.get_json()["code"] == "needs_review"
    [review] = store.reviews()
    assert review.reason is ReviewReason.MOVEMENT
    for page in (board(teacher, register), teacher.get("/teach/reviews/").text):
        assert "The head did not turn as asked" in page
        assert "The head turned another way." in page
        assert "Eileen Collins" in page


def test_a_file_or_a_browser_without_scripts_is_no_dead_end(
    phone: Phone, store: Store, teacher: SignedIn, register: Register
) -> None:
    phone.scan()
    page = phone.submit(phone.face("Eileen Collins"), burst=NOTHING, as_json=False)
    assert page.status_code == 200
    assert "Your teacher will check it" in page.text
    [review] = store.reviews()
    assert review.reason is ReviewReason.NO_MOVEMENT
    shown = board(teacher, register)
    assert shown.count("No movement was shown") == 1  # in the title of the card, and not once more below


def test_a_flagged_mark_says_so_on_the_board_and_in_its_history(
    phone: Phone, teacher: SignedIn, register: Register
) -> None:
    flag(register)
    phone.scan()
    assert phone.submit(phone.face("Eileen Collins"), burst=NOTHING).get_json()["code"] == "present"
    assert "No movement was shown." in board(teacher, register)
    session, student = register.sessions.today().id, register.students.get("1").id
    history = teacher.get(f"/teach/sessions/{session}/students/{student}").text
    assert "No movement was shown." in history


def test_a_right_movement_is_in_the_history_and_not_on_the_board(
    phone: Phone, teacher: SignedIn, register: Register
) -> None:
    phone.scan()
    phone.submit(phone.face("Eileen Collins"))
    assert "The head turned as asked" not in board(teacher, register)
    session, student = register.sessions.today().id, register.students.get("1").id
    assert "The head turned as asked." in teacher.get(f"/teach/sessions/{session}/students/{student}").text
