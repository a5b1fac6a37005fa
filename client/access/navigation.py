"""The places that the teacher's pages lead to; only those that exist and that the user may see."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, url_for
from flask_babel import lazy_gettext as _l

from client.access.login_cookie import signed_in_user
from client.access.roles import Access, access_of, may


@dataclass(frozen=True)
class MenuEntry:
    """One entry of the menu.

    Attributes:
        key: what a page calls itself with ``{% set here = "..." %}``.
        endpoint: of Flask.
        label: what it is called.
    """

    key: str
    endpoint: str
    label: str


PLACES = (
    MenuEntry("home", "teach_home.home", _l("Today")),
    MenuEntry("courses", "courses.index", _l("Courses")),
    MenuEntry("students", "students.index", _l("Students")),
    MenuEntry("reviews", "reviews.index", _l("Reviews")),
    MenuEntry("reports", "reports.index", _l("Reports")),
    MenuEntry("notices", "notices.index", _l("Notices")),
    MenuEntry("accounts", "accounts.index", _l("Accounts")),
)
HOME = "/teach/"


def init_navigation(app: Flask) -> None:
    """Give templates ``places()``."""
    app.jinja_env.globals["places"] = places


def places() -> list[tuple[str, str, str]]:
    """Key, address and label of each place for the user; none where they would lead nowhere yet."""
    user = signed_in_user()
    if user is None or user.is_weak:
        return []
    return [
        (place.key, url_for(place.endpoint), place.label)
        for place in PLACES
        if place.endpoint in current_app.view_functions and may(access_of(place.endpoint) or Access.TEACHER)
    ]
