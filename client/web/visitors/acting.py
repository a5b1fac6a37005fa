"""Who a request acts for in the audit trail: the user or the token, once known, and a hash of the address."""

from __future__ import annotations

from flask import Flask, current_app, g, has_request_context, request

from attendance.audit.chain.actor import PHONE, Actor, act_as, hashed_origin
from attendance.settings.signing_secret import signing_secret
from client.web.services import the_register
from client.web.visitors.place import address_of

_NAME = "actor_name"  # in g
_SECRET = "actor_secret"  # noqa: S105 - in an app's extensions


def init_acting(app: Flask) -> None:
    """Let every request of an app act for whoever sends it."""
    app.extensions[_SECRET] = signing_secret(app.extensions["register"].settings)
    app.before_request(lambda: act_as(_the_requests))


def act_for(name: str) -> None:
    """From now on this request acts for somebody.

    Args:
        name: as ``Actor.name``.
    """
    setattr(g, _NAME, name)


def _the_requests() -> Actor:
    if not has_request_context():  # the thread does something else now
        return Actor()
    address = address_of(request)
    day = the_register().clock.now().date().isoformat()
    secret = current_app.extensions[_SECRET]
    origin = "" if address is None else hashed_origin(secret, day, address)
    return Actor(g.get(_NAME, PHONE), origin)
