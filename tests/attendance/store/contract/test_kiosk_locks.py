"""A lock with a PIN, on every database: the PIN opens it, guesses get slower, and it is never shown."""

from __future__ import annotations

import pytest

from attendance.accounts.errors import LoginDelayedError, LoginRefusedError, PinRefusedError
from attendance.accounts.kiosk_locks import KioskLocks, pin_fault
from attendance.store.protocol import Store
from tests.attendance.frozen_clock import FrozenClock

LOGIN = "a login of thirty letters or so"
PIN = "2580"


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def locks(store: Store, clock: FrozenClock) -> KioskLocks:
    return KioskLocks(store, clock, b"a secret")


def test_a_lock_holds_for_one_login_until_its_pin_is_typed(locks: KioskLocks) -> None:
    assert not locks.holds(LOGIN)
    locks.lock(LOGIN, PIN)
    assert locks.holds(LOGIN)
    assert not locks.holds("another login")
    locks.open(LOGIN, PIN)
    assert not locks.holds(LOGIN)


def test_it_can_be_locked_again_with_the_same_pin_or_another(locks: KioskLocks) -> None:
    for pin in (PIN, PIN, "7391"):
        locks.lock(LOGIN, pin)
        locks.open(LOGIN, pin)
    assert not locks.holds(LOGIN)


def test_locking_twice_keeps_the_first_pin(locks: KioskLocks) -> None:
    locks.lock(LOGIN, PIN)
    locks.lock(LOGIN, "7391")
    with pytest.raises(LoginRefusedError):
        locks.open(LOGIN, "7391")
    locks.open(LOGIN, PIN)


def test_a_pin_opens_its_own_lock_alone(locks: KioskLocks) -> None:
    locks.lock(LOGIN, PIN)
    locks.lock("another login", "7391")
    with pytest.raises(LoginRefusedError):
        locks.open("another login", PIN)
    assert locks.holds(LOGIN)
    assert locks.holds("another login")


def test_another_process_sees_the_lock(locks: KioskLocks, store: Store, clock: FrozenClock) -> None:
    locks.lock(LOGIN, PIN)
    other = KioskLocks(store, clock, b"a secret")
    assert other.holds(LOGIN)
    other.open(LOGIN, PIN)
    assert not locks.holds(LOGIN)


def test_five_tries_are_free_and_then_even_the_right_pin_has_to_wait(
    locks: KioskLocks, clock: FrozenClock
) -> None:
    locks.lock(LOGIN, PIN)
    for wrong in ("1111", "2222", "3333", "4444", "5555"):
        with pytest.raises(LoginRefusedError):
            locks.open(LOGIN, wrong)
        clock.advance(milliseconds=10)
    with pytest.raises(LoginDelayedError) as caught:
        locks.open(LOGIN, PIN)
    assert caught.value.seconds == 1
    clock.advance(seconds=1)
    with pytest.raises(LoginRefusedError):
        locks.open(LOGIN, "6666")
    with pytest.raises(LoginDelayedError) as caught:
        locks.open(LOGIN, PIN)
    assert caught.value.seconds == 2
    clock.advance(seconds=2)
    locks.open(LOGIN, PIN)
    assert not locks.holds(LOGIN)


def test_guesses_at_one_lock_slow_no_other_down(locks: KioskLocks, clock: FrozenClock) -> None:
    locks.lock(LOGIN, PIN)
    locks.lock("another login", PIN)
    for _ in range(6):
        with pytest.raises((LoginRefusedError, LoginDelayedError)):
            locks.open(LOGIN, "0001")
        clock.advance(milliseconds=10)
    locks.open("another login", PIN)


def test_the_password_opens_it_without_the_pin_and_the_pin_is_spent(locks: KioskLocks) -> None:
    locks.lock(LOGIN, PIN)
    locks.release(LOGIN)
    assert not locks.holds(LOGIN)
    with pytest.raises(LoginRefusedError):
        locks.open(LOGIN, PIN)


def test_a_lock_outlives_what_is_purged_every_day(
    locks: KioskLocks, store: Store, clock: FrozenClock
) -> None:
    locks.lock(LOGIN, PIN)
    clock.advance(days=300)
    store.purge_links(clock.now())
    assert locks.holds(LOGIN)


def test_the_database_alone_tells_nobody_the_pin(store: Store, clock: FrozenClock) -> None:
    KioskLocks(store, clock, b"a secret").lock(LOGIN, PIN)
    reader = KioskLocks(store, clock, b"somebody else's secret")
    assert not reader.holds(LOGIN)
    with pytest.raises(LoginRefusedError):
        reader.open(LOGIN, PIN)


@pytest.mark.parametrize("pin", ["2580", "25801", "25802580", "1123"])
def test_good_pins(pin: str) -> None:
    assert pin_fault(pin) == ""


@pytest.mark.parametrize(
    "pin",
    ["", "123", "258025802", "12a4", " 2580", "\uff12\uff15\uff18\uff10", "1111", "2345", "9876", "0000"],
)
def test_pins_that_will_not_do(locks: KioskLocks, pin: str) -> None:
    with pytest.raises(PinRefusedError):
        locks.lock(LOGIN, pin)
    assert not locks.holds(LOGIN)
