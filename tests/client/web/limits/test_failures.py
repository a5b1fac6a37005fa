"""Pauses after photos that were not recognised, and whom they don't touch."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from limits import parse
from werkzeug.test import TestResponse

from attendance.marks.check_in_attempt import MOST_TRIES, Attempt
from attendance.marks.verdict import VerdictCode
from attendance.register import Register
from client.web.limits import failures
from client.web.limits.failures import (
    DEVICES_PER_ADDRESS,
    FAILURES_PER_ADDRESS,
    FAILURES_PER_DEVICE,
    FAILURES_WITHOUT_NAME,
)
from client.web.limits.rate_limits import PHOTOS_PER_PHONE
from tests.client.conftest import Phone

takes = itertools.count()


def stranger(phone: Phone, device: str | None) -> TestResponse:
    """A stranger's photo under a fresh grant."""
    phone.scan()
    return phone.submit(phone.face("a stranger", next(takes) % 200), device=device)


def student(phone: Phone, device: str | None, name: str = "Eileen Collins") -> TestResponse:
    """A student's photo under a fresh grant."""
    phone.scan()
    return phone.submit(phone.face(name, next(takes) % 200), device=device)


def is_paused(reply: TestResponse) -> bool:
    return reply.status_code == 429 and reply.get_json()["code"] == "paused"


def test_after_five_failures_a_device_pauses_whatever_grants_it_has(phone: Phone) -> None:
    replies = [stranger(phone, "a phone") for _ in range(FAILURES_PER_DEVICE.amount + 1)]
    assert [is_paused(reply) for reply in replies] == [False] * 5 + [True]
    assert 1 <= int(replies[-1].headers["Retry-After"]) <= 30
    assert is_paused(student(phone, "a phone"))
    page = phone.submit(phone.face("a stranger"), device="a phone", as_json=False)
    assert page.status_code == 429
    assert "after a pause of half a minute" in page.text


def test_what_is_decided_already_waits_for_no_pause(phone: Phone) -> None:
    phone.scan()
    photos = [phone.face("a stranger", take) for take in range(MOST_TRIES + 1)]
    for photo in photos[:-1]:
        assert phone.submit(photo, device="a phone").get_json()["code"] == "not_found"
    again = phone.submit(photos[-2], device="a phone")  # the answer was lost
    assert again.get_json()["code"] == "not_found"
    spent = phone.submit(photos[-1], device="a phone")
    assert spent.get_json()["code"] == "grant_used"  # after half a minute it would be the same
    assert is_paused(student(phone, "a phone"))


def nothing_counted(*_: object) -> int:
    return 0


def test_when_the_pause_is_over_a_device_has_five_more(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(FAILURES_PER_DEVICE.amount):
        stranger(phone, "a phone")
    assert is_paused(student(phone, "a phone"))
    monkeypatch.setattr(failures, "counted", nothing_counted)  # as after 30 s
    assert not is_paused(student(phone, "a phone"))


def test_a_success_ends_the_row(phone: Phone) -> None:
    for _ in range(3):
        for _ in range(FAILURES_PER_DEVICE.amount - 1):
            assert not is_paused(stranger(phone, "a phone"))
            phone.client.application.extensions["phone_limiter"].limiter.clear(
                PHOTOS_PER_PHONE, "device", "a phone"
            )
        assert student(phone, "a phone").status_code == 200


def test_five_strangers_pause_nobody_else_at_their_address(phone: Phone) -> None:
    for number in range(5):
        replies = [stranger(phone, f"stranger {number}") for _ in range(6)]
        assert [is_paused(reply) for reply in replies] == [False] * 5 + [True]
    for number in range(100):
        assert student(phone, f"phone {number}").get_json()["status"] == "present"


def test_invented_devices_end_with_what_their_address_may_fail(phone: Phone) -> None:
    replies = [stranger(phone, f"invented {number}") for number in range(40)]
    allowed = DEVICES_PER_ADDRESS.amount
    assert [is_paused(reply) for reply in replies] == [False] * allowed + [True] * (40 - allowed)
    assert int(replies[-1].headers["Retry-After"]) <= 30


def test_nor_do_invented_devices_get_five_tries_each(phone: Phone) -> None:
    replies = [stranger(phone, f"invented {number // 5}") for number in range(40)]
    assert sum(not is_paused(reply) for reply in replies) == FAILURES_PER_ADDRESS.amount


def test_devices_without_a_name_are_one_device(phone: Phone) -> None:
    replies = [stranger(phone, None) for _ in range(40)]
    allowed = FAILURES_WITHOUT_NAME.amount
    assert [is_paused(reply) for reply in replies] == [False] * allowed + [True] * (40 - allowed)
    assert student(phone, "a phone with a name").status_code == 200


def test_who_succeeded_before_goes_on_at_an_address_that_pauses(phone: Phone) -> None:
    assert student(phone, "an old phone").status_code == 200
    while not is_paused(stranger(phone, f"invented {next(takes)}")):
        pass
    assert is_paused(student(phone, "a new phone"))
    assert student(phone, "an old phone").status_code == 200


def test_each_new_mark_allows_its_address_one_failure_more(phone: Phone) -> None:
    assert student(phone, "one").get_json()["code"] == "present"
    assert student(phone, "two", "Grace Hopper").get_json()["code"] == "present"
    assert student(phone, "three").get_json()["code"] == "already_present"
    replies = [stranger(phone, f"invented {number}") for number in range(40)]
    assert sum(not is_paused(reply) for reply in replies) == DEVICES_PER_ADDRESS.amount + 2


def test_a_student_who_is_there_already_makes_no_more_devices_known(phone: Phone) -> None:
    assert student(phone, "own").get_json()["code"] == "present"
    for number in range(10):
        assert student(phone, f"prepared {number}").get_json()["code"] == "already_present"
    replies = [stranger(phone, f"prepared {number % 10}") for number in range(40)]
    assert sum(not is_paused(reply) for reply in replies) <= FAILURES_PER_ADDRESS.amount + 1


def test_the_same_photo_sent_again_counts_once(phone: Phone) -> None:
    phone.scan()
    for _ in range(FAILURES_PER_DEVICE.amount + 1):
        reply = phone.submit(phone.face("a stranger"), device="a phone")
        assert reply.get_json()["code"] == "not_found"


def test_photos_that_will_not_do_are_no_failures(phone: Phone) -> None:
    for _ in range(FAILURES_PER_DEVICE.amount + 1):
        phone.scan()
        assert phone.submit(b"not a photo", device="a phone").status_code == 415


@pytest.mark.parametrize("name", [None, "Eileen Collins"], ids=["no photo", "who is there already"])
def test_photos_that_give_no_mark_end_with_what_their_address_may_send(
    phone: Phone, name: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They took the places for photos from phones at the same address, as fast as they came."""
    monkeypatch.setattr(failures, "UNMARKED_PER_ADDRESS", parse("20 per minute"))
    assert student(phone, "an old phone").get_json()["code"] == "present"

    def send(number: int) -> TestResponse:
        if name is not None:
            return student(phone, f"invented {number}", name)
        phone.scan()
        return phone.submit(b"not a photo %d" % number, device=f"invented {number}")

    replies = [send(number) for number in range(40)]
    assert sum(not is_paused(reply) for reply in replies) == 20 + 1, "one more for the mark"
    assert int(replies[-1].headers["Retry-After"]) <= 30
    assert is_paused(student(phone, "a new phone", "Grace Hopper"))
    assert student(phone, "an old phone").status_code == 200, "it is known"


def test_a_class_that_is_asked_for_its_numbers_is_not_paused(
    phone: Phone, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failures, "UNMARKED_PER_ADDRESS", parse("3 per minute"))
    with phone.client.application.test_request_context(environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        for number in range(5):
            attempt = Attempt(f"grant {number}", "0", f"new {number}", register.clock.now())
            with failures.judging(attempt) as judgement:
                judgement.note(VerdictCode.NUMBER_NEEDED)


@pytest.fixture
def at_once(phone: Phone, register: Register) -> Iterator[Phone]:
    """An address whose strangers are all being judged in this moment."""
    with phone.client.application.test_request_context(environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        blocks = [
            failures.judging(Attempt(f"grant {number}", "0", f"invented {number}", register.clock.now()))
            for number in range(DEVICES_PER_ADDRESS.amount)
        ]
        for block in blocks:
            block.__enter__()
    yield phone
    for block in blocks:
        block.__exit__(None, None, None)


def test_photos_that_arrive_together_are_counted_before_they_are_judged(
    at_once: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failures, "_MOMENT", 1)
    reply = stranger(at_once, "one more")
    assert is_paused(reply)
    assert int(reply.headers["Retry-After"]) == 1
