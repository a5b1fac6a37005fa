"""Text that every file format can store."""

from __future__ import annotations

import re

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# What XML 1.0 can't contain (section 2.2), and invisible control characters; tabs and line ends may stay.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def writable(text: str) -> str:
    """The text with a visible replacement for each character that a file can't store."""
    return _UNWRITABLE.sub(REPLACEMENT, text)
