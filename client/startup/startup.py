"""What runs beside the server at its start: loading models, tunnel, demo and welcome."""

from __future__ import annotations

import logging
import threading
import time
from functools import partial
from types import TracebackType
from typing import Self

from flask import Flask

from attendance.console.screen import Screen
from attendance.errors import StoreUnavailableError
from attendance.missing_libraries import missing_library
from attendance.program import doubt_packages, repair
from attendance.register import Register
from client.errors import TunnelError
from client.problems.table import DOMAIN_ERRORS
from client.serving.server import Server
from client.serving.tunnel.tunnel_switch import SWITCH, Switch, TunnelSwitch, new_tunnel
from client.startup import demo
from client.startup.addresses import Addresses
from client.startup.options import Options
from client.startup.stop_deadline import StopDeadline
from client.startup.welcome import Welcome
from client.startup.workers.role import ALONE, WorkerRole
from client.web.plain_http import PLAIN_HTTP
from client.web.services import FORWARDER, TUNNEL
from client.web.visitors.own_address_page import own_addresses_of, share_own_addresses
from client.web.visitors.this_computer import here

_log = logging.getLogger(__name__)
POLL_SECONDS = 0.02
STOP_SECONDS = 5.0  # to wait for models that are still loading when the server stops


class Startup:
    """Makes a server ready for visitors. As a context manager, it closes its own tunnel at the end.

    Args:
        options: the command line's options.
        addresses: the server's addresses.
        register: the register that it serves.
        server: the server, which runs in the main thread.
        app: the app, which receives the public address.
        screen: the terminal.
        deadline: ends the process if it doesn't stop.
        role: which of several processes this is.
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
        deadline: StopDeadline,
        role: WorkerRole = ALONE,
    ) -> None:
        self.exit_status = 0
        self._role = role
        self._options = options
        self._addresses = addresses
        self._register = register
        self._server = server
        self._app = app
        self._screen = screen
        self._deadline = deadline
        self._warmer = threading.Thread(target=self._warm_up, name="warm-up", daemon=True)
        self._tunnel = self._switch()
        app.extensions[TUNNEL] = self._tunnel.is_up
        app.extensions[FORWARDER] = self._tunnel.may_forward
        if options.public or register.settings.ngrok_authtoken:
            app.extensions[SWITCH] = self._tunnel
        app.config["PUBLIC_URL"] = self.base_url
        app.config[PLAIN_HTTP] = addresses.plain_http

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._role.tunnel is None:  # another process's stays open
            self._tunnel.switch_off()
        if self._warmer.is_alive():
            self._warmer.join(STOP_SECONDS)

    def start(self) -> None:
        """Start the work beside the server."""
        self._warmer.start()
        threading.Thread(target=self._announce, name="announce", daemon=True).start()

    def base_url(self) -> str | None:
        """The address for QR codes: public while the tunnel is up, otherwise in the local network."""
        return self._tunnel.public_url or self._addresses.for_phones

    def _switch(self) -> Switch:
        """The supervisor's tunnel if there is a supervisor, otherwise one of this process."""
        if (shared := self._role.tunnel) is not None:
            share_own_addresses(self._app, shared)
            return shared
        make = partial(
            new_tunnel,
            self._register.settings,
            self._options.domain,
            notify=self._screen.say,
            came_up=own_addresses_of(self._app).learn,
        )
        return TunnelSwitch(make, self._addresses.internal)

    def _warm_up(self) -> None:
        try:
            _ = self._register.receipts.keys  # made here, and not when a student waits for one
            self._register.warm_up()
            self._register.classroom.resume()  # afterwards, or both would load the networks
        except StoreUnavailableError as error:
            self._screen.problem(str(error))  # it may come back; the first check-in then loads the rest
        except DOMAIN_ERRORS as error:
            self._fail(str(error))
        except ImportError as error:
            library = missing_library(error)
            if library is None:
                doubt_packages()
            self._fail(library or f"A package is incomplete: {error}. {repair()}")
        except Exception as error:  # noqa: BLE001 - whatever it is, a server that is never ready has to end
            _log.debug("The models can't be loaded.", exc_info=True)
            self._fail(
                f"The models can't be loaded, so nobody can check in: {type(error).__name__}: {error}. Give "
                "the program more memory, or close others, and start it again. --debug shows why."
            )

    def _announce(self) -> None:
        while not self._server.started:
            if self._server.should_exit:
                return
            time.sleep(POLL_SECONDS)
        try:
            if self._role.announces:
                self._show_all()
        except DOMAIN_ERRORS as error:
            self._fail(str(error))
        else:
            self._role.report_serving()

    def _show_all(self) -> None:
        if self._options.demo:
            self._run_demo()
        if self._options.public:
            self._open_tunnel()
        self._welcome()

    def _open_tunnel(self) -> None:
        self._screen.say("Requesting a public address from ngrok …")
        try:
            self._tunnel.switch_on()
        except TunnelError as error:
            self._screen.problem(str(error))
            self._screen.say("Phones on the local network can still check in.")

    def _run_demo(self) -> None:
        collins, _ = demo.portraits()
        session = self._register.sessions.today()
        photo = demo.another_rendering(collins.jpeg)
        address = self._register.entrances.address(session)
        answer = demo.check_in(self._addresses.internal, address, photo)
        self._screen.say(demo.verdict_sentence(collins.name, answer))
        self._screen.say(demo.NO_LIVING_PERSON)

    def _welcome(self) -> None:
        self_signed = self._options.wants_tls and self._options.cert is None
        welcome = Welcome(
            self._addresses, self._tunnel.public_url, self_signed, self._register, partial(here, self._app)
        )
        try:
            welcome.show(self._screen)
        except DOMAIN_ERRORS as error:  # as where the database is away for a moment; phones need no welcome
            self._screen.problem(str(error))
            self._screen.say(f"The server runs at {self._addresses.local}. Press Ctrl-C to stop.")

    def _fail(self, sentence: str) -> None:
        try:
            self._screen.problem(sentence)
        finally:  # a server that is never ready ends, even if there is no memory for the sentence
            self.exit_status = self._deadline.status = 1
            self._server.should_exit = True
            self._deadline.begin()
