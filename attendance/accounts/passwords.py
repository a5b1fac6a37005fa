"""Passwords: which are strong enough, and how they are hashed."""

from __future__ import annotations

import re
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from attendance.accounts.common_passwords import is_common

# NIST SP 800-63B-4, 3.1.1.2: length counts and composition does not; at least 64 characters are accepted;
# what is common, expected or made of the person's own name is refused. A password that is the only factor has
# at least 15 characters; beside a second factor 8 would be enough.
SHORTEST = 15
SHORTEST_WITH_FACTOR = 10
LONGEST = 256  # longer ones are no safer, and cost time to hash
_WORD_PARTS = re.compile(r"[\W\d_]+")
_AT_ONCE = threading.BoundedSemaphore(2)  # each takes 64 MiB, and a flood of logins must not take them all


class Passwords:
    """Makes and checks hashes with argon2id.

    Args:
        hasher: with the current costs; None means RFC 9106's second recommended set (64 MiB).
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)

    def hash(self, password: str) -> str:
        """The hash to keep, with its salt and costs in it."""
        with _AT_ONCE:
            return self._hasher.hash(_normal(password))

    def fits(self, password: str, kept: str) -> bool:
        """Whether it is the password behind the hash.

        Without a hash it takes as long and is False, so that the time doesn't reveal which names exist.
        """
        if not kept:
            self.hash(password)
            return False
        try:
            with _AT_ONCE:
                return self._hasher.verify(kept, _normal(password))
        except (VerificationError, InvalidHashError):
            return False

    def is_outdated(self, kept: str) -> bool:
        """Whether the hash was made with other costs than the current ones."""
        return self._hasher.check_needs_rehash(kept)


def password_faults(password: str, *, username: str, name: str, second_factor: bool = False) -> list[str]:
    """Everything that speaks against a new password, as sentences; none means that it is good.

    Args:
        password: as it was typed.
        username: of its user.
        name: of its user.
        second_factor: whether a code is asked for after the password, which then may be shorter.
    """
    normal, shortest = _normal(password), shortest_password(second_factor=second_factor)
    if len(normal) < shortest:
        return [f"The password is too short. Choose one with at least {shortest} characters."]
    if len(normal) > LONGEST:
        return [f"The password has more than {LONGEST} characters. Choose a shorter one."]
    plain = normal.casefold()
    if is_common(plain):
        return ["This password is easy to guess. Choose another one."]
    if is_common(plain, _own(username, name)):
        return ["The password is made of your own name. Choose another one."]
    return []


def shortest_password(*, second_factor: bool) -> int:
    """The fewest characters of a password."""
    return SHORTEST_WITH_FACTOR if second_factor else SHORTEST


def _own(username: str, name: str) -> set[str]:
    parts = {*_WORD_PARTS.split(username.casefold()), *_WORD_PARTS.split(name.casefold())}
    return {part for part in parts if len(part) > 2}


def _normal(password: str) -> str:
    """The same text whatever keyboard it was typed on."""
    return unicodedata.normalize("NFKC", password)
