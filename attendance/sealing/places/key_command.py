"""The site's key as the output of a command, such as one that asks a vault."""

from __future__ import annotations

import shlex
import subprocess

from attendance.errors import SiteKeyError
from attendance.sealing.site_keys import SiteKeys, keys_from

COMMAND_SECONDS = 30.0


class KeyCommand:
    """See ``KeyPlace``; it is read only.

    Args:
        command: its words, as a shell splits them.
    """

    where = "the output of the command in ATTENDANCE_SITE_KEY"
    sentence = "The site's key comes from the command in ATTENDANCE_SITE_KEY."

    def __init__(self, command: str) -> None:
        self._command = command

    def read(self) -> SiteKeys | None:
        """See ``KeyPlace``."""
        text = output_of(self._command, "ATTENDANCE_SITE_KEY", "the site's key")
        return keys_from(text, "the command in ATTENDANCE_SITE_KEY")

    def write(self, keys: SiteKeys) -> None:
        """See ``KeyPlace``."""
        raise SiteKeyError(
            f"The site's key comes from a command, so it is changed there: let the command print the key "
            f"{keys.current.id.hex()} or a new one on the first line and the older one on the second."
        )

    def delete(self) -> None:
        """See ``KeyPlace``."""
        raise SiteKeyError("The site's key comes from a command, so it is deleted there.")


def output_of(command: str, setting: str, what: str) -> str:
    """What a command of the admin prints.

    Args:
        command: its words, as a shell splits them.
        setting: the setting that names it.
        what: what it should print.

    Raises:
        SiteKeyError: it failed.
    """
    try:
        done = subprocess.run(  # noqa: S603 - the admin's own command, without a shell
            shlex.split(command), capture_output=True, text=True, timeout=COMMAND_SECONDS, check=True
        )
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise SiteKeyError(
            f"The command in {setting} didn't give {what} ({type(error).__name__}). Run it by hand to see "
            "what is wrong; it must print it and end with 0."
        ) from error
    return done.stdout
