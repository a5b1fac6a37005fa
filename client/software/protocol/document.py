"""The flask-openapi3 app, and the general part of its OpenAPI document."""

from __future__ import annotations

from typing import Any

from flask import jsonify
from flask_openapi3.models.info import Info
from flask_openapi3.models.security_scheme import SecurityScheme
from flask_openapi3.openapi import OpenAPI

from client import __version__
from client.serving.software_addresses import DOCUMENT
from client.software.protocol.problems import Problem, not_as_described

TOKEN = "token"  # noqa: S105 - the name of the security scheme
DESCRIPTION = (
    "Students, courses, sessions and marks of an attendance register, and face recognition in pictures. "
    "Every call needs a bearer token with the scope that the call lists. An admin creates tokens."
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
    app.add_url_rule(DOCUMENT, "document", lambda: jsonify(app.api_doc))
    return app
