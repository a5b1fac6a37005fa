"""Which passwords are taken, and how they are kept."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from attendance.accounts.passwords import COMMON, SHORTEST, Passwords, password_faults
from tests.attendance.cheap_hashes import CHEAP


def faults(password: str, username: str = "grace", name: str = "Grace Hopper") -> str:
    return " ".join(password_faults(password, username=username, name=name))


@pytest.mark.parametrize(
    "password",
    ["chalk and slate", "correcthorse", "          x y z w", "пароль на доске", "Gr4ceful-teaching"],
)
def test_length_is_enough_and_no_mixture_is_asked_for(password: str) -> None:
    assert faults(password) == ""


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("", "0 characters"),
        ("ninechars", "9 characters"),
        ("x" * 257, "more than 256"),
        ("Password123", "easy to guess"),
        ("aaaaaaaaaaaa", "easy to guess"),
        ("1212121212", "easy to guess"),
        ("1234567890", "easy to guess"),
        ("0987654321", "easy to guess"),
        ("ABCDEFGHIJKL", "easy to guess"),
        ("gracegrace", "your own name"),
        ("Grace Hopper", "your own name"),
        ("gracehopper", "your own name"),
        ("hopper1906", "your own name"),
        ("1906hopper", "your own name"),
    ],
)
def test_what_somebody_would_try_first_is_refused(password: str, said: str) -> None:
    assert said in faults(password)


def test_a_long_password_is_taken() -> None:
    assert faults("abcd" * 64) == ""


def test_each_common_password_is_one_that_could_get_so_far() -> None:
    assert all(len(word) >= SHORTEST and word == word.casefold() for word in COMMON)


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
