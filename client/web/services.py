"""The services that views use, stored on the app."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import cast

from flask import Flask, current_app

from attendance.clock import local_day
from attendance.register import Register
from attendance.settings.signing_secret import signing_secret
from client.web.grants import Signatures

_REGISTER = "register"
_SIGNATURES = "signatures"
SetUp = Callable[[Flask, Register, Callable[[], bool]], None]
"""Sets up an app with what all apps share, given the register and whether a tunnel is up."""
TUNNEL = "tunnel"  # key of a Callable[[], bool], which the launcher can replace at any time
FORWARDER = (
    "tunnel_forwarder"  # the same for whether the tunnel's agent may forward requests; None: while it is up
)


def attach_services(app: Flask, register: Register, tunnel_is_up: Callable[[], bool] | None) -> None:
    """Store the register, the signatures and the tunnel's state on the app."""
    app.extensions[_REGISTER] = register
    app.extensions[_SIGNATURES] = Signatures(signing_secret(register.settings))
    app.extensions[TUNNEL] = tunnel_is_up or (lambda: False)


def register_of(app: Flask) -> Register:
    """The register that an app serves."""
    return cast("Register", app.extensions[_REGISTER])


def signatures_of(app: Flask) -> Signatures:
    """The signatures of an app."""
    return cast("Signatures", app.extensions[_SIGNATURES])


def tunnel_of(app: Flask) -> Callable[[], bool]:
    """A function that returns whether the tunnel is up, even after the launcher replaces it."""
    return lambda: bool(app.extensions[TUNNEL]())


def forwarder_of(app: Flask) -> Callable[[], bool]:
    """A function that returns whether the tunnel's agent may forward requests, so that its word counts."""
    return lambda: bool(app.extensions.get(FORWARDER, app.extensions[TUNNEL])())


def the_register() -> Register:
    """The register of the app that serves this request."""
    return register_of(current_app)


def the_signatures() -> Signatures:
    """The signatures of the app that serves this request."""
    return signatures_of(current_app)


def site_today() -> date:
    """The day that it is now in the site's time zone."""
    register = the_register()
    return local_day(register.clock.now(), register.settings.time_zone)
