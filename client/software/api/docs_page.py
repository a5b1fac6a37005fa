"""The pages ``/docs`` (Swagger UI) and ``/docs/problems``, served without a CDN."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from importlib.util import find_spec
from pathlib import Path

from flask import Response, abort, render_template, send_from_directory

from client.access.roles import Access, Pages
from client.problems.problem_kinds import DOCUMENTED_AT, PROBLEMS
from client.serving.software_addresses import DOCUMENT
from client.web.answers.caching import for_everyone

_PACKAGE = "flask_openapi3_swagger"  # only for Swagger UI's files: its own page needs inline scripts
_FILES = {"swagger-ui.css": "css", "swagger-ui-bundle.js": "js"}

blueprint = Pages("api_docs", __name__, access=Access.EVERYBODY)


@blueprint.get("/docs", strict_slashes=False)
def page() -> str:
    """The API reference, where calls can be tried."""
    return render_template("api/docs.html", document=DOCUMENT)


@blueprint.get("/docs/assets/<name>")
def asset(name: str) -> Response:
    """One of Swagger UI's files."""
    if name not in _FILES:
        abort(HTTPStatus.NOT_FOUND)
    for_everyone()
    return send_from_directory(_swagger_files() / _FILES[name], name)


@blueprint.get(DOCUMENTED_AT)
def problems() -> str:
    """The meaning of each problem code."""
    return render_template("api/problems.html", problems=PROBLEMS)


@cache
def _swagger_files() -> Path:
    spec = find_spec(_PACKAGE)
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "templates" / "swagger"
