"""What serves here, and what the caller's token is."""

from __future__ import annotations

from datetime import datetime

from flask import Response
from pydantic import Field

from attendance import __version__
from client.software.protocol.guard import the_token
from client.software.protocol.models import ApiAnswer
from client.software.protocol.resources import Resource, answer_of
from client.web.services import the_register

blueprint = Resource("about", __name__, description="What serves here.")


class TokenAbout(ApiAnswer):
    """The caller's token."""

    name: str = Field(description="What the admin called it.", examples=["Timetable"])
    scopes: list[str] = Field(description="What it may do.", examples=[["marks:read"]])
    expires_at: datetime | None = Field(description="When it ends; null: it does not.")


class About(ApiAnswer):
    """What serves here."""

    version: str = Field(description="Of the program.", examples=["0.1.0"])
    engine: str = Field(description="What compares faces.", examples=["facenet-1"])
    detector: str = Field(description="What finds faces.", examples=["mtcnn"])
    time: datetime = Field(description="The server's clock.")
    token: TokenAbout = Field(description="What the caller came in with.")


@blueprint.call("GET", "/about", scope=None, gives={200: About})
def about() -> Response:
    """The server's version, engine and clock, and the scopes of the token."""
    register, token = the_register(), the_token()
    pin = register.engine()
    return answer_of(
        About(
            version=__version__,
            engine=pin.engine,
            detector=pin.detector,
            time=register.clock.now(),
            token=TokenAbout(name=token.name, scopes=list(token.scopes), expires_at=token.expires_at),
        )
    )
