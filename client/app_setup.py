"""The set-up that all apps of this server share: services, security, translations and logins."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from attendance.register import Register
from client.access.roles import init_roles
from client.access.site_uses import init_site_uses
from client.web.answers.prepared_pages import init_prepared_pages
from client.web.answers.request_ids import init_request_ids
from client.web.compression import init_compression
from client.web.page_sources import init_page_sources
from client.web.parsing.strict_json import StrictJSON
from client.web.parsing.upload import PhoneRequest
from client.web.security import init_security
from client.web.services import attach_services
from client.web.translations import init_translations
from client.web.visitors.acting import init_acting
from client.web.visitors.this_computer import init_this_computer


def set_up_app(app: Flask, register: Register, tunnel_is_up: Callable[[], bool] | None) -> None:
    """Set up an app.

    Args:
        app: an app without blueprints.
        register: the register to serve.
        tunnel_is_up: returns whether a tunnel to this machine forwards requests.
    """
    app.request_class = PhoneRequest
    app.json = StrictJSON(app)
    attach_services(app, register, tunnel_is_up)
    init_acting(app)
    init_request_ids(app)
    init_security(app)
    init_compression(app)
    init_page_sources(app)
    init_prepared_pages(app)
    init_translations(app)
    init_roles(app)
    init_site_uses(app)
    init_this_computer(app)
