"""The factory of the Flask app."""

from __future__ import annotations

import os
from collections.abc import Callable

from flask import Flask

from attendance.audit.noted_settings import note_settings
from attendance.open_register import open_register
from attendance.register import Register
from attendance.settings.settings import Settings
from client.access.navigation import init_navigation
from client.app_setup import set_up_app
from client.blueprints import DOORS, MONITORED, register_blueprints
from client.error_pages import init_error_pages
from client.monitoring.metrics_page import init_metrics
from client.software.lazy_api_app import init_software
from client.software.live.sockets import init_live_sockets
from client.teacher.notices.notices_pages import init_notices
from client.web.forms import init_forms
from client.web.limits.rate_limits import init_rate_limits
from client.web.parsing.upload import MAX_FIELD_BYTES, MAX_FORM_BYTES, MAX_PARTS
from client.web.proxy import Forwarding, OneHop
from client.web.services import forwarder_of
from client.web.visitors.identity import init_identity
from client.web.visitors.own_address_page import init_own_addresses


def create_app(
    settings: Settings | None = None,
    *,
    register: Register | None = None,
    tunnel_is_up: Callable[[], bool] | None = None,
    public_url: str | Callable[[], str | None] | None = None,
) -> Flask:
    """Create the web app.

    Args:
        settings: the settings; None reads them from the environment.
        register: the register to serve; None opens the one in the settings.
        tunnel_is_up: returns whether a tunnel to this machine forwards requests; can be replaced later as
            ``app.extensions["tunnel"]``.
        public_url: the address for QR codes, without a path; can be replaced later as
            ``app.config["PUBLIC_URL"]``. None uses the address that the teacher's browser used.
    """
    if register is None:
        register = open_register(settings or Settings.from_env(os.environ))
        register.anchors.log()
        note_settings(register.audit, register.settings)
    app = Flask(__name__)
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_FIELD_BYTES,
        MAX_FORM_PARTS=MAX_PARTS,
        PUBLIC_URL=public_url,
    )
    set_up_app(app, register, tunnel_is_up)
    init_own_addresses(app)
    init_error_pages(app)
    init_forms(app)
    init_navigation(app)
    init_notices(register)
    register_blueprints(app)
    init_rate_limits(app, register.settings.mongodb_uri, (*DOORS, *MONITORED), data=register.settings.data)
    init_software(app, set_up_app)
    init_live_sockets(app)
    init_metrics(app)
    forwarding = Forwarding(register.settings.trusted_proxies, forwarder_of(app))
    init_identity(app, forwarding)
    app.wsgi_app = OneHop(app.wsgi_app, forwarding)  # type: ignore[method-assign]
    return app
