"""Information about the server and the caller's token."""

from __future__ import annotations

from datetime import datetime

from flask import Response
from pydantic import Field

from attendance import __version__
from client.software.protocol.guard import the_token
from client.software.protocol.models import ApiAnswer
from client.software.protocol.resources import Resource, api_response
from client.web.services import the_register

blueprint = Resource("about", __name__, description="The server and the caller's token.")


class TokenAbout(ApiAnswer):
    """The caller's token."""

    name: str = Field(description="The token's name.", examples=["Timetable"])
    scopes: list[str] = Field(description="The scopes that the token grants.", examples=[["marks:read"]])
    photo_only: bool = Field(
        description="Whether its photos check students in without a movement, which the marks note."
    )
    expires_at: datetime | None = Field(description="When the token expires; null means never.")


class About(ApiAnswer):
    """The server and the caller's token."""

    version: str = Field(description="The server's version.", examples=["0.1.0"])
    engine: str = Field(description="The engine that compares faces.", examples=["facenet-1"])
    detector: str = Field(description="The detector that finds faces.", examples=["mtcnn"])
    time: datetime = Field(description="The server's current time.")
    token: TokenAbout = Field(description="The token that made this call.")


@blueprint.call("GET", "/about", scope=None, returns={200: About}, tagged=False)  # it tells the time
def get_about() -> Response:
    """Get the server's version, engine and clock, and the token's scopes."""
    register, token = the_register(), the_token()
    pin = register.engine()
    return api_response(
        About(
            version=__version__,
            engine=pin.engine,
            detector=pin.detector,
            time=register.clock.now(),
            token=TokenAbout(
                name=token.name,
                scopes=list(token.scopes),
                photo_only=token.photo_only,
                expires_at=token.expires_at,
            ),
        )
    )
