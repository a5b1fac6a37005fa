"""When a request came, which may have waited since for a place in the app."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import request

from client.serving.shares.parties import WAITED
from client.web.services import the_register


def came_at() -> datetime:
    """When this request came, aware UTC."""
    return the_register().clock.now() - timedelta(seconds=request.environ.get(WAITED, 0.0))
