"""The terminal's output when the server is ready: addresses, engine, where the QR code is, hints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from attendance.classes.general_course import GENERAL_COURSE
from attendance.console.screen import Screen
from attendance.program import admin_command
from attendance.register import Register
from attendance.values import LivenessMode
from client.access.navigation import HOME
from client.startup.addresses import Addresses
from client.startup.terminal_code import print_code
from client.teacher.accounts.first_admin import setup_path
from client.web.proxy import hides_this_computer
from face_detection.liveness import mesh_file
from face_detection.runtime.reinstall import install_command

WITHOUT_MOVEMENTS = (
    "Without the camera in the page, nobody can be asked to turn the head: courses that require it only note "
    "that it is missing, and someone who holds up a photo of a friend can check that friend in."
)


@dataclass(frozen=True)
class Welcome:
    """The welcome screen.

    Attributes:
        addresses: the server's addresses.
        public_url: the public address, if there is one.
        self_signed: whether phones will warn about the certificate.
        register: the register that is served.
        here: adds the key to a path that only works on this computer.
    """

    addresses: Addresses
    public_url: str | None
    self_signed: bool
    register: Register
    here: Callable[[str], str]

    def show(self, screen: Screen) -> None:
        """Print the welcome screen."""
        screen.say()
        screen.pairs(self._rows())
        screen.say()
        self._show_code(screen)
        for hint in self._hints():
            screen.say(hint)
        screen.say("Press Ctrl-C to stop.")

    def _rows(self) -> list[tuple[str, str]]:
        pin = self.register.engine()
        students = self.register.store.count_students()
        settings = self.register.settings
        where = "MongoDB" if settings.mongodb_uri else str(settings.data)
        public = [("On the internet", self.public_url)] if self.public_url else []
        here = [("On this computer", f"{self.addresses.local}{HOME}"), ("QR code page", self._wall)]
        return [
            *([("For the proxy", self.addresses.local)] if self._is_behind_proxy else here),
            *(("On this network", address) for address in self.addresses.network),
            *public,
            *self._first_admin(),
            ("Recognition", f"{pin.engine} with {pin.detector}. {pin.reason}"),
            ("Register", f"{students} {'student' if students == 1 else 'students'} in {where}"),
        ]

    @property
    def _is_behind_proxy(self) -> bool:
        """Whether requests from this computer are a proxy's, so that its own addresses open nothing."""
        return hides_this_computer(self.register.settings.trusted_proxies)

    def _first_admin(self) -> list[tuple[str, str]]:
        """How to make the first admin, while there is none."""
        if not self.register.first_admin.is_wanted:
            return []
        if self._is_behind_proxy:
            return [("First admin", admin_command("add-teacher", "NAME", "--admin"))]
        path = setup_path(self.register)
        return [("First admin", f"{self.addresses.local}{path} (works once, on this computer)")]

    @property
    def _wall(self) -> str:
        return f"{self.addresses.local}{self.here('/wall')}"

    @property
    def _base(self) -> str | None:
        """The address for phones, or None if they can't reach the server."""
        return self.public_url or self.addresses.for_phones

    def _show_code(self, screen: Screen) -> None:
        session = self.register.sessions.open_general()
        if session is None:
            where = "" if self._is_behind_proxy else f" at {self.addresses.local}{HOME}"
            screen.say(f"To get a QR code, open a session{where}")
            return
        token = self.register.entrances.static_address(session)
        if token is None and self._is_behind_proxy:
            screen.say("The QR code is on the projector page of today's session, after a login.")
        elif token is None:
            screen.say("To show students the QR code, open the QR code page on this computer.")
        else:
            self._show_fixed_code(screen, f"{self._base or self.addresses.local}/s/{token}")

    def _show_fixed_code(self, screen: Screen, address: str) -> None:
        """Print the code that General accepts all day, and how to end that."""
        if self._base is None or not print_code(screen, address):
            screen.say(f"The check-in page, today: {address}")
        else:
            screen.say(f"Students scan this code today: {address}")
        where = "projector page" if self._is_behind_proxy else "QR code page"
        screen.say(
            "This code doesn't change, so a photo of it can be passed on: General accepts a fixed code, as "
            f"in the demo. The code on the {where} changes every few seconds."
        )

    def _hints(self) -> list[str]:
        hints = []
        if self._is_behind_proxy:
            hints.append(
                "Everyone comes through the proxy on this computer: open its https address. Addresses with "
                "localhost are refused, because a browser there looks like the proxy."
            )
        elif self._base is None:
            hints.append(
                "Phones can't reach this server: it listens on this computer only, or the computer has no "
                "network. Omit --host, connect to a network, or add --public."
            )
        elif self._base.startswith("http://") and not self.register.settings.forbids_plain_http:
            hints.append(
                "Phones open their camera only for secure pages. On this page, students can take a photo and "
                "send it. To use the camera in the page, start with --tls or --public."
            )
            if self._requires_movements():
                hints.append(WITHOUT_MOVEMENTS)
        elif self.self_signed and self.public_url is None:
            hints.append("Phones warn once, because the certificate is self-signed. Choose to continue.")
        if self.addresses.plain_http:
            hints.append(self._about_plain_http())
        if why := mesh_file.why_no_mesh():
            hints.append(
                f"Whether a head turns is judged by five points of the face alone, because {why}. To install "
                f"the package, run: {install_command(mesh_file.PACKAGE)}"
            )
        if not self.register.store.count_students():
            enrol = admin_command("enrol", "FOLDER", '--consent "HOW"')
            hints.append(f"Nobody is enrolled yet. To enrol students, run: {enrol}")
        return hints

    def _requires_movements(self) -> bool:
        """Whether any course lets a teacher decide where nobody turned the head."""
        courses = [course for course in self.register.courses.all() if course.active] or [GENERAL_COURSE]
        return any(course.liveness is LivenessMode.REQUIRED for course in courses)

    def _about_plain_http(self) -> str:
        remedy = "Start with --tls or --public, or put a trusted proxy in front"
        if self.register.settings.forbids_plain_http:
            return f"Plain http is forbidden: phones on this network are refused. {remedy}."
        return (
            "Unprotected on this network: students' photos and names, codes, and what lets their phones "
            f"check in travel over plain http, and anyone on it can read them. {remedy}; --no-plain-http "
            "refuses such check-ins."
        )
