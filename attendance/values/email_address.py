"""What can be an e-mail address; whether it is one, only its mail server knows."""

from __future__ import annotations

import re

LONGEST_ADDRESS = 200  # characters, as of every field of a student; RFC 5321 allows 254
PART = r"""[^\s@,;:<>()\[\]"\\]+"""  # without what makes a list, a name with an address, or a header
ADDRESS = re.compile(f"{PART}@{PART}")


def is_email_address(text: str) -> bool:
    """Whether a text is of the form ``someone@somewhere``, in any script."""
    return (
        len(text) <= LONGEST_ADDRESS
        and ADDRESS.fullmatch(text) is not None
        and not text.endswith(".")
        and ".." not in text
    )
