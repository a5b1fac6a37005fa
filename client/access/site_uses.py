"""Refuses what the site has switched off before a view is asked (``attendance.settings.site_uses``)."""

from __future__ import annotations

from flask import Flask, request

from client.web.services import the_register

_ALWAYS = frozenset({"realtime.kiosk", "realtime.unlock"})  # so that a locked browser can be unlocked


def need_room_photos() -> None:
    """Refuse a request about classroom photos where they are switched off.

    Raises:
        SwitchedOffError: they are.
    """
    the_register().uses.need_room_photos()


def need_live_camera() -> None:
    """Refuse a request about live cameras where they are switched off.

    Raises:
        SwitchedOffError: they are.
    """
    if request.endpoint not in _ALWAYS:
        the_register().uses.need_live_camera()


def init_site_uses(app: Flask) -> None:
    """Provide ``site_uses()`` to templates, which hide what is switched off."""
    app.jinja_env.globals["site_uses"] = lambda: the_register().uses
