"""The Flask app for other software: REST API, WebSocket handshake and legacy addresses."""

from __future__ import annotations

from flask import Flask, Response, request
from flask_openapi3.openapi import OpenAPI

from client.error_pages import problem_page
from client.problems.table import KnownProblem
from client.serving.software_addresses import ErrorForm, error_form
from client.software.api import about, changes, courses, days_off, faces, marks, sessions
from client.software.api.consent import consents
from client.software.api.rooms import room
from client.software.api.students import photos, students
from client.software.legacy import attendance_list as legacy_attendance
from client.software.legacy import faces as legacy_faces
from client.software.legacy import own_camera as legacy_camera
from client.software.legacy import people as legacy_people
from client.software.legacy.answers import legacy_problem
from client.software.live import handshake
from client.software.protocol.cors import init_cors
from client.software.protocol.document import documented_app
from client.software.protocol.problems import api_problem
from client.web.error_answers import answer_errors
from client.web.limits.limit_headers import init_limit_headers
from client.web.limits.rate_limits import PHOTOS_PER_ADDRESS, share_rate_limits
from client.web.services import SetUp, register_of, tunnel_of

API_BLUEPRINTS = (
    *(about, students, consents, photos, courses, days_off, sessions, marks, room, changes, faces),
)
OTHER_BLUEPRINTS = (handshake, legacy_faces, legacy_people, legacy_camera, legacy_attendance)

STRICTER_LIMITS = {legacy_faces.blueprint: PHOTOS_PER_ADDRESS}
"""Blueprints with a stricter rate limit per address."""


def software_app(pages: Flask, set_up: SetUp) -> OpenAPI:
    """Create the app for other software, which shares the pages' register, settings and rate limits.

    Args:
        pages: the pages' app.
        set_up: adds what all apps of this server share.
    """
    app = documented_app(pages.import_name)  # shares templates and static files
    app.config = pages.config
    register = register_of(pages)
    set_up(app, register, tunnel_of(pages))
    answer_errors(app, _problem_at_the_address)
    for module in OTHER_BLUEPRINTS:
        app.register_blueprint(module.blueprint)
    for module in API_BLUEPRINTS:
        app.register_api(module.blueprint)
    init_cors(app, register.settings.cors)
    init_limit_headers(app)
    share_rate_limits(app, pages, STRICTER_LIMITS)
    return app


def _problem_at_the_address(problem: KnownProblem) -> Response:
    """What goes wrong before any blueprint is asked, in the form of the address; below it are pages."""
    form = error_form(request.path)
    if form is ErrorForm.PROBLEM:
        return api_problem(problem)
    return legacy_problem(problem) if form is ErrorForm.KNOWN_NAME else problem_page(problem)
