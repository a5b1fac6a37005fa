"""What is printed when the server is ready for visitors: addresses, engine, the code, what phones need."""

from __future__ import annotations

from dataclasses import dataclass

from attendance.console.screen import Screen
from attendance.program import admin_command
from attendance.register import Register
from client.access.navigation import HOME
from client.startup.addresses import Addresses
from client.startup.terminal_code import print_code
from client.teacher.accounts.first_admin import setup_path


@dataclass(frozen=True)
class Welcome:
    """The first screen.

    Attributes:
        addresses: where the server is reached.
        public_url: the public address, while there is one.
        self_signed: phones will not know the certificate.
        register: what is served.
    """

    addresses: Addresses
    public_url: str | None
    self_signed: bool
    register: Register

    def show(self, screen: Screen) -> None:
        """Print all of it."""
        screen.say()
        screen.pairs(self._rows())
        screen.say()
        self._show_code(screen)
        for hint in self._hints():
            screen.say(hint)
        screen.say("Stop with Ctrl-C.")

    def _rows(self) -> list[tuple[str, str]]:
        pin = self.register.engine()
        students = len(self.register.students.all())
        settings = self.register.settings
        where = "MongoDB" if settings.mongodb_uri else str(settings.data)
        public = [("Everywhere", self.public_url)] if self.public_url else []
        setup = setup_path(self.register)
        first = [("First admin", f"{self.addresses.local}{setup} (once, on this computer)")] if setup else []
        return [
            ("On this computer", f"{self.addresses.local}{HOME}"),
            ("Code on the wall", f"{self.addresses.local}/wall"),
            *(("In this network", address) for address in self.addresses.network),
            *public,
            *first,
            ("Faces", f"{pin.engine} with {pin.detector}. {pin.reason}"),
            ("Register", f"{students} {'student' if students == 1 else 'students'} in {where}"),
        ]

    @property
    def _base(self) -> str | None:
        """What phones open, or None where no phone can."""
        return self.public_url or self.addresses.for_phones

    def _show_code(self, screen: Screen) -> None:
        if not self.register.courses.general_runs():
            screen.say(
                f"Open a session at {self.addresses.local}{HOME}, and its page has the code for the wall."
            )
            return
        token = self.register.entrances.static_address(self.register.sessions.today())
        address = f"{self._base or self.addresses.local}/s/{token}"
        if self._base is None:
            screen.say(f"The check-in page: {address}")
        elif print_code(screen, address):
            screen.say(f"Students scan this code today: {address}")
        else:
            screen.say(f"Students scan the code at {self.addresses.local}/wall, or open today {address}")

    def _hints(self) -> list[str]:
        hints = []
        if self._base is None:
            hints.append(
                "No phone can reach it: it listens to this computer only, or the computer is in no network. "
                "Leave --host away, connect the computer, or add --public."
            )
        elif self._base.startswith("http://"):
            hints.append(
                "Phones open their camera only on secure pages. Here they can send a photo that they take; "
                "for the live camera start with --tls, or with --public."
            )
        elif self.self_signed and self.public_url is None:
            hints.append("Phones warn once, because this computer vouches for itself; choose to go on.")
        if not self.register.students.all():
            enrol = admin_command("enrol", "FOLDER", '--consent "HOW"')
            hints.append(f"Nobody is enrolled yet: {enrol}")
        return hints
