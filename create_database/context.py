"""What every command works with: the settings, the register and the screen."""

from __future__ import annotations

import difflib
import getpass
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from attendance.console.screen import Screen
from attendance.errors import StudentNotFoundError
from create_database.errors import AdminError

if TYPE_CHECKING:
    from attendance.register import Register
    from attendance.settings.settings import Settings
    from attendance.values import Student
    from face_detection.runtime.progress import Progress

    Opener = Callable[[Settings, Progress], Register]

UNKNOWN_USER = "admin"  # who is noted where the system has no name for the user
MOST_NEAR_ONES = 3
NEAR = 0.5  # difflib's ratio; at its own 0.6 the exchanged digits of 71 and 17 would not be near


def _open(settings: Settings, progress: Progress) -> Register:
    """The register as it is, told where progress is shown."""
    from attendance.register import open_register  # noqa: PLC0415 - 0.3 s that --help does not need

    return open_register(settings, progress=progress)


class Desk:
    """The admin's place of work; the register is opened by the first command that needs it.

    Args:
        environ: where the settings come from; None means the process's environment.
        opener: opens the register.
    """

    def __init__(self, environ: Mapping[str, str] | None = None, *, opener: Opener = _open) -> None:
        self._environ = os.environ if environ is None else environ
        self._opener = opener
        self._overrides: dict[str, str] = {}
        self._open: Register | None = None
        self.screen = Screen(for_programs=True)

    def override(self, **given: str | None) -> None:
        """Let the command line have the last word on settings, by the names of their fields."""
        self._overrides |= {field: value for field, value in given.items() if value is not None}

    @cached_property
    def settings(self) -> Settings:
        """The environment's settings, and what the command line says otherwise."""
        from attendance.settings.settings import Settings  # noqa: PLC0415 - the same

        return Settings.from_env(self._environ).with_overrides(**self._overrides)

    @property
    def register(self) -> Register:
        """The register, open."""
        if self._open is None:
            self._open = self._opener(self.settings, self.screen.bars)
        return self._open

    def close(self) -> None:
        """Take the progress bars away, and close the register if a command opened it."""
        self.screen.bars.clear()
        if self._open is not None:
            self._open.close()
            self._open = None

    def load_networks(self) -> None:
        """Load what reads faces, and say which was chosen if this register had none yet."""
        first = self.register.store.engine_pin() is None
        self.register.warm_up()
        if first:
            pin = self.register.engine()
            self.screen.note(f"Faces are compared by {pin.engine} and found by {pin.detector}: {pin.reason}")

    def student(self, roll_number: str) -> Student:
        """The student with this roll number.

        Raises:
            AdminError: there is none; the message names near ones.
        """
        try:
            return self.register.students.get(roll_number)
        except StudentNotFoundError as error:
            raise AdminError(_not_found(roll_number, self.register.students.all())) from error

    def local(self, moment: datetime) -> str:
        """A moment as the site's clock shows it, to the minute."""
        return moment.astimezone(self.settings.time_zone).strftime("%Y-%m-%d %H:%M")


def _not_found(roll_number: str, students: list[Student]) -> str:
    """The sentence for a roll number that nobody has."""
    sentence = f"No student has the roll number {roll_number}."
    if not students:
        return f"{sentence} Nobody is enrolled yet."
    texts = {s.roll_number.casefold(): s for s in students} | {s.name.casefold(): s for s in students}
    near = difflib.get_close_matches(roll_number.casefold(), texts, n=MOST_NEAR_ONES, cutoff=NEAR)
    found = list(dict.fromkeys(texts[text] for text in near))
    if not found:
        return f"{sentence} The command list shows all of them."
    return f"{sentence} Near it: {', '.join(f'{s.roll_number} ({s.name})' for s in found)}."


def user_name() -> str:
    """Who is at the keyboard, for the record."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # what it raises without a name changed with Python 3.13
        return UNKNOWN_USER
