"""What other software calls is an app of its own, put together at its first call.

Its models and its document take a quarter of the time that all the rest of a start takes, and many a school
never calls it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Lock
from typing import TYPE_CHECKING, cast

from flask import Flask

from client.serving.software_addresses import is_for_software
from client.web.services import SetUp

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask_openapi3.openapi import OpenAPI

_SOFTWARE = "software_app"


class BothApps:
    """WSGI middleware: the pages' app, and beside it the one for other software.

    Args:
        pages: answers people's browsers.
        software: gives the app that answers other software.
    """

    def __init__(self, pages: WSGIApplication, software: Callable[[], Flask]) -> None:
        self._pages = pages
        self._software = software

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request by the app that it is for."""
        if is_for_software(environ.get("PATH_INFO", "")):
            return self._software()(environ, start_response)
        return self._pages(environ, start_response)


def init_software(pages: Flask, set_up: SetUp) -> None:
    """Put an app for other software beside the pages' app.

    Args:
        pages: the app for people.
        set_up: gives an app what every app of this server has.
    """
    lock = Lock()
    made: list[OpenAPI] = []

    def software() -> OpenAPI:
        with lock:
            if not made:
                from client.software.api_app import software_app  # noqa: PLC0415 - see the module's first lines

                made.append(software_app(pages, set_up))
            return made[0]

    pages.extensions[_SOFTWARE] = software
    pages.wsgi_app = BothApps(pages.wsgi_app, software)  # type: ignore[method-assign]


def software_of(pages: Flask) -> OpenAPI:
    """The app for other software that stands beside the pages' app; made now if it was not."""
    return cast("OpenAPI", pages.extensions[_SOFTWARE]())
