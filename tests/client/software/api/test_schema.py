"""The API conforms to its OpenAPI document, for all requests that the document allows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    missing_required_header,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from attendance.register import Register
from client.serving.limits import MEGABYTE, ChangeStreamLimits, ServerLimits
from client.software.lazy_api_app import software_of
from tests.client.served_app import serving
from tests.client.software.conftest import Software
from tests.client.software.protocol.headers.every_call import GENERAL


def documented_headers(ctx: Any, response: Any, case: Any) -> None:
    """A response has no header that the document doesn't declare for it. The limiter is off."""
    del ctx
    described = case.operation.definition.raw["responses"].get(str(response.status_code), {})
    extra = set(response.headers) - GENERAL - {name.lower() for name in described.get("headers", {})}
    assert not extra, f"undocumented headers: {extra}"


CHECKS = [
    documented_headers,
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    missing_required_header,
    unsupported_method,
    ignored_auth,
]
EXAMPLES = 8
ANSWERS_EACH_LINE = "mark_students"
"""The call that answers a line of the body that is not as documented beside the others, instead of a 4xx."""
ENDING = ChangeStreamLimits(lifetime_seconds=0.05)  # a stream is read to its end


@pytest.fixture
def api_schema(app: Flask, register: Register) -> Iterator[Any]:
    """The document of a server with a course, a session, two students and no limit on requests."""
    course = register.courses.add("Physics", roster=["1", "2"])
    register.class_sessions.open_now(course.id, by="teacher")
    software_of(app)  # created before the rate limiter is switched off
    app.extensions["phone_limiter"].enabled = False
    app.testing = False  # errors become a 500, as for a real caller
    limits = ServerLimits(head_bytes=MEGABYTE, changes=ENDING)  # generated addresses can be long
    with serving(app, limits=limits) as port:
        schema = schemathesis.openapi.from_url(f"http://127.0.0.1:{port}/api/v1/openapi.json")
        refused = schema.config.checks.negative_data_rejection
        refused.expected_statuses = [*refused.expected_statuses, "412", "413"]  # too many parts of a form
        yield schema


def try_out(operation: Any, mode: GenerationMode, token: str | None) -> None:
    """Send valid or invalid requests, and check the responses against the document."""
    headers = {"Authorization": f"Bearer {token}"}
    checks = list(CHECKS)
    if operation.definition.raw["operationId"] == ANSWERS_EACH_LINE:
        checks.remove(negative_data_rejection)

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    def each(case: Any) -> None:
        case.call_and_validate(checks=checks, headers=headers)

    each()


@pytest.mark.server
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_every_call_answers_as_the_document_says(
    api_schema: Any, software: Software, mode: GenerationMode
) -> None:
    operations = [found.ok() for found in api_schema.get_all_operations()]
    assert len(operations) > 20
    wrong = []
    for operation in operations:
        try:
            try_out(operation, mode, software.token)
        except (FailureGroup, Failure) as error:
            wrong.append(f"{operation.label}: {error}")
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE  # there is no invalid request for it
    assert not wrong, "\n\n".join(wrong)
