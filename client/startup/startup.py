"""What happens beside the server once it listens: models, tunnel, demonstration, and what is printed."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from flask import Flask

from attendance.console.screen import Screen
from attendance.errors import StoreUnavailableError
from attendance.program import reinstalling
from attendance.register import Register
from client.errors import TunnelError
from client.problems.table import DOMAIN_ERRORS
from client.serving.server import Server
from client.serving.tunnel_switch import SWITCH, TunnelSwitch
from client.startup import demo
from client.startup.addresses import Addresses
from client.startup.missing_libraries import missing_library
from client.startup.options import Options
from client.startup.welcome import Welcome
from client.web.services import TUNNEL

if TYPE_CHECKING:
    from client.serving.tunnel import Tunnel

POLL_SECONDS = 0.02
STOP_SECONDS = 5.0  # for the models to finish loading, when the server stops before they have


class Opening:
    """Opens a server to its visitors; a context manager that takes down what it put up.

    Args:
        options: what was asked for.
        addresses: where the server is reached.
        register: what it serves.
        server: runs in the main thread.
        app: is told the public address.
        screen: where things are said.
    """

    def __init__(
        self,
        *,
        options: Options,
        addresses: Addresses,
        register: Register,
        server: Server,
        app: Flask,
        screen: Screen,
    ) -> None:
        self.exit_status = 0
        self._options = options
        self._addresses = addresses
        self._register = register
        self._server = server
        self._screen = screen
        self._warmer = threading.Thread(target=self._warm_up, name="warm-up", daemon=True)
        self._tunnel = TunnelSwitch(self._make_tunnel, addresses.itself)
        app.extensions[TUNNEL] = self._tunnel.is_up
        if options.public or register.settings.ngrok_authtoken:
            app.extensions[SWITCH] = self._tunnel
        app.config["PUBLIC_URL"] = self.base_url

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._tunnel.switch_off()
        if self._warmer.is_alive():
            self._warmer.join(STOP_SECONDS)

    def start(self) -> None:
        """Go on beside the server."""
        self._warmer.start()
        threading.Thread(target=self._announce, name="announce", daemon=True).start()

    def base_url(self) -> str | None:
        """What the code carries: the public address while it is up, else the one in the local network."""
        return self._tunnel.public_url or self._addresses.for_phones

    def _make_tunnel(self) -> Tunnel:
        from client.serving.tunnel import Tunnel  # noqa: PLC0415 - only a tunnel needs pyngrok

        settings, domain = self._register.settings, self._options.domain
        return Tunnel(settings.ngrok_authtoken, settings.config, say=self._screen.say, domain=domain)

    def _warm_up(self) -> None:
        try:
            self._register.warm_up()
            self._register.classroom.resume()  # after the networks are there, which both would load
        except StoreUnavailableError as error:
            self._screen.problem(str(error))  # it may come back, and the first check-in loads what is missing
        except DOMAIN_ERRORS as error:
            self._fail(str(error))
        except ImportError as error:
            self._fail(missing_library(error) or f"A package is not whole: {error}. {reinstalling()}")

    def _announce(self) -> None:
        while not self._server.started:
            if self._server.should_exit:
                return
            time.sleep(POLL_SECONDS)
        try:
            if self._options.demo:
                self._demonstrate()
            if self._options.public:
                self._open_tunnel()
            self._welcome()
        except DOMAIN_ERRORS as error:
            self._fail(str(error))

    def _open_tunnel(self) -> None:
        self._screen.say("Asking ngrok for the public address …")
        try:
            self._tunnel.switch_on()
        except TunnelError as error:
            self._screen.problem(str(error))
            self._screen.say("Phones in the local network can check in all the same.")

    def _demonstrate(self) -> None:
        collins, _ = demo.portraits()
        session = self._register.sessions.today()
        photo = demo.another_rendering(collins.jpeg)
        address = self._register.entrances.static_address(session) or ""  # General has one
        answer = demo.check_in(self._addresses.itself, address, photo)
        self._screen.say(demo.verdict_sentence(collins.name, answer))

    def _welcome(self) -> None:
        self_signed = self._options.wants_tls and self._options.cert is None
        Welcome(self._addresses, self._tunnel.public_url, self_signed, self._register).show(self._screen)

    def _fail(self, sentence: str) -> None:
        self._screen.problem(sentence)
        self.exit_status = 1
        self._server.should_exit = True
