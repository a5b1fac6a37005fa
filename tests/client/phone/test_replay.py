"""The same photo sent again, and another photo under the same grant."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from attendance.register import Register
from attendance.store.protocol import Store
from attendance.values import MarkStatus
from client.phone.answers import CLAIM_HEADER
from tests.client.conftest import Phone


def test_the_same_bytes_get_the_same_answer(phone: Phone, store: Store, register: Register) -> None:
    phone.scan()
    photo = phone.face("Eileen Collins")
    answers = [phone.submit(photo).get_json() for _ in range(3)]
    assert answers[0]["code"] == "present"
    assert answers[0] == answers[1] == answers[2]
    assert len(store.marks(register.sessions.today().id)) == 1


def test_other_bytes_under_a_used_grant_are_refused(phone: Phone, store: Store, register: Register) -> None:
    phone.scan()
    phone.submit(phone.face("Eileen Collins"))
    reply = phone.submit(phone.face("Grace Hopper"))
    assert (reply.status_code, reply.get_json()["code"]) == (403, "grant_used")
    assert reply.get_json()["student"] is None
    assert len(store.marks(register.sessions.today().id)) == 1


def test_eight_at_once_make_one_mark(phone: Phone, store: Store, register: Register) -> None:
    phone.scan()
    photo = phone.face("Eileen Collins")

    def submit(_: int) -> dict[str, object]:
        answer: dict[str, object] = phone.another_tab().submit(photo).get_json()
        return answer

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(submit, range(8)))
    assert all(answer == answers[0] for answer in answers)
    assert len(store.marks(register.sessions.today().id)) == 1


def test_two_phones_with_the_same_photo_make_one_mark(phone: Phone, store: Store, register: Register) -> None:
    other = phone.another()
    phone.scan()
    other.scan(phone.url)
    photo = phone.face("Eileen Collins")
    assert phone.submit(photo).get_json()["code"] == "present"
    assert other.submit(photo).get_json()["code"] == "already_present"
    assert len(store.marks(register.sessions.today().id)) == 1


@pytest.mark.parametrize("status", [MarkStatus.ABSENT, MarkStatus.EXCUSED])
def test_what_the_teacher_changed_since_is_not_called_present(
    phone: Phone, register: Register, status: MarkStatus
) -> None:
    phone.scan()
    photo = phone.face("Eileen Collins")
    first = phone.submit(photo).get_json()
    register.marking.mark("1", status, by="teacher")
    replies = [phone.submit(photo) for _ in range(2)]
    for reply in replies:
        answer = reply.get_json()
        assert (reply.status_code, answer["code"], answer["student"]) == (409, "marked_otherwise", None)
        assert answer["message"] == "Your teacher has changed your mark since. Talk to your teacher."
    assert "Not marked as here" in phone.submit(photo, as_json=False).text
    register.marking.mark("1", MarkStatus.PRESENT, by="teacher")
    assert phone.submit(photo).get_json() == first


def test_what_the_student_objected_to_is_not_called_present(phone: Phone) -> None:
    phone.scan()
    photo = phone.face("Eileen Collins")
    phone.not_me(phone.submit(photo).headers[CLAIM_HEADER], photo)
    answer = phone.submit(photo).get_json()
    assert (answer["code"], answer["student"]) == ("needs_review", None)
