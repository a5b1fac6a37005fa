"""``ETag`` and ``If-Match`` (RFC 9110): change a record only if nobody else changed it meanwhile."""

from __future__ import annotations

from typing import Annotated

from flask import Response, request
from pydantic import BaseModel, Field, WithJsonSchema

from client.problems.problem_kinds import ApiProblemError, ProblemCode
from client.software.protocol.guard import may_read_answer
from client.software.protocol.headers.conditional import digest_of
from client.software.protocol.idempotency import WriteHeaders


class ConditionalHeaders(WriteHeaders):
    """Optional headers of a change."""

    if_match: Annotated[str, WithJsonSchema({"type": "string"})] = Field(
        "",
        alias="If-Match",
        description="The `ETag` of an earlier response. If the record has changed since, the call fails.",
    )


def etag_of(about: BaseModel) -> str:
    """The tag of a record's state, without quotes.

    Args:
        about: the public view of the record.
    """
    return digest_of(about.model_dump_json().encode())


def tagged(answer: Response, about: BaseModel) -> Response:
    """The response with the tag of the record that it describes, for tokens that may read the record."""
    if may_read_answer():
        answer.set_etag(etag_of(about))
    return answer


def require_match(about: BaseModel) -> None:
    """Check the request's ``If-Match`` header, if there is one, against a record's state.

    Raises:
        ApiProblemError: the record has changed, or the tag is weak, which RFC 9110 (13.1.1) doesn't compare.
    """
    tag, tags = etag_of(about), request.if_match
    if "If-Match" not in request.headers or tags.contains(tag):
        return
    if tags.contains_weak(tag):
        raise ApiProblemError(
            ProblemCode.CHANGED_MEANWHILE,
            "The ETag in If-Match is weak (W/), as proxies make it that compress, so nothing was changed. "
            "The record is still the same: send the tag without W/.",
        )
    raise ApiProblemError(
        ProblemCode.CHANGED_MEANWHILE,
        "The record has changed since the ETag in If-Match. Read it again, then retry.",
    )
