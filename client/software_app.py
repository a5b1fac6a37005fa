"""The app that other software calls: the REST API, the WebSocket's handshake, and names of other systems."""

from __future__ import annotations

from flask import Flask
from flask_openapi3.openapi import OpenAPI

from client.api import about, courses, faces, marks, sessions, students
from client.api.cors import init_cors
from client.api.document import documented_app
from client.foundation import lay_foundation
from client.known_names import faces as known_faces
from client.known_names import people as known_people
from client.known_names import room as known_room
from client.live import handshake
from client.rate_limits import PHOTOS_PER_ADDRESS, share_rate_limits
from client.services import register_of, tunnel_of

API_ROOMS = (about, students, courses, sessions, marks, faces)
OTHER_ROOMS = (handshake, known_faces, known_people, known_room)

STRICTER_LIMITS = {known_faces.blueprint: PHOTOS_PER_ADDRESS}
"""The rooms that one address may not ask as often as others."""


def software_app(pages: Flask) -> OpenAPI:
    """The app that answers beside the pages' app, with its register, its settings and its counters.

    Args:
        pages: the other app.
    """
    app = documented_app(__name__)
    app.config = pages.config
    register = register_of(pages)
    lay_foundation(app, register, tunnel_of(pages))
    for room in OTHER_ROOMS:
        app.register_blueprint(room.blueprint)
    for resource in API_ROOMS:
        app.register_api(resource.blueprint)
    init_cors(app, register.settings.cors)
    share_rate_limits(app, pages, STRICTER_LIMITS)
    return app
