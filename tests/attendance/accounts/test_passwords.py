"""Which passwords are taken, and how they are kept."""

from __future__ import annotations

import time

import pytest
from argon2 import PasswordHasher

from attendance.accounts.common_passwords import SAYINGS, WORDS, is_common
from attendance.accounts.passwords import SHORTEST, SHORTEST_WITH_FACTOR, Passwords, password_faults
from tests.attendance.cheap_hashes import CHEAP


def faults(
    password: str, username: str = "grace", name: str = "Grace Hopper", *, second_factor: bool = False
) -> str:
    return " ".join(password_faults(password, username=username, name=name, second_factor=second_factor))


@pytest.mark.parametrize(
    "password",
    [
        "chalk and slate",
        "            x y z w",
        "пароль на доске",
        "Gr4ceful-teaching",
        "849302184029383",
        "kT7vQz2mWx9pLb4",
        "my teacher drinks tea at dawn",
        "passwords are not for sharing",
    ],
)
def test_length_is_enough_and_no_mixture_is_asked_for(password: str) -> None:
    assert faults(password) == ""


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("", "at least 15 characters"),
        ("only 14 of them", ""),
        ("just thirteen", "too short. Choose one with at least 15 characters"),
        ("x" * 257, "more than 256"),
        ("Password12345678", "easy to guess"),
        ("passwordpassword", "easy to guess"),
        ("P@ssw0rd-p@ssw0rd", "easy to guess"),
        ("letmeinletmeinletmein", "easy to guess"),
        ("chalkchalkchalk", "easy to guess"),
        ("aaaaaaaaaaaaaaaa", "easy to guess"),
        ("1212121212121212", "easy to guess"),
        ("123456789012345", "easy to guess"),
        ("543210987654321", "easy to guess"),
        ("ABCDEFGHIJKLMNOP", "easy to guess"),
        ("qwertyuiopasdfgh", "easy to guess"),
        ("1qaz2wsx3edc4rfv", "easy to guess"),
        ("qwerty123456qwerty", "easy to guess"),
        ("azertyuiop12345678", "easy to guess"),
        ("iloveyouforever!", "easy to guess"),
        ("Summer2026!Summer", "easy to guess"),
        ("School Attendance 2026", "easy to guess"),
        ("teacher-teacher-1", "easy to guess"),
        ("correct horse battery staple", "easy to guess"),
        ("abcd" * 64, "easy to guess"),
        ("gracehoppergrace", "your own name"),
        ("Grace Hopper 1906", "your own name"),
        ("grace.hopper@school", "your own name"),
        ("1906hopper-password", "your own name"),
    ],
)
def test_what_somebody_would_try_first_is_refused(password: str, said: str) -> None:
    assert said in faults(password)


def test_beside_a_second_factor_a_password_may_be_shorter_and_not_easier() -> None:
    assert faults("correcthorse", second_factor=True) == ""
    assert "at least 10" in faults("ninechars", second_factor=True)
    for easy in ("Password123", "1234567890", "gracegrace", "welcome2026"):
        assert "easy to guess" in faults(easy, second_factor=True)
    assert "your own name" in faults("hopper1906", second_factor=True)


def test_a_long_password_is_checked_quickly() -> None:
    """Also one that is made to take long: common words that end in something uncommon."""
    hostile = ("".join(sorted(WORDS)) * 2)[:250] + "§x§y§z"
    started = time.process_time()
    for _ in range(10):
        is_common(hostile, {"grace"})
    assert time.process_time() - started < 2


def test_what_is_common_is_listed_as_it_is_compared() -> None:
    assert all(word == word.casefold() for word in WORDS | SAYINGS)
    assert all(is_common(saying) for saying in SAYINGS)
    assert SHORTEST_WITH_FACTOR < SHORTEST


def test_only_the_same_password_fits() -> None:
    passwords = Passwords(CHEAP)
    kept = passwords.hash("chalk and slate")
    assert kept.startswith("$argon2id$")
    assert kept != passwords.hash("chalk and slate")
    assert passwords.fits("chalk and slate", kept)
    assert not passwords.fits("Chalk and slate", kept)


def test_the_same_letters_fit_whatever_keyboard_made_them() -> None:
    passwords = Passwords(CHEAP)
    assert passwords.fits("Schu\u0308ler-liste", passwords.hash("Sch\u00fcler-liste"))


@pytest.mark.parametrize("kept", ["", "no hash", "$argon2id$broken"])
def test_without_a_hash_nothing_fits(kept: str) -> None:
    assert not Passwords(CHEAP).fits("", kept)
    assert not Passwords(CHEAP).fits("of nobody", kept)


def test_what_a_site_keeps_has_the_costs_of_rfc_9106() -> None:
    kept = Passwords().hash("chalk and slate")
    assert "$m=65536,t=3,p=4$" in kept
    assert not Passwords().is_outdated(kept)
    assert Passwords(PasswordHasher(time_cost=4)).is_outdated(kept)
