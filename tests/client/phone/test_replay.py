"""The same photo sent again, and another photo under the same grant."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from attendance.register import Register
from attendance.store.protocol import Store
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
        answer: dict[str, object] = phone.another().submit(photo).get_json()
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
