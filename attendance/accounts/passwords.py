"""Passwords: which are strong enough, and how they are hashed."""

from __future__ import annotations

import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

# NIST SP 800-63B-4, 3.1.1.2: length counts and composition does not; at least 64 characters are taken;
# what is common, expected or made of the person's own name is refused.
SHORTEST = 10
LONGEST = 256  # longer ones are no safer, and cost time to hash
FEWEST_DIFFERENT = 4
# Of the commonest passwords in public lists, those that are long enough to get here.
COMMON = frozenset(
    """
    1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc 1234567890a a1234567890 qwertyuiop qwertyuiop123 qwerty12345
    qwerty123456 qwertyuiop[] asdfghjkl; asdfghjkl123 zxcvbnm123 password10 password11 password12
    password123 password1234 password12345 password123456 passwordpassword mypassword password01
    passw0rd123 p@ssw0rd123 p@ssword123 iloveyou12 iloveyou123 iloveyou1234 ihateyou123 letmein123
    letmein1234 welcome123 welcome1234 welcome12345 welcome2024 welcome2025 welcome2026 admin12345
    admin123456 adminadmin administrator superman123 football123 football12 baseball123 basketball
    basketball1 princess12 princess123 sunshine12 sunshine123 monkey12345 dragon12345 master12345
    michael123 michelle123 jennifer12 charlie123 changeme123 changemenow starwars123 liverpool1
    manchester chocolate1 chocolate123 strawberry blink182blink abcd123456 abcdef1234 abc123456789
    abcdefg123 a123456789 q1w2e3r4t5 q1w2e3r4t5y6 123qweasdzxc qazwsxedc123 teacher123 teacher1234
    student123 student1234 school1234 attendance attendance1 attendance123 secret1234 supersecret
    test123456 testtest123 computer123 internet123 pakistan123 india12345 india123456 whatever123
    """.split()  # noqa: SIM905 - a list of them is a hundred lines
)
_SEQUENCES = ("0123456789" * 3, "9876543210" * 3, "abcdefghijklmnopqrstuvwxyz" * 2)
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


def password_faults(password: str, *, username: str, name: str) -> list[str]:
    """Everything that speaks against a new password, as sentences; none means that it is good."""
    normal = _normal(password)
    if len(normal) < SHORTEST:
        return [f"The password has {len(normal)} characters. Choose one with at least {SHORTEST}."]
    if len(normal) > LONGEST:
        return [f"The password has more than {LONGEST} characters. Choose a shorter one."]
    plain = normal.casefold()
    if plain in COMMON or _is_a_pattern(plain):
        return ["This password is easy to guess. Choose another one."]
    if any(
        plain in (own, own * 2, own * 3) or _is_own_and_digits(plain, own) for own in _own(username, name)
    ):
        return ["The password is your own name. Choose another one."]
    return []


def _is_a_pattern(plain: str) -> bool:
    few = len(set(plain)) < FEWEST_DIFFERENT
    return few or any(plain in sequence for sequence in _SEQUENCES)


def _own(username: str, name: str) -> set[str]:
    words = {username.casefold(), name.casefold(), "".join(name.casefold().split()), *name.casefold().split()}
    return {word for word in words if len(word) > 2}


def _is_own_and_digits(plain: str, own: str) -> bool:
    rest = plain.removeprefix(own) if plain.startswith(own) else plain.removesuffix(own)
    return rest != plain and (not rest or rest.isdigit())


def _normal(password: str) -> str:
    """The same text whatever keyboard it was typed on."""
    return unicodedata.normalize("NFKC", password)
