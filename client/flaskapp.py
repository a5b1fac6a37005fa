"""The Flask app: one factory that puts the rooms together."""

from __future__ import annotations

import os
from collections.abc import Callable

from flask import Flask

from attendance.register import Register, open_register
from attendance.settings import Settings
from client.api.cors import init_cors
from client.api.document import documented_app
from client.error_pages import init_error_pages
from client.forms import init_forms
from client.navigation import init_navigation
from client.notices_pages import init_notices
from client.page_sources import init_page_sources
from client.proxy import OneHop
from client.rate_limits import init_rate_limits
from client.roles import init_roles
from client.rooms import STRICTER_LIMITS, open_rooms
from client.security import init_security
from client.services import attach_services, tunnel_of
from client.translations import init_translations
from client.upload import MAX_FIELD_BYTES, MAX_FORM_BYTES, MAX_PARTS, PhoneRequest


def create_app(
    settings: Settings | None = None,
    *,
    register: Register | None = None,
    tunnel_is_up: Callable[[], bool] | None = None,
    public_url: str | Callable[[], str | None] | None = None,
) -> Flask:
    """The web app.

    Args:
        settings: None means the environment's.
        register: the register to serve; None opens the one that the settings name.
        tunnel_is_up: says whether a tunnel's agent on this machine forwards requests; may be exchanged
            later as ``app.extensions["tunnel"]``.
        public_url: the address that the QR code carries, without a path; may be exchanged later as
            ``app.config["PUBLIC_URL"]``. None means the address that the teacher's browser used.
    """
    if register is None:
        register = open_register(settings or Settings.from_env(os.environ))
    app = documented_app(__name__)
    app.request_class = PhoneRequest
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_FIELD_BYTES,
        MAX_FORM_PARTS=MAX_PARTS,
        PUBLIC_URL=public_url,
    )
    attach_services(app, register, tunnel_is_up)
    init_security(app)
    init_page_sources(app)
    init_translations(app)
    init_forms(app)
    init_roles(app)
    init_navigation(app)
    init_notices(register)
    open_rooms(app)
    init_cors(app, register.settings.cors)
    init_rate_limits(app, register.settings.mongodb_uri, STRICTER_LIMITS)
    init_error_pages(app)
    app.wsgi_app = OneHop(app.wsgi_app, tunnel_of(app))  # type: ignore[method-assign]
    return app
