"""The QR code in the terminal."""

from __future__ import annotations

import io
import shutil

import segno

from attendance.console.screen import PLAIN_AGAIN, Screen

QUIET_ZONE = 2  # modules; phones are content with it, though ISO/IEC 18004 asks for 4
# Whatever the terminal's own colours: numbers of the 256-colour palette. A block of the code is white.
WHITE_ON_BLACK = "\x1b[38;5;231;48;5;16m"


def print_code(screen: Screen, text: str) -> bool:
    """Print a QR code; False, and nothing printed, where it has no room or the letters are missing."""
    lines = code_lines(text)
    encoding = getattr(screen.stream, "encoding", None) or "utf-8"
    if len(lines[0]) > shutil.get_terminal_size().columns or not _can_be_encoded(lines, encoding):
        return False
    screen.lines(f"{WHITE_ON_BLACK}{line}{PLAIN_AGAIN}" if screen.has_colours else line for line in lines)
    return True


def code_lines(text: str) -> list[str]:
    """A QR code, two rows of it in each line of text.

    A block stands for white, so that it is right on a dark terminal; phones read it on a light one too,
    where it is a negative.
    """
    out = io.StringIO()
    segno.make_qr(text, error="m").terminal(out, border=QUIET_ZONE, compact=True)
    return out.getvalue().splitlines()


def _can_be_encoded(lines: list[str], encoding: str) -> bool:
    try:
        "".join(lines).encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
