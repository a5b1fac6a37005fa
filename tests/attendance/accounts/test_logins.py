"""Logins that the server keeps, without any page."""

from __future__ import annotations

import pytest

from attendance.accounts.accounts import Accounts
from attendance.accounts.logins import IDLE, LONGEST, PROOF, Logins, login_id
from attendance.accounts.passwords import Passwords
from attendance.store.protocol import Store
from attendance.values import Role, User
from tests.attendance.cheap_hashes import CHEAP
from tests.attendance.frozen_clock import FrozenClock

GOOD, BETTER = "chalk and slate", "a sponge and a bucket"


@pytest.fixture
def accounts(store: Store, clock: FrozenClock) -> Accounts:
    return Accounts(store, clock, Passwords(CHEAP))


@pytest.fixture
def logins(store: Store, clock: FrozenClock) -> Logins:
    return Logins(store, clock)


@pytest.fixture
def user(accounts: Accounts) -> User:
    return accounts.add("grace", "Grace Hopper", Role.TEACHER, password=GOOD)


def test_a_login_is_found_by_its_number_alone(logins: Logins, user: User) -> None:
    number = logins.begin(user, "Firefox on Linux")
    found = logins.find(number)
    assert found is not None
    assert (found[0].browser, found[1]) == ("Firefox on Linux", user)
    assert found[0].id == login_id(number) != number
    assert logins.find(login_id(number)) is None, "the database's content opens nothing"
    assert logins.find("") is None


def test_a_login_ends_on_the_server(logins: Logins, user: User) -> None:
    number, other = (logins.begin(user, "a browser") for _ in range(2))
    logins.end(number)
    assert logins.find(number) is None
    assert logins.find(other) is not None


def test_an_unused_login_ends_after_twelve_hours(logins: Logins, user: User, clock: FrozenClock) -> None:
    number = logins.begin(user, "a browser")
    clock.advance(seconds=IDLE.total_seconds() - 1)
    found = logins.find(number)
    assert found is not None
    logins.note_seen(found[0])
    clock.advance(seconds=IDLE.total_seconds() - 1)
    assert logins.find(number) is not None
    clock.advance(seconds=1)
    assert logins.find(number) is None
    assert logins.of(user) == []


def test_a_login_ends_after_a_week_however_much_it_is_used(
    logins: Logins, user: User, clock: FrozenClock
) -> None:
    number = logins.begin(user, "a browser")
    for _ in range(14):
        found = logins.find(number)
        assert found is not None
        logins.note_seen(found[0])
        clock.advance(hours=11.999)
    clock.advance(seconds=LONGEST.total_seconds() - 14 * 11.999 * 3600)
    assert logins.find(number) is None


def test_a_new_password_ends_all_logins_and_the_next_one_counts(
    logins: Logins, accounts: Accounts, user: User, store: Store
) -> None:
    before = logins.begin(user, "a browser")
    changed = accounts.set_password(user.id, BETTER)
    assert logins.find(before) is None
    assert store.logins_of(user.id) == []
    assert logins.find(logins.begin(changed, "a browser")) is not None


def test_a_login_from_before_a_new_password_has_ended_even_if_it_is_still_stored(
    logins: Logins, user: User, accounts: Accounts, store: Store
) -> None:
    number = logins.begin(user, "a browser")
    login = store.login(login_id(number))
    assert login is not None
    accounts.set_password(user.id, BETTER)
    store.add_login(login)  # as after a crash between the two
    assert logins.find(number) is None


def test_switching_an_account_off_ends_its_logins_for_good(
    logins: Logins, accounts: Accounts, user: User
) -> None:
    number = logins.begin(user, "a browser")
    accounts.change(user.id, active=False)
    assert logins.find(number) is None
    accounts.change(user.id, active=True)
    assert logins.find(number) is None


def test_one_of_ones_own_logins_is_ended_and_never_anothers(
    logins: Logins, accounts: Accounts, user: User
) -> None:
    other = accounts.add("eileen", "Eileen Collins", Role.TEACHER, password=GOOD)
    mine, hers = logins.begin(user, "a browser"), logins.begin(other, "a browser")
    logins.end_one(user, login_id(hers))
    assert logins.find(hers) is not None
    logins.end_one(user, login_id(mine))
    assert logins.find(mine) is None


def test_all_others_end(logins: Logins, user: User) -> None:
    here, *elsewhere = (logins.begin(user, "a browser") for _ in range(3))
    found = logins.find(here)
    assert found is not None
    assert logins.end_all(user, but=found[0]) == 2
    assert [logins.find(number) is None for number in (here, *elsewhere)] == [False, True, True]


def test_a_proof_lasts_ten_minutes(logins: Logins, user: User, clock: FrozenClock) -> None:
    number = logins.begin(user, "a browser")

    def is_proved() -> bool:
        found = logins.find(number)
        assert found is not None
        return logins.is_proved(found[0])

    assert is_proved()
    clock.advance(seconds=PROOF.total_seconds())
    assert not is_proved()
    found = logins.find(number)
    assert found is not None
    logins.note_proof(found[0])
    assert is_proved()


def test_expired_logins_leave_the_database(
    logins: Logins, user: User, clock: FrozenClock, store: Store
) -> None:
    number = logins.begin(user, "a browser")
    clock.advance(seconds=LONGEST.total_seconds())
    logins.begin(user, "another browser")
    assert store.login(login_id(number)) is None


def test_a_proof_of_a_clock_that_was_ahead_is_none(logins: Logins, user: User, clock: FrozenClock) -> None:
    clock.set_wrong(days=1)
    number = logins.begin(user, "a browser")
    clock.set_wrong(days=-1)
    assert logins.find(number) is None, "it was last used tomorrow"
    clock.advance(days=1)
    found = logins.find(number)
    assert found is not None
    assert logins.is_proved(found[0])
