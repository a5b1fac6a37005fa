"""Asks for the passphrase that opens the site's key, or reads it where a setting says."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable

from attendance.errors import SiteKeyError
from attendance.sealing.places.key_command import output_of
from attendance.settings.setting_values import path_of

SETTING = "ATTENDANCE_PASSPHRASE_FILE"
COMMAND = "command:"
SHORTEST = 12
"""Characters. Argon2id makes a guess cost 64 MiB and a tenth of a second; four random words are enough."""
Ask = Callable[[str], str]


def passphrase(source: str | None, *, is_new: bool, ask: Ask | None = None) -> str:
    """The passphrase.

    Args:
        source: the setting: a path, such as ``/dev/fd/3`` for a file descriptor, or ``command:WORDS``; None
            asks the person at the terminal.
        is_new: whether it is chosen now, so that it is asked for twice and must be long enough.
        ask: asks a person; None means the terminal, without showing what is typed.

    Raises:
        SiteKeyError: there is none, or a new one is too short or was typed differently.
    """
    found = _read(source) if source is not None else _asked(ask, is_new=is_new)
    if not found:
        raise SiteKeyError(f"The passphrase is empty. Type it, or put it where {SETTING} says.")
    if is_new and len(found) < SHORTEST:
        raise SiteKeyError(
            f"The passphrase is too short: {len(found)} of at least {SHORTEST} characters. Four or five "
            "words that don't belong together are easy to type."
        )
    return found


def _read(source: str) -> str:
    if source.startswith(COMMAND):
        text = output_of(source.removeprefix(COMMAND), SETTING, "the passphrase")
    else:
        try:
            text = path_of(source).read_text("utf-8")
        except (OSError, ValueError) as error:
            raise SiteKeyError(
                f"The passphrase can't be read from {source} ({error}). Correct {SETTING}."
            ) from error
    return text.rstrip("\r\n")


def _asked(ask: Ask | None, *, is_new: bool) -> str:
    if ask is None:
        if sys.stdin is None or not sys.stdin.isatty():
            raise SiteKeyError(
                "The site's key is behind a passphrase, and there is no terminal to ask for it. Set "
                f"{SETTING} to a file, to /dev/fd/NUMBER, or to command: with a command that prints it."
            )
        ask = getpass.getpass
    if not is_new:
        return ask("Passphrase of the register: ")
    found = ask(f"New passphrase, at least {SHORTEST} characters: ")
    if ask("The same again: ") != found:
        raise SiteKeyError("The two passphrases differ. Try again.")
    return found
