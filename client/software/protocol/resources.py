"""A group of calls of the API: guarded, documented, answering errors as problems."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Response, jsonify
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, ConfigDict

from attendance.accounts.api_tokens import Scope
from client.problems.problem_kinds import MEDIA_TYPE, PROBLEMS, ProblemCode
from client.serving.software_addresses import PREFIX
from client.software.protocol.document import TOKEN
from client.software.protocol.guard import JSON, guard_api, mark_view
from client.software.protocol.models import show_examples
from client.software.protocol.problems import Problem, guard_api_errors

_ANY_CALL = (
    ProblemCode.BAD_REQUEST,
    ProblemCode.TOKEN_INVALID,
    ProblemCode.SCOPE_MISSING,
    ProblemCode.NOT_AS_DESCRIBED,
    ProblemCode.TOO_MANY_REQUESTS,
    ProblemCode.TRY_LATER,
)
_CALL_WITH_BODY = (ProblemCode.TOO_LARGE, ProblemCode.WRONG_CONTENT_TYPE)


class Body(BaseModel):
    """What a call takes: a name that the document does not know is an error and no wish unheard."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, json_schema_extra=show_examples)


def answer_of(told: BaseModel, *, made: str | None = None) -> Response:
    """The answer to a call that did what it should.

    Args:
        told: its body.
        made: the address below ``/api/v1`` of what the call has made, if it has made anything.
    """
    answer = jsonify(told.model_dump(mode="json"))
    if made is not None:
        answer.status_code = HTTPStatus.CREATED
        answer.headers["Location"] = PREFIX + made
    return answer


class Resource(APIBlueprint):
    """A blueprint of the API.

    Args:
        name: of the blueprint and of its group in the document.
        import_name: as for every blueprint.
        description: what the group is about, in one sentence.
    """

    def __init__(self, name: str, import_name: str, *, description: str) -> None:
        super().__init__(
            f"api_{name}",
            import_name,
            url_prefix=PREFIX,
            abp_tags=[Tag(name=name, description=description)],
        )
        guard_api(self)
        guard_api_errors(self)

    def call(
        self,
        method: str,
        rule: str,
        *,
        scope: Scope | None,
        gives: dict[int, type[BaseModel] | None],
        takes: tuple[str, ...] = (),
        problems: tuple[ProblemCode, ...] = (),
        **more: Any,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """One call, as a decorator of its view.

        Args:
            method: of HTTP.
            rule: the address below ``/api/v1``.
            scope: that a token must have; None: any token.
            gives: the model of the answer for each status of success; None for an empty one.
            takes: content types of the body; empty where there is none.
            problems: what can go wrong here, besides what can at every call.
            more: for flask-openapi3.
        """
        codes = (*_ANY_CALL, *(_CALL_WITH_BODY if takes else ()), *problems)
        responses = {**documented(codes), **gives}
        route = getattr(self, method.lower())(
            rule, responses=responses, security=[{TOKEN: [scope.value] if scope else []}], **more
        )

        def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
            wrapped: Callable[..., Any] = route(mark_view(view, scope, takes))
            return wrapped

        return decorate


def documented(codes: tuple[ProblemCode, ...]) -> dict[int, Any]:
    """Problems by their status, as the document wants responses."""
    by_status: dict[int, list[ProblemCode]] = {}
    for code in dict.fromkeys(codes):
        by_status.setdefault(PROBLEMS[code].status.value, []).append(code)
    schema = {"$ref": f"#/components/schemas/{Problem.__name__}"}
    return {
        status: {
            "description": "; ".join(
                f"`{code.value}`: {PROBLEMS[code].title}" for code in dict.fromkeys(found)
            ),
            "content": {MEDIA_TYPE: {"schema": schema}},
        }
        for status, found in by_status.items()
    }


WITH_JSON = (JSON,)
