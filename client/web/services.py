"""What the routes work with, found on the app that serves the request."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from flask import Flask, current_app

from attendance.register import Register
from attendance.settings.signing_secret import signing_secret
from client.web.grants import Signatures

_REGISTER = "register"
_SIGNATURES = "signatures"
SetUp = Callable[[Flask, Register, Callable[[], bool]], None]
"""Gives an app what every app of this server has: its register, and whether a tunnel is up."""
TUNNEL = "tunnel"  # a Callable[[], bool] that the launcher may exchange at any time


def attach_services(app: Flask, register: Register, tunnel_is_up: Callable[[], bool] | None) -> None:
    """Hang the register, the signatures and the tunnel's state on the app."""
    app.extensions[_REGISTER] = register
    app.extensions[_SIGNATURES] = Signatures(signing_secret(register.settings))
    app.extensions[TUNNEL] = tunnel_is_up or (lambda: False)


def register_of(app: Flask) -> Register:
    """The register that an app serves."""
    return cast("Register", app.extensions[_REGISTER])


def tunnel_of(app: Flask) -> Callable[[], bool]:
    """Asks whoever says at that moment whether the tunnel is up."""
    return lambda: bool(app.extensions[TUNNEL]())


def the_register() -> Register:
    """The register of the app that serves this request."""
    return register_of(current_app)


def the_signatures() -> Signatures:
    """What signs grants and claims in the app that serves this request."""
    return cast("Signatures", current_app.extensions[_SIGNATURES])
