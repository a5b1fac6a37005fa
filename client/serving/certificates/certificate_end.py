"""When the certificate ends that the server shows: the launcher knows, and pages and monitoring ask."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import cast

from flask import Flask, current_app

from attendance.values.certificate_dates import ends_soon

_KEY = "certificate_end"


def set_certificate_end(app: Flask, ends_at: Callable[[], datetime]) -> None:
    """Let an app know when the certificate ends, which may be renewed meanwhile."""
    app.extensions[_KEY] = ends_at


def certificate_end(now: datetime) -> datetime | None:
    """When the certificate of this app's server ends, if that is soon or over.

    Args:
        now: aware UTC.
    """
    ends_at = cast("Callable[[], datetime] | None", current_app.extensions.get(_KEY))
    if ends_at is None or not ends_soon(end := ends_at(), now):
        return None
    return end
