"""What every command works with: settings, register and screen."""

from __future__ import annotations

import difflib
import getpass
import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from attendance.audit.chain.actor import COMMAND, Actor, acting
from attendance.clock import local_day
from attendance.console.screen import Screen
from attendance.errors import StudentNotFoundError
from attendance.program import admin_command, register_in_use
from create_database.errors import AdminError

if TYPE_CHECKING:
    from attendance.register import Register
    from attendance.settings.settings import Settings
    from attendance.values import Student
    from face_detection.runtime.progress import Progress

    Opener = Callable[[Settings, Progress], Register]

UNKNOWN_USER = "admin"  # recorded if the system has no name for the user
MAX_SUGGESTIONS = 3
SIMILARITY_CUTOFF = 0.5  # difflib's ratio; its default of 0.6 would not suggest 17 for 71


def _open(settings: Settings, progress: Progress) -> Register:
    """Open the register of these settings."""
    from attendance.open_register import open_register  # noqa: PLC0415 - 0.3 s that --help does not need

    return open_register(settings, progress=progress, keyring=True)


class AdminContext:
    """The settings, the register and the screen of one command; the register is opened when first used.

    Args:
        environ: the source of the settings; None means the process's environment.
        opener: opens the register.

    Attributes:
        environ: the source of the settings.
        overrides: settings of the command line by field name, as text.
        screen: prints to the admin.
    """

    def __init__(self, environ: Mapping[str, str] | None = None, *, opener: Opener = _open) -> None:
        self.environ = os.environ if environ is None else environ
        self._opener = opener
        self.overrides: dict[str, str] = {}
        self._open: Register | None = None
        self._stack = ExitStack()
        self._only_tries = False
        self.screen = Screen(for_programs=True)

    def override(self, **given: str | None) -> None:
        """Override settings, by field name, with values from the command line; None changes nothing."""
        self.overrides |= {field: value for field, value in given.items() if value is not None}
        if given.get("data"):
            self._stack.enter_context(register_in_use(Path(str(given["data"]))))  # hints name it from now on

    @cached_property
    def settings(self) -> Settings:
        """The environment's settings with the command line's overrides."""
        from attendance.settings.misspelt import misspelt_settings  # noqa: PLC0415 - the same
        from attendance.settings.settings import Settings  # noqa: PLC0415 - the same

        for sentence in misspelt_settings(self.environ):
            self.screen.note(sentence)
        return Settings.from_env(self.environ).with_overrides(**self.overrides)

    def act(self) -> None:
        """From now on the audit trail names the user at the keyboard."""
        self._stack.enter_context(acting(Actor(COMMAND + user_name())))

    def try_only(self) -> None:
        """From now on work on a copy of the register, which is discarded: for dry runs."""
        assert self._open is None, "the register is open already"
        self._only_tries = True

    @property
    def register(self) -> Register:
        """The open register; in a dry run a copy of it."""
        if self._open is None:
            settings = self.settings
            self._stack.enter_context(register_in_use(settings.data))
            self.act()
            if self._only_tries:
                from attendance.trial import settings_to_try  # noqa: PLC0415 - as above

                settings = self._stack.enter_context(settings_to_try(settings))
            self._open = self._stack.enter_context(self._opener(settings, self.screen.bars))
            if self._only_tries:
                self._open.engines.only_try()
            if "engine" in self.overrides:
                self._open.engines.asked_with("--engine")
        return self._open

    def close(self) -> None:
        """Remove the progress bars, and close the register if it was opened."""
        self.screen.bars.clear()
        self._open = None
        self._stack.close()

    def load_networks(self) -> None:
        """Load the networks, and report the engine if the register has just settled on one."""
        first = self.register.store.engine_pin() is None
        self.register.warm_up()
        if first:
            pin = self.register.engine()
            self.screen.note(f"Engine: {pin.engine}, detector: {pin.detector}. {pin.reason}")

    def student(self, roll_number: str) -> Student:
        """The student with this roll number.

        Raises:
            AdminError: there is none; the message suggests similar roll numbers and names.
        """
        try:
            return self.register.students.get(roll_number)
        except StudentNotFoundError as error:
            if self.register.store.students_with_number(roll_number):
                raise AdminError(str(error)) from error  # twins
            raise AdminError(_not_found(roll_number, self.register.students.all())) from error

    @property
    def today(self) -> date:
        """The day at the site."""
        return local_day(self.register.clock.now(), self.settings.time_zone)

    def local(self, moment: datetime) -> str:
        """A moment in the site's time zone, to the minute."""
        return moment.astimezone(self.settings.time_zone).strftime("%Y-%m-%d %H:%M")


def _not_found(roll_number: str, students: list[Student]) -> str:
    """The message for an unknown roll number."""
    sentence = f"No student has the roll number {roll_number}."
    if not students:
        return f"{sentence} Nobody is enrolled yet."
    texts = {s.roll_number.casefold(): s for s in students} | {s.name.casefold(): s for s in students}
    near = difflib.get_close_matches(
        roll_number.casefold(), texts, n=MAX_SUGGESTIONS, cutoff=SIMILARITY_CUTOFF
    )
    found = list(dict.fromkeys(texts[text] for text in near))
    if not found:
        return f"{sentence} To see all students, run: {admin_command('list')}"
    return f"{sentence} Did you mean {' or '.join(f'{s.roll_number} ({s.name})' for s in found)}?"


def person_named(context: AdminContext, by: str) -> str:
    """Who did something, as people read it: a user's name, or what else was recorded."""
    user = context.register.store.user(by)  # else the clock, a student, a token, or what a command was given
    return by if user is None else user.name


def user_name() -> str:
    """The name of the user at the keyboard, for the record."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # which one it raises without a name changed with Python 3.13
        return UNKNOWN_USER
