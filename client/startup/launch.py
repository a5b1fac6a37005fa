"""Assembles and runs the server: settings, models, register, app."""

from __future__ import annotations

import functools
import os
import signal
import socket
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass

from flask import Flask

from attendance.audit.noted_settings import note_settings
from attendance.console.screen import Screen
from attendance.errors import AttendanceError, SiteKeyError
from attendance.open_register import open_register
from attendance.program import checkout, register_in_use
from attendance.register import Register
from attendance.sealing.key_sources import asks_a_person
from attendance.settings.misspelt import misspelt_settings
from attendance.settings.server_settings import FORBIDDEN
from attendance.settings.settings import Settings
from client.errors import ClientError
from client.flaskapp import create_app
from client.monitoring.shared_metrics import counting_together
from client.serving.certificates.certificate_end import set_certificate_end
from client.serving.limits import ServerLimits
from client.serving.server import Server, listen, raise_open_file_limit
from client.serving.timer import Ticker
from client.startup import demo
from client.startup.addresses import Addresses
from client.startup.certificate import certificate_for, sentence_about
from client.startup.key_notices import tell_about_keys
from client.startup.logging.logs import set_up_logging
from client.startup.options import Options
from client.startup.register_notices import tell_about_older_register
from client.startup.startup import Startup
from client.startup.stop_deadline import StopDeadline
from client.startup.workers.orders import WorkerOrders
from client.startup.workers.role import ALONE, WorkerRole
from client.startup.workers.shared_tunnel import SharedTunnel
from client.startup.workers.supervised import supervise
from client.startup.workers.supervisor_link import SupervisorLink
from client.web.security import SELF_SIGNED
from client.web.visitors.this_computer import set_key
from face_detection.errors import FaceDetectionError
from face_detection.runtime.memory import give_memory_back, keep_little_memory
from face_detection.runtime.openvino_runtime import share_cores

EXPECTED = (ClientError, AttendanceError, FaceDetectionError)  # errors with messages for people


def start(options: Options, screen: Screen) -> int:
    """Serve until stopped, and return the exit status.

    Raises:
        KeyboardInterrupt: stopped before it served.
    """
    deadline = _begin_to_be_stopped()
    with ExitStack() as stack:
        try:
            options.check()
            environ: Mapping[str, str] = os.environ
            if options.demo:
                demo.portraits()  # before networks are downloaded for nothing
                environ = stack.enter_context(demo.temporary_environment(environ))
            for sentence in misspelt_settings(environ):
                screen.note(sentence)
            settings = settings_for(options, environ)
            set_up_logging(debug=options.debug, as_json=settings.logs_json)
            raise_open_file_limit(ServerLimits())
            listeners = [stack.enter_context(each) for each in listen(options.host, options.port)]
            if options.workers > 1:
                if asks_a_person(settings):
                    raise SiteKeyError(
                        "Several processes can't ask for the passphrase. Set ATTENDANCE_PASSPHRASE_FILE to a "
                        "file or command that gives it, or start without --workers."
                    )
                counting = counting_together(environ, is_wanted=bool(settings.metrics))
                environ = stack.enter_context(counting)
                return supervise(options, settings, environ, listeners, screen)
            return _serve(_ServerStart(options, settings, screen, deadline), listeners, stack)
        except EXPECTED as error:
            screen.problem(str(error))
            return 1


def serve_as_worker(
    orders: WorkerOrders,
    listeners: Sequence[socket.socket],
    screen: Screen,
    link: SupervisorLink,
) -> int:
    """Serve as one of several processes until stopped, and return the exit status.

    Args:
        orders: from the supervisor.
        listeners: the sockets that all of them share.
        screen: the terminal.
        link: the line to the supervisor.
    """
    deadline = _begin_to_be_stopped()
    link.listen(at_end=functools.partial(os.kill, os.getpid(), signal.SIGTERM))
    options = orders.options
    share_cores(options.workers)
    role = WorkerRole(options.workers, orders.announces, orders.key, link.report_serving, SharedTunnel(link))
    with ExitStack() as stack:
        try:
            settings = settings_for(options, os.environ)
            set_up_logging(debug=options.debug, as_json=settings.logs_json)
            return _serve(_ServerStart(options, settings, screen, deadline, role), listeners, stack)
        except EXPECTED as error:
            screen.problem(str(error))
            return 1


def _begin_to_be_stopped() -> StopDeadline:
    """End soon after a signal, also before the server handles signals."""
    deadline = StopDeadline()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, deadline.interrupt)
    return deadline


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


@dataclass(frozen=True)
class _ServerStart:
    """What a process of the server is started with."""

    options: Options
    settings: Settings
    screen: Screen
    deadline: StopDeadline
    role: WorkerRole = ALONE


def _serve(run: _ServerStart, listeners: Sequence[socket.socket], stack: ExitStack) -> int:
    keep_little_memory()
    options, role = run.options, run.role
    addresses = Addresses.of(options, listeners)
    certificate = certificate_for(options, run.settings.config, addresses)
    register = _open(run, stack)
    app = create_app(register=register)
    if certificate is not None:
        app.config[SELF_SIGNED] = certificate.is_self_signed
        set_certificate_end(app, lambda: certificate.ends_at)
        stack.enter_context(Ticker(certificate.tick))
        if role.announces and (sentence := sentence_about(certificate, register.clock.now())):
            run.screen.problem(sentence)
    if role.key is not None:
        set_key(app, role.key)
    _debug(app, debug=options.debug)
    server = Server(
        app,
        limits=role.part_of(ServerLimits()),
        certificate=None if certificate is None else certificate.current,
        on_stop=run.deadline.begin,
        shares_port=not role.is_alone,
    )
    startup = Startup(
        options=options,
        addresses=addresses,
        register=register,
        server=server,
        app=app,
        screen=run.screen,
        deadline=run.deadline,
        role=role,
    )
    stack.enter_context(Ticker(register.settle_due))
    stack.enter_context(Ticker(give_memory_back))
    stack.enter_context(startup).start()
    server.run(sockets=list(listeners))
    return startup.exit_status


def _open(run: _ServerStart, stack: ExitStack) -> Register:
    """Open the register, choose its engine, and prepare the networks."""
    stack.enter_context(register_in_use(run.settings.data))
    with closing(run.screen.bars) as progress:
        opened = open_register(run.settings, progress=progress, keyring=not run.options.demo)
        register = stack.enter_context(opened)
        if run.role.announces and not run.options.demo:
            tell_about_keys(register, run.screen)
            tell_about_older_register(register, run.screen)
            note_settings(register.audit, register.settings)
        register.engine()
        if run.options.demo and run.role.announces:
            progress("Enrolling two portraits", 0, 0)
            demo.enrol(register)
            demo.loosen_general(register)
    return register


def _debug(app: Flask, *, debug: bool) -> None:
    app.debug = debug
    app.config["TEMPLATES_AUTO_RELOAD"] = debug
