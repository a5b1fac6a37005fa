"""Where this computer's request to itself arrives, which tells it its public address."""

from __future__ import annotations

from http import HTTPStatus
from typing import Protocol, cast

from flask import Blueprint, Flask, Response, abort, current_app

from client.serving.networks.own_addresses import PATH, OwnAddresses
from client.web.visitors.identity import the_address

_OWN = "own_addresses"  # key of app.extensions

blueprint = Blueprint("own_address", __name__)


class KnownAddresses(Protocol):
    """The public addresses of this computer, learned by this process or by another one."""

    @property
    def known(self) -> frozenset[str]:
        """The addresses as visitors' are counted."""
        ...

    def arrived(self, secret: str, address: str) -> bool:
        """Note the address that a request for a secret path came from; whether this computer sent it."""
        ...


def init_own_addresses(app: Flask) -> None:
    """Remember the public addresses of this computer, which no tunnel has reported yet."""
    app.extensions[_OWN] = OwnAddresses()


def share_own_addresses(app: Flask, shared: KnownAddresses) -> None:
    """Use what another process learns."""
    app.extensions[_OWN] = shared


def own_addresses_of(app: Flask) -> OwnAddresses:
    """The public addresses of this computer, where this process learns them."""
    return cast("OwnAddresses", app.extensions[_OWN])


def known_addresses_of(app: Flask) -> KnownAddresses:
    """The public addresses of this computer, whoever learns them."""
    return cast("KnownAddresses", app.extensions[_OWN])


@blueprint.get(f"{PATH}<secret>")
def arrive(secret: str) -> Response:
    """Note where this computer's own request came from; anybody else's path does not exist."""
    if not known_addresses_of(current_app).arrived(secret, the_address()):
        abort(HTTPStatus.NOT_FOUND)
    return Response(status=HTTPStatus.NO_CONTENT)
