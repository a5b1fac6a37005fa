"""Accounts from the command line."""

from __future__ import annotations

import pytest

from attendance.accounts.login_attempts import Visitor
from attendance.values import Role
from tests.attendance.authenticator_app import AuthenticatorApp
from tests.create_database.admin import Admin

GOOD = "chalk and slate"
HERE = Visitor("127.0.0.1", "this-computer")


def test_a_teacher_is_added_and_can_log_in(admin: Admin) -> None:
    done = admin.types("add-teacher", "Grace", "--name", "Grace Hopper", answer=f"{GOOD}\n")
    assert done.exit_code == 0, done.output
    assert "Added: Grace Hopper, a teacher, who logs in as grace." in done.output
    assert GOOD not in done.output
    with admin.register() as register:
        assert register.accounts.log_in("grace", GOOD, HERE).role is Role.TEACHER
        assert register.first_admin.is_wanted


def test_an_admin_is_added(admin: Admin) -> None:
    done = admin.types("add-teacher", "grace", "--admin", answer=f"{GOOD}\r\n")
    assert done.exit_code == 0, done.output
    with admin.register() as register:
        assert register.accounts.log_in("grace", GOOD, HERE).role is Role.ADMIN
        assert not register.first_admin.is_wanted


def test_a_teacher_gets_the_right_to_enrol_only_if_asked_for(admin: Admin) -> None:
    admin.types("add-teacher", "grace", "--enrols", answer=f"{GOOD}\n")
    admin.types("add-teacher", "ada", answer=f"{GOOD}\n")
    with admin.register() as register:
        assert {user.username: user.may_enrol for user in register.accounts.all()} == {
            "grace": True,
            "ada": False,
        }


@pytest.mark.parametrize(
    ("username", "password", "sentence"),
    [
        ("grace", "short", "at least 15"),
        ("grace", "", "at least 15"),
        ("grace", "passwordpassword", "easy to guess"),
        ("Grace Hopper", GOOD, "is not valid"),
    ],
)
def test_what_will_not_do_is_refused(admin: Admin, username: str, password: str, sentence: str) -> None:
    done = admin.types("add-teacher", username, answer=f"{password}\n")
    assert done.exit_code == 1
    assert sentence in done.output
    with admin.register() as register:
        assert register.accounts.all() == []


def test_a_username_is_given_once(admin: Admin) -> None:
    admin.types("add-teacher", "grace", answer=f"{GOOD}\n")
    again = admin.types("add-teacher", "GRACE", answer=f"{GOOD}\n")
    assert again.exit_code == 1
    assert "The username grace is taken" in again.output


def test_a_forgotten_password_is_replaced(admin: Admin) -> None:
    admin.types("add-teacher", "grace", answer=f"{GOOD}\n")
    done = admin.types("add-teacher", "grace", "--new-password", answer="another good one\n")
    assert done.exit_code == 0, done.output
    with admin.register() as register:
        assert register.accounts.log_in("grace", "another good one", HERE).username == "grace"


def test_a_new_password_is_for_somebody_who_is_there_and_changes_nothing_else(admin: Admin) -> None:
    unknown = admin.types("add-teacher", "grace", "--new-password", answer=f"{GOOD}\n")
    assert unknown.exit_code == 1
    assert "There is no account grace" in unknown.output
    both = admin.types("add-teacher", "grace", "--new-password", "--admin", answer=f"{GOOD}\n")
    assert both.exit_code == 2
    assert "--new-password changes nothing else. Omit the other options." in both.output


def test_a_lost_second_factor_is_removed(admin: Admin) -> None:
    admin.types("add-teacher", "grace", "--name", "Grace Hopper", answer=f"{GOOD}\n")
    none = admin.types("add-teacher", "grace", "--remove-second-factor")
    assert "Grace Hopper has no second factor." in none.output
    with admin.register() as register:
        user = register.accounts.by_name("grace")
        assert user is not None
        offer = register.second_factors.offer(user)
        code = AuthenticatorApp(offer.typed, register.clock).shows()
        register.second_factors.add(user.id, offer.sealed, code)
        login = register.logins.begin(user, "a browser")
    done = admin.types("add-teacher", "Grace", "--remove-second-factor")
    assert done.exit_code == 0, done.output
    assert "Grace Hopper logs in with the password alone now." in done.output
    with admin.register() as register:
        user = register.accounts.by_name("grace")
        assert user is not None
        assert user.second_factor is None
        assert register.logins.find(login) is None
    unknown = admin.types("add-teacher", "nobody", "--remove-second-factor")
    assert "There is no account nobody." in unknown.output
    both = admin.types("add-teacher", "grace", "--remove-second-factor", "--new-password")
    assert "Omit the other options." in both.output
