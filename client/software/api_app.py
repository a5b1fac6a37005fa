"""The app that other software calls: the REST API, the WebSocket's handshake, and names of other systems."""

from __future__ import annotations

from flask import Flask
from flask_openapi3.openapi import OpenAPI

from client.software.api import about, courses, faces, marks, sessions, students
from client.software.legacy import faces as legacy_faces
from client.software.legacy import own_camera as legacy_camera
from client.software.legacy import people as legacy_people
from client.software.live import handshake
from client.software.protocol.cors import init_cors
from client.software.protocol.document import documented_app
from client.web.rate_limits import PHOTOS_PER_ADDRESS, share_rate_limits
from client.web.services import SetUp, register_of, tunnel_of

API_BLUEPRINTS = (about, students, courses, sessions, marks, faces)
OTHER_BLUEPRINTS = (handshake, legacy_faces, legacy_people, legacy_camera)

STRICTER_LIMITS = {legacy_faces.blueprint: PHOTOS_PER_ADDRESS}
"""The rooms that one address may not ask as often as others."""


def software_app(pages: Flask, set_up: SetUp) -> OpenAPI:
    """The app that answers beside the pages' app, with its register, its settings and its counters.

    Args:
        pages: the other app.
        set_up: gives an app what every app of this server has.
    """
    app = documented_app(pages.import_name)  # for the same templates and static files
    app.config = pages.config
    register = register_of(pages)
    set_up(app, register, tunnel_of(pages))
    for room in OTHER_BLUEPRINTS:
        app.register_blueprint(room.blueprint)
    for resource in API_BLUEPRINTS:
        app.register_api(resource.blueprint)
    init_cors(app, register.settings.cors)
    share_rate_limits(app, pages, STRICTER_LIMITS)
    return app
