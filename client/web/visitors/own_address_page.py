"""Where this computer's request to itself arrives, which tells it its public address."""

from __future__ import annotations

from http import HTTPStatus
from typing import cast

from flask import Blueprint, Flask, Response, abort, current_app

from client.serving.networks.own_addresses import PATH, OwnAddresses
from client.web.visitors.identity import the_address

_OWN = "own_addresses"  # key of app.extensions

blueprint = Blueprint("own_address", __name__)


def init_own_addresses(app: Flask) -> None:
    """Remember the public addresses of this computer, which no tunnel has reported yet."""
    app.extensions[_OWN] = OwnAddresses()


def own_addresses_of(app: Flask) -> OwnAddresses:
    """The public addresses of this computer."""
    return cast("OwnAddresses", app.extensions[_OWN])


@blueprint.get(f"{PATH}<secret>")
def arrive(secret: str) -> Response:
    """Note where this computer's own request came from; anybody else's path does not exist."""
    if not own_addresses_of(current_app).arrived(secret, the_address()):
        abort(HTTPStatus.NOT_FOUND)
    return Response(status=HTTPStatus.NO_CONTENT)
