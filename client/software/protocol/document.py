"""The flask-openapi3 app, and the general part of its OpenAPI document."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from functools import cache
from typing import Any

from flask import Response
from flask_openapi3.models.info import Info
from flask_openapi3.models.security_scheme import SecurityScheme
from flask_openapi3.openapi import OpenAPI

from attendance import __version__
from client.serving.software_addresses import DOCUMENT
from client.software.protocol.guard import JSON
from client.software.protocol.headers.conditional import as_asked
from client.software.protocol.headers.deprecation import BESIDE_MONTHS, KEPT_MONTHS
from client.software.protocol.headers.documented import (
    CallHeaders,
    document_headers,
    header_components,
    headers_of,
)
from client.software.protocol.models import never_null
from client.software.protocol.problems import Problem, not_as_described
from client.web.answers.caching import for_everyone

REPEATED = {"style": "form", "explode": True}  # the default, which some tools want to be told
_PARAMETER = re.compile(r"<(?:[^:>]+:)?([^>]+)>")  # of a rule
TOKEN = "token"  # noqa: S105 - the name of the security scheme
DESCRIPTION = (
    "Students, courses, sessions and marks of an attendance register, and face recognition in pictures. "
    "Every call needs a bearer token with the scope that the call lists. An admin creates tokens. Version 1 "
    "grows by calls, optional fields and parameters. What is deprecated keeps working for at least "
    f"{KEPT_MONTHS} months, and announces its end in the headers `Deprecation`, `Sunset` and `Link`. A "
    "version 2 would have addresses of its own, and version 1 would stay beside it for at least "
    f"{BESIDE_MONTHS} months."
)
_SECURITY: dict[str, SecurityScheme | dict[str, Any]] = {
    TOKEN: {
        "type": "http",
        "scheme": "bearer",
        "description": "A token from the page Accounts, API tokens: `Authorization: Bearer fa_…`",
    }
}


def documented_app(import_name: str) -> OpenAPI:
    """Create a Flask app that generates and serves its OpenAPI 3.1 document.

    Args:
        import_name: the argument for ``Flask``.
    """
    app = OpenAPI(
        import_name,
        info=Info(title="Attendance", version=__version__, description=DESCRIPTION),
        security_schemes=_SECURITY,
        validation_error_model=Problem,
        validation_error_callback=not_as_described,
        doc_ui=False,  # client.software.api.docs_page has a page without inline scripts
    )
    app.url_map.merge_slashes = False  # it would redirect, with a page and without the body of a write
    app.add_url_rule(DOCUMENT, "document", _view_of(app))
    return app


def _view_of(app: OpenAPI) -> Callable[[], Response]:
    """The view of an app's document, which is made once: no call is added after the first request."""
    content = cache(lambda: app.json.dumps(document_of(app)).encode())

    def document() -> Response:
        for_everyone()
        return as_asked(Response(content(), mimetype=JSON))

    return document


def document_of(app: OpenAPI) -> dict[str, Any]:
    """The OpenAPI document of an app.

    Defaults that only mean "not sent" are left out: ``/docs`` and generated clients would send them, and so
    erase details, or send empty headers. Bodies are components, after which generated clients name classes.
    """
    document = copy.deepcopy(app.api_doc)
    schemas = document["components"]["schemas"]
    calls = _headers_of_calls(app)
    document["components"]["headers"] = header_components()
    for address, path in document["paths"].items():
        for method, call in path.items():
            document_headers(call, calls[address, method])
            for parameter in call.get("parameters", ()):
                parameter["schema"] = never_null(parameter["schema"])
                _leave_out_defaults(parameter["schema"])
                if parameter["schema"].get("type") == "array":
                    parameter.update(REPEATED)
            for content in call.get("requestBody", {}).get("content", {}).values():
                content["schema"] = _component(content["schema"], schemas)
    for schema in schemas.values():
        _leave_out_defaults(schema)
    return document


def _component(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """A reference to a body's schema, which becomes a component where it isn't one."""
    if "$ref" in schema:
        return schema
    name = schema["title"]
    assert schemas.setdefault(name, schema) == schema, f"Two schemas are called {name}."
    return {"$ref": f"#/components/schemas/{name}"}


def _headers_of_calls(app: OpenAPI) -> dict[tuple[str, str], CallHeaders]:
    """The headers of each call's responses, by its address and method in the document."""
    found: dict[tuple[str, str], CallHeaders] = {}
    for rule in app.url_map.iter_rules():
        headers = headers_of(app.view_functions[rule.endpoint])
        address = _PARAMETER.sub(r"{\1}", rule.rule)
        if headers is not None:
            found |= {(address, method.lower()): headers for method in rule.methods or ()}
    return found


def _leave_out_defaults(schema: dict[str, Any]) -> None:
    for field in schema.get("properties", {}).values():
        _leave_out_defaults(field)
    if schema.get("default", ...) in (None, ""):
        del schema["default"]
