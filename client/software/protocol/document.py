"""The app as flask-openapi3 wants it, and the OpenAPI document's frame."""

from __future__ import annotations

from typing import Any

from flask import jsonify
from flask_openapi3.models.info import Info
from flask_openapi3.models.security_scheme import SecurityScheme
from flask_openapi3.openapi import OpenAPI

from attendance import __version__
from client.serving.software_addresses import DOCUMENT
from client.software.protocol.problems import Problem, not_as_described

TOKEN = "token"  # noqa: S105 - the name of the security scheme
DESCRIPTION = (
    "Students, courses, sessions and marks of one attendance register, and what its recognition sees in a "
    "picture. Every call carries a bearer token that an admin made, with the scopes that the call names."
)
_SECURITY: dict[str, SecurityScheme | dict[str, Any]] = {
    TOKEN: {
        "type": "http",
        "scheme": "bearer",
        "description": "A token of the page Accounts, API tokens: `Authorization: Bearer fa_…`",
    }
}


def documented_app(import_name: str) -> OpenAPI:
    """A Flask app that writes its own OpenAPI 3.1 document, and answers with it.

    Args:
        import_name: as for ``Flask``.
    """
    app = OpenAPI(
        import_name,
        info=Info(title="Attendance", version=__version__, description=DESCRIPTION),
        security_schemes=_SECURITY,
        validation_error_model=Problem,
        validation_error_callback=not_as_described,
        doc_ui=False,  # the page /docs is ours
    )
    app.add_url_rule(DOCUMENT, "document", lambda: jsonify(app.api_doc))
    return app
