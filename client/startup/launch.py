"""Assembles and runs the server: settings, models, register, app."""

from __future__ import annotations

import os
import signal
import ssl
from collections.abc import Mapping
from contextlib import ExitStack, closing

from flask import Flask

from attendance.console.screen import Screen
from attendance.errors import AttendanceError
from attendance.program import checkout, register_in_use
from attendance.register import Register, open_register
from attendance.settings.misspelt import misspelt_settings
from attendance.settings.settings import FORBIDDEN, Settings
from client.errors import ClientError
from client.flaskapp import create_app
from client.serving.limits import ServerLimits
from client.serving.server import Server, listen, raise_open_file_limit
from client.serving.timer import Ticker
from client.startup import demo
from client.startup.addresses import Addresses
from client.startup.logs import set_up_logging
from client.startup.network import local_addresses
from client.startup.options import Options
from client.startup.startup import Startup
from client.startup.stop_deadline import StopDeadline
from client.web.security import SELF_SIGNED
from face_detection.errors import FaceDetectionError
from face_detection.runtime.memory import give_memory_back, keep_little_memory

EXPECTED = (ClientError, AttendanceError, FaceDetectionError)  # errors with messages for people


def start(options: Options, screen: Screen) -> int:
    """Serve until stopped, and return the exit status.

    Raises:
        KeyboardInterrupt: stopped before it served.
    """
    deadline = StopDeadline()
    for number in (signal.SIGINT, signal.SIGTERM):  # until the server handles signals
        signal.signal(number, deadline.interrupt)
    with ExitStack() as stack:
        try:
            options.check()
            environ: Mapping[str, str] = os.environ
            if options.demo:
                demo.portraits()  # before networks are downloaded for nothing
                environ = stack.enter_context(demo.temporary_environment(environ))
            for sentence in misspelt_settings(environ):
                screen.note(sentence)
            return _serve(options, settings_for(options, environ), screen, stack, deadline)
        except EXPECTED as error:
            screen.problem(str(error))
            return 1


def settings_for(options: Options, environ: Mapping[str, str]) -> Settings:
    """The settings from the environment, overridden by the command line.

    Started from a checkout, the data folder is the checkout's own, whatever the current folder is.

    Raises:
        SettingsError: some values are not valid.
    """
    root = None if environ.get("ATTENDANCE_DATA") else checkout()
    beside_the_code = root and root / "Dataset"
    return Settings.from_env(environ).with_overrides(
        data=options.data or beside_the_code,
        trusted_proxies=options.trusted_proxies,
        plain_http=FORBIDDEN if options.no_plain_http else None,
    )


def _serve(
    options: Options, settings: Settings, screen: Screen, stack: ExitStack, deadline: StopDeadline
) -> int:
    set_up_logging(debug=options.debug, as_json=settings.logs_json)
    keep_little_memory()
    limits = ServerLimits()
    raise_open_file_limit(limits)
    listeners = [stack.enter_context(each) for each in listen(options.host, options.port)]
    scheme = "https" if options.wants_tls else "http"
    addresses = Addresses(scheme, options.host, listeners[0].getsockname()[1], local_addresses())
    certificate, self_signed = _certificate(options, settings, addresses)
    register = _open(options, settings, screen, stack)
    app = create_app(register=register)
    app.config[SELF_SIGNED] = self_signed
    _debug(app, debug=options.debug)
    server = Server(app, limits=limits, certificate=certificate, on_stop=deadline.begin)
    startup = Startup(
        options=options,
        addresses=addresses,
        register=register,
        server=server,
        app=app,
        screen=screen,
        deadline=deadline,
    )
    stack.enter_context(Ticker(register.settle_due))
    stack.enter_context(Ticker(give_memory_back))
    stack.enter_context(startup).start()
    server.run(sockets=listeners)
    return startup.exit_status


def _open(options: Options, settings: Settings, screen: Screen, stack: ExitStack) -> Register:
    """Open the register, choose its engine, and prepare the networks."""
    stack.enter_context(register_in_use(settings.data))
    with closing(screen.bars) as progress:
        register = stack.enter_context(open_register(settings, progress=progress))
        register.engine()
        if options.demo:
            progress("Enrolling two portraits", 0, 0)
            demo.enrol(register)
            demo.loosen_general(register)
    return register


def _certificate(
    options: Options, settings: Settings, addresses: Addresses
) -> tuple[ssl.SSLContext | None, bool]:
    """The certificate for ``--tls``, and whether browsers warn of it."""
    if not options.wants_tls:
        return None, False
    from client.serving import tls  # noqa: PLC0415 - importing it takes a tenth of a second

    if options.cert is not None:
        return tls.load_certificate(options.cert, options.key), tls.is_self_signed(options.cert)
    names = tls.machine_names(addresses.machine)
    return tls.load_certificate(tls.self_signed_certificate(settings.config, names), None), True


def _debug(app: Flask, *, debug: bool) -> None:
    app.debug = debug
    app.config["TEMPLATES_AUTO_RELOAD"] = debug
