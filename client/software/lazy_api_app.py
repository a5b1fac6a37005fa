"""Creates the app for other software at its first call.

Its models and its OpenAPI document would add a quarter to the start-up time, and many schools never use them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Lock
from typing import TYPE_CHECKING, cast

from flask import Flask

from client.serving.early_answers import ORIGINS
from client.serving.software_addresses import is_for_software, without_extra_slashes
from client.web.services import SetUp, register_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask_openapi3.openapi import OpenAPI

_SOFTWARE = "software_app"


class BothApps:
    """WSGI middleware that routes requests to the pages' app or to the app for other software.

    Args:
        pages: the pages' app.
        software: returns the app for other software.
    """

    def __init__(self, pages: WSGIApplication, software: Callable[[], Flask]) -> None:
        self._pages = pages
        self._software = software

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass a request to the app that serves its path."""
        path = environ.get("PATH_INFO", "")
        if is_for_software(path):
            # A redirect would lose the body, and a browser follows none before it may call another site.
            environ["PATH_INFO"] = without_extra_slashes(path)
            return self._software()(environ, start_response)
        return self._pages(environ, start_response)


def init_software(pages: Flask, set_up: SetUp) -> None:
    """Add an app for other software to the pages' app.

    Args:
        pages: the pages' app.
        set_up: adds what all apps of this server share.
    """
    lock = Lock()
    created: list[OpenAPI] = []

    def software() -> OpenAPI:
        with lock:
            if not created:
                from client.software.api_app import software_app  # noqa: PLC0415 - see the module's docstring

                created.append(software_app(pages, set_up))
            return created[0]

    pages.extensions[_SOFTWARE] = software
    pages.extensions[ORIGINS] = register_of(pages).settings.cors
    pages.wsgi_app = BothApps(pages.wsgi_app, software)  # type: ignore[method-assign]


def software_of(pages: Flask) -> OpenAPI:
    """The app for other software that belongs to a pages' app; created now if necessary."""
    return cast("OpenAPI", pages.extensions[_SOFTWARE]())
