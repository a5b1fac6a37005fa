"""What accounts and their users may be called."""

from __future__ import annotations

import re
import unicodedata

USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")
LONGEST_NAME = 120


def clean_username(text: str) -> str:
    """The stored form of a username: trimmed, in lower case."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def name_faults(username: str, name: str) -> list[str]:
    """What speaks against a username and a name, as sentences; none means nothing."""
    faults = []
    if not USERNAME.fullmatch(username):
        faults.append(
            f"The username {username[:64]!r} is not valid. Use 2 to 64 of these: a to z, digits, "
            "dot, dash, underscore, @."
        )
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        faults.append(f"The name must have 1 to {LONGEST_NAME} characters.")
    return faults
