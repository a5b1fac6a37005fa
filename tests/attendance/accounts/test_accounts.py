"""Accounts, logins and links, without any page."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from attendance.accounts.accounts import Accounts
from attendance.accounts.errors import (
    AccountError,
    LastAdminError,
    LinkEndedError,
    LoginRefusedError,
    UserNotFoundError,
)
from attendance.accounts.first_admin import FirstAdmin
from attendance.accounts.login_attempts import Visitor
from attendance.accounts.password_links import LIFETIME, PasswordLinks
from attendance.accounts.passwords import Passwords
from attendance.errors import UsernameTakenError
from attendance.store.protocol import Store
from attendance.values import Role, User
from tests.attendance.cheap_hashes import CHEAP
from tests.attendance.frozen_clock import FrozenClock

GOOD, BETTER = "chalk and slate", "a sponge and a bucket"
THERE = Visitor("203.0.113.5")


@pytest.fixture
def accounts(store: Store, clock: FrozenClock) -> Accounts:
    return Accounts(store, clock, Passwords(CHEAP))


@pytest.fixture
def links(store: Store, clock: FrozenClock, accounts: Accounts) -> PasswordLinks:
    return PasswordLinks(store, clock, accounts)


@pytest.fixture
def first(store: Store, clock: FrozenClock, accounts: Accounts) -> FirstAdmin:
    return FirstAdmin(store, clock, accounts)


def test_a_name_is_written_in_any_way(accounts: Accounts) -> None:
    user = accounts.add(" Grace ", " Grace   Hopper ", Role.TEACHER, password=GOOD)
    assert (user.username, user.name) == ("grace", "Grace Hopper")
    assert accounts.log_in("GRACE", GOOD, THERE) == user
    assert accounts.by_name("Grace") == user
    with pytest.raises(UsernameTakenError):
        accounts.add("grace", "Another", Role.TEACHER, password=BETTER)


def test_everything_that_is_wrong_is_said_at_once(accounts: Accounts) -> None:
    with pytest.raises(AccountError, match=r"username 'g!'.*name must have.*too short"):
        accounts.add("g!", "", Role.TEACHER, password="abc")
    assert accounts.all() == []


def test_an_account_without_a_password_lets_nobody_in(accounts: Accounts) -> None:
    accounts.add("grace", "Grace Hopper", Role.TEACHER)
    with pytest.raises(LoginRefusedError):
        accounts.log_in("grace", "", THERE)


def test_a_hash_of_other_costs_is_made_anew_at_the_next_login(
    accounts: Accounts, store: Store, clock: FrozenClock
) -> None:
    before = accounts.add("grace", "Grace Hopper", Role.TEACHER, password=GOOD)
    after = Accounts(store, clock).log_in("grace", GOOD, THERE)
    assert "m=65536" in after.password_hash
    assert after.password_changed_at == before.password_changed_at
    assert accounts.get(after.id) == after


def test_a_new_password_has_a_moment_of_its_own(accounts: Accounts) -> None:
    user = accounts.add("grace", "Grace Hopper", Role.TEACHER, password=GOOD)
    changed = accounts.change_password(user.id, GOOD, BETTER, THERE)
    again = accounts.set_password(user.id, GOOD)
    assert user.password_changed_at < changed.password_changed_at < again.password_changed_at
    with pytest.raises(LoginRefusedError):
        accounts.log_in("grace", BETTER, THERE)


def test_a_link_sets_a_password_once(accounts: Accounts, links: PasswordLinks) -> None:
    user = accounts.add("grace", "Grace Hopper", Role.TEACHER)
    earlier, token = links.new(user.id), links.new(user.id)
    with pytest.raises(AccountError):
        links.use(user.id, token, "short")
    links.use(user.id, token, GOOD)
    for ended in (token, earlier):
        with pytest.raises(LinkEndedError):
            links.use(user.id, ended, BETTER)
    assert accounts.log_in("grace", GOOD, THERE).id == user.id


def test_a_link_is_for_one_user_and_for_three_days(
    accounts: Accounts, links: PasswordLinks, clock: FrozenClock
) -> None:
    user = accounts.add("grace", "Grace Hopper", Role.TEACHER)
    other = accounts.add("eileen", "Eileen Collins", Role.TEACHER)
    token = links.new(user.id)
    with pytest.raises(LinkEndedError):
        links.check(other.id, token)
    clock.advance(seconds=LIFETIME.total_seconds())
    with pytest.raises(LinkEndedError):
        links.check(user.id, token)
    with pytest.raises(UserNotFoundError):
        links.new("unknown")


@pytest.mark.parametrize("end", ["a new password", "switched off", "switched off and on"])
def test_a_link_ends_with_the_password_that_it_was_made_for(
    accounts: Accounts, links: PasswordLinks, end: str
) -> None:
    user = accounts.add("grace", "Grace Hopper", Role.TEACHER, password=GOOD)
    token = links.new(user.id)
    if end == "a new password":
        accounts.set_password(user.id, BETTER)
    else:
        accounts.change(user.id, active=False)
    if end == "switched off and on":
        accounts.change(user.id, active=True)
    with pytest.raises(LinkEndedError):
        links.check(user.id, token)
    with pytest.raises(LinkEndedError):
        links.use(user.id, token, "a third good password")


def test_a_link_of_an_account_that_is_off_works_once_it_is_on(
    accounts: Accounts, links: PasswordLinks
) -> None:
    user = accounts.add("grace", "Grace Hopper", Role.TEACHER)
    accounts.change(user.id, active=False)
    token = links.new(user.id)
    with pytest.raises(LinkEndedError):
        links.use(user.id, token, GOOD)
    accounts.change(user.id, active=True)
    assert links.use(user.id, token, GOOD).active


def test_an_admin_who_has_no_password_yet_is_not_the_one_who_is_left(
    accounts: Accounts, first: FirstAdmin
) -> None:
    one = accounts.add("grace", "Grace Hopper", Role.ADMIN, password=GOOD)
    invited = accounts.add("eileen", "Eileen Collins", Role.ADMIN)
    for changes in ({"role": Role.TEACHER}, {"active": False}):
        with pytest.raises(LastAdminError, match="with a password"):
            accounts.change(one.id, **changes)
    accounts.set_password(invited.id, GOOD)
    assert accounts.change(one.id, active=False).role is Role.ADMIN
    assert not first.is_wanted


@pytest.mark.parametrize("changes", [{"role": Role.TEACHER}, {"active": False}], ids=["role", "off"])
def test_of_two_admins_who_resign_at_once_one_is_left(
    accounts: Accounts, store: Store, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]
) -> None:
    one = accounts.add("grace", "Grace Hopper", Role.ADMIN, password=GOOD)
    other = accounts.add("eileen", "Eileen Collins", Role.ADMIN, password=GOOD)
    replace_user = store.replace_user

    def meanwhile(user: User) -> bool:
        monkeypatch.setattr(store, "replace_user", replace_user)
        accounts.change(other.id, **changes)
        return replace_user(user)

    monkeypatch.setattr(store, "replace_user", meanwhile)
    with pytest.raises(LastAdminError):
        accounts.change(one.id, **changes)
    assert accounts.get(one.id).manages_accounts
    assert not accounts.get(other.id).manages_accounts


def test_one_admin_is_always_left(accounts: Accounts) -> None:
    one = accounts.add("grace", "Grace Hopper", Role.ADMIN, password=GOOD)
    other = accounts.add("eileen", "Eileen Collins", Role.ADMIN, password=GOOD)
    accounts.change(one.id, active=False)
    with pytest.raises(LastAdminError):
        accounts.change(other.id, role=Role.TEACHER)
    with pytest.raises(LastAdminError):
        accounts.change(other.id, active=False)
    assert accounts.change(other.id, name="Still here").role is Role.ADMIN


def test_of_many_who_use_the_first_link_at_once_one_becomes_admin(
    first: FirstAdmin, accounts: Accounts
) -> None:
    tokens = [first.new_link() for _ in range(2)]

    def set_up(number: int) -> bool:
        token = tokens[number % 2]
        assert token is not None
        try:
            first.set_up(token, username=f"admin{number}", name="Admin", password=GOOD)
        except LinkEndedError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(set_up, range(8))) == 1
    assert len(accounts.all()) == 1
    assert first.new_link() is None


def test_a_link_of_before_the_first_admin_makes_no_second_one(first: FirstAdmin, accounts: Accounts) -> None:
    token = first.new_link()
    assert token is not None
    accounts.add("grace", "Grace Hopper", Role.ADMIN, password=GOOD)
    with pytest.raises(LinkEndedError, match="admin exists already"):
        first.set_up(token, username="eileen", name="Eileen Collins", password=GOOD)


def test_a_teacher_is_no_admin(first: FirstAdmin, accounts: Accounts) -> None:
    accounts.add("eileen", "Eileen Collins", Role.TEACHER, password=GOOD)
    assert first.is_wanted
