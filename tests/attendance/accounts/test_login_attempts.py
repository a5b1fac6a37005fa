"""How failures slow a login down, and that nobody is kept out for good."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.accounts.login_attempts import FOR_A_NAME, FOR_AN_ADDRESS, WINDOW, LoginAttempts, Visitor
from attendance.store.protocol import Store
from tests.attendance.frozen_clock import FrozenClock

SOMEWHERE = Visitor("203.0.113.5")


@pytest.fixture
def attempts(store: Store, clock: FrozenClock) -> LoginAttempts:
    return LoginAttempts(store, clock)


def fail(
    attempts: LoginAttempts, clock: FrozenClock, name: str = "grace", visitor: Visitor = SOMEWHERE
) -> int:
    """One try that is wrong, as soon as it is allowed; the seconds that it had to wait."""
    waited = attempts.seconds_to_wait(name, visitor)
    clock.advance(seconds=waited)
    assert attempts.begin(name, visitor) == 0
    attempts.failed(visitor)
    clock.advance(milliseconds=1)
    return waited


def test_the_wait_doubles_and_stops_growing(attempts: LoginAttempts, clock: FrozenClock) -> None:
    waits = [fail(attempts, clock) for _ in range(14)]
    assert waits == [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 120, 120]


def test_a_try_that_comes_too_early_is_refused_and_counts_for_nothing(
    attempts: LoginAttempts, clock: FrozenClock
) -> None:
    for _ in range(8):
        fail(attempts, clock)
    for _ in range(20):
        assert attempts.begin("grace", SOMEWHERE) in (7, 8)
        clock.advance(milliseconds=1)
    clock.advance(seconds=8)
    assert attempts.begin("grace", SOMEWHERE) == 0


def test_two_processes_count_together(store: Store, clock: FrozenClock) -> None:
    one, other = LoginAttempts(store, clock), LoginAttempts(store, clock)
    for number in range(6):
        fail(one if number % 2 else other, clock)
    assert one.seconds_to_wait("grace", SOMEWHERE) == other.seconds_to_wait("grace", SOMEWHERE) == 2


def test_of_tries_at_once_those_beyond_the_free_ones_are_refused(
    attempts: LoginAttempts, clock: FrozenClock
) -> None:
    begun = []
    for _ in range(9):
        begun.append(attempts.begin("grace", SOMEWHERE))  # none of them is answered yet
        clock.advance(milliseconds=1)
    assert begun == [0, 0, 0, 0, 0, 1, 1, 1, 1]


def test_a_right_password_forgets_the_failures_of_its_name(
    attempts: LoginAttempts, clock: FrozenClock
) -> None:
    for _ in range(7):
        fail(attempts, clock)
    clock.advance(seconds=8)
    assert attempts.begin("grace", SOMEWHERE) == 0
    attempts.succeeded("grace", SOMEWHERE)
    assert attempts.seconds_to_wait("grace", SOMEWHERE) == 0


def test_names_do_not_slow_each_other_down_until_the_address_has_tried_many(
    attempts: LoginAttempts, clock: FrozenClock
) -> None:
    for number in range(FOR_AN_ADDRESS.free):
        assert fail(attempts, clock, f"name{number}") == 0
    assert attempts.seconds_to_wait("one more", SOMEWHERE) == 1
    assert attempts.seconds_to_wait("one more", Visitor("198.51.100.7")) == 0


def test_guesses_do_not_slow_down_who_is_trusted(attempts: LoginAttempts, clock: FrozenClock) -> None:
    for _ in range(10):
        fail(attempts, clock)
    hers = Visitor(SOMEWHERE.address, "browser-1")
    assert attempts.seconds_to_wait("grace", hers) == 0
    for _ in range(6):
        fail(attempts, clock, visitor=hers)
    assert attempts.seconds_to_wait("grace", hers) == 2
    assert attempts.seconds_to_wait("grace", Visitor(SOMEWHERE.address, "browser-2")) == 0


def test_after_a_while_all_is_forgotten(attempts: LoginAttempts, clock: FrozenClock) -> None:
    for _ in range(9):
        fail(attempts, clock)
    clock.advance(seconds=WINDOW.total_seconds() + 1)
    assert attempts.seconds_to_wait("grace", SOMEWHERE) == 0


def test_what_was_typed_as_a_name_is_not_kept(
    attempts: LoginAttempts, store: Store, clock: FrozenClock
) -> None:
    asked: list[str] = []

    class Listening:
        """The store, with an ear on the keys."""

        def __getattr__(self, name: str) -> object:
            method = getattr(store, name)

            def heard(key: object, *rest: object) -> object:
                asked.append(str(key))
                return method(key, *rest)

            return heard

    LoginAttempts(Listening(), clock).begin("my password by mistake", SOMEWHERE)  # type: ignore[arg-type]
    assert asked
    assert not any("password" in key for key in asked)


@given(st.integers(min_value=0, max_value=10_000))
def test_no_number_of_failures_makes_a_wait_longer_than_the_longest(failures: int) -> None:
    for patience in (FOR_A_NAME, FOR_AN_ADDRESS):
        assert timedelta() <= patience.wait_after(failures) <= patience.longest <= timedelta(minutes=2)


def test_failures_of_a_clock_that_was_ahead_slow_nobody_down(
    attempts: LoginAttempts, clock: FrozenClock
) -> None:
    clock.set_wrong(days=1)
    for _ in range(10):
        fail(attempts, clock)
    clock.set_wrong(days=-1)
    assert attempts.begin("grace", SOMEWHERE) == 0
