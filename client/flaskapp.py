"""The Flask app: one factory that puts the rooms together."""

from __future__ import annotations

import os
from collections.abc import Callable

from flask import Flask

from attendance.register import Register, open_register
from attendance.settings import Settings
from client.forms import init_forms
from client.foundation import lay_foundation
from client.navigation import init_navigation
from client.notices_pages import init_notices
from client.proxy import OneHop
from client.rate_limits import init_rate_limits
from client.rooms import STRICTER_LIMITS, open_rooms
from client.services import tunnel_of
from client.software import init_software
from client.upload import MAX_FIELD_BYTES, MAX_FORM_BYTES, MAX_PARTS


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
    app = Flask(__name__)
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_FIELD_BYTES,
        MAX_FORM_PARTS=MAX_PARTS,
        PUBLIC_URL=public_url,
    )
    lay_foundation(app, register, tunnel_is_up)
    init_forms(app)
    init_navigation(app)
    init_notices(register)
    open_rooms(app)
    init_rate_limits(app, register.settings.mongodb_uri, STRICTER_LIMITS)
    init_software(app)
    app.wsgi_app = OneHop(app.wsgi_app, tunnel_of(app))  # type: ignore[method-assign]
    return app
