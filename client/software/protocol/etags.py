"""``ETag`` and ``If-Match`` (RFC 9110): a change meant for one state of a record is written onto no other."""

from __future__ import annotations

import hashlib
from typing import Annotated

from flask import Response, request
from pydantic import BaseModel, Field, WithJsonSchema

from client.problems.problem_kinds import ApiProblemError, ProblemCode
from client.software.protocol.idempotency import WriteHeaders

_DIGITS = 32  # of the digest: 128 bits


class ConditionalHeaders(WriteHeaders):
    """What a change may carry in its head."""

    if_match: Annotated[str, WithJsonSchema({"type": "string"})] = Field(
        "",
        alias="If-Match",
        description="An answer's `ETag`: nothing is changed where the record is otherwise by now.",
    )


def etag_of(about: BaseModel) -> str:
    """What names the state that an answer tells of, without quotes.

    Args:
        about: what is told.
    """
    return hashlib.sha256(about.model_dump_json().encode()).hexdigest()[:_DIGITS]


def tagged(answer: Response, about: BaseModel) -> Response:
    """The answer with the tag of what it tells of."""
    answer.set_etag(etag_of(about))
    return answer


def require_match(about: BaseModel) -> None:
    """Go on only where the request is meant for this state, or for any.

    Raises:
        ApiProblemError: it is meant for another one.
    """
    if "If-Match" in request.headers and not request.if_match.contains(etag_of(about)):
        raise ApiProblemError(
            ProblemCode.CHANGED_MEANWHILE,
            "This is another state than the one that If-Match names. Read it again, and decide anew.",
        )
