"""Groups of API calls: guarded, documented, with errors as problem details."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, get_type_hints

from flask import Response, current_app, jsonify, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, ConfigDict, model_validator

from attendance.accounts.api_tokens import Scope
from client.problems.problem_kinds import MEDIA_TYPE, PROBLEMS, ProblemCode
from client.serving.software_addresses import PREFIX
from client.software.protocol.document import TOKEN
from client.software.protocol.etags import ConditionalHeaders
from client.software.protocol.guard import JSON, READ_SCOPES, Needs, guard_api, mark_view, may_read_answer
from client.software.protocol.headers.conditional import as_asked
from client.software.protocol.headers.deprecation import Deprecation
from client.software.protocol.headers.documented import CallHeaders, headers_of, note_headers
from client.software.protocol.idempotency import WriteHeaders, problems_of_key
from client.software.protocol.models import list_fields, show_examples
from client.software.protocol.problems import Problem, guard_api_errors

_ANY_CALL = (
    ProblemCode.TOKEN_MISSING,
    ProblemCode.TOKEN_INVALID,
    ProblemCode.SCOPE_MISSING,
    ProblemCode.NOT_SECURE,
    ProblemCode.NOT_AS_DESCRIBED,
    ProblemCode.TOO_MANY_REQUESTS,
    ProblemCode.SERVER_ERROR,
    ProblemCode.TRY_LATER,
)
_CALL_WITH_BODY = (
    ProblemCode.BAD_REQUEST,
    ProblemCode.TOO_SLOW,
    ProblemCode.TOO_LARGE,
    ProblemCode.WRONG_CONTENT_TYPE,
)


class Body(BaseModel):
    """The body of a request. Unknown fields are errors, so that typing mistakes don't go unnoticed."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, json_schema_extra=show_examples)


class OptionalBody(Body):
    """The body of a request that may be left out, with the defaults of its fields then."""

    model_config = ConfigDict(openapi_extra={"required": False})  # type: ignore[typeddict-unknown-key]  # read by flask-openapi3

    @model_validator(mode="before")
    @classmethod
    def _of_none(cls, sent: object) -> object:
        return {} if sent is None else sent


def api_response(body: BaseModel, *, created: str | None = None, found: str | None = None) -> Response:
    """The response to a successful call; 204 without a body where the token may write and not read.

    Args:
        body: the response's body.
        created: the address below ``/api/v1`` of a record that the call has created, if any.
        found: the same of a record that was there already and made creating it unnecessary.
    """
    response = Response(status=HTTPStatus.NO_CONTENT)
    if may_read_answer():
        response = jsonify(body.model_dump(mode="json"))
        response.status_code = HTTPStatus.OK if created is None else HTTPStatus.CREATED
    if (address := created or found) is not None:
        response.headers["Location"] = PREFIX + address
    return response


class Resource(APIBlueprint):
    """A blueprint of API calls.

    Args:
        name: the name of the blueprint and of its group in the OpenAPI document.
        import_name: the argument for ``Blueprint``.
        description: a sentence on the group for the OpenAPI document.
    """

    def __init__(self, name: str, import_name: str, *, description: str) -> None:
        super().__init__(
            f"api_{name}",
            import_name,
            url_prefix=PREFIX,
            abp_tags=[Tag(name=name, description=description)],
            operation_id_callback=_operation_id,
        )
        guard_api(self)
        guard_api_errors(self)
        self.after_request(_as_asked)

    def call(
        self,
        method: str,
        rule: str,
        *,
        scope: Scope | None,
        returns: dict[int, type[BaseModel] | dict[str, Any] | None],
        accepts: tuple[str, ...] = (),
        problems: tuple[ProblemCode, ...] = (),
        tagged: bool | None = None,
        sends: Mapping[int, tuple[str, ...]] = MappingProxyType({}),
        deprecation: Deprecation | None = None,
        **more: Any,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Register the decorated view as an API call.

        The view's name is the call's ``operationId``, after which generated clients name their functions: it
        is as public as the address, and ``tests/client/software/api/operations.txt`` lists it.

        Args:
            method: the HTTP method.
            rule: the address below ``/api/v1``.
            scope: the scope that a token needs; None accepts any token.
            returns: the response's model for each success status, or its OpenAPI description where it is not
                JSON; None for an empty response.
            accepts: the content types of the body; empty if the call has no body.
            problems: the problem codes specific to this call.
            tagged: whether responses to a read have an ``ETag``; by default all with a model have.
            sends: further headers that the view itself sends, by status.
            deprecation: what replaces the call, if it is deprecated.
            more: further arguments for flask-openapi3.
        """

        def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
            hints = get_type_hints(view)
            is_read = method == "GET" and tagged is not False
            is_tagged = is_read and isinstance(returns.get(HTTPStatus.OK), type)
            more_headers = {**_location_of(returns), **sends}
            note_headers(view, _headers(hints, tagged=is_tagged, sends=more_headers, deprecation=deprecation))
            needs = _needs(hints, scope=scope, accepts=accepts, deprecation=deprecation)
            codes = (*_ANY_CALL, *(_CALL_WITH_BODY if accepts else ()), *problems, *problems_of_key(view))
            route = getattr(self, method.lower())(
                rule,
                **_texts(view, scope, deprecation),
                responses={**returns, **_unread(scope, returns), **problem_responses(codes)},
                security=[{TOKEN: [scope.value] if scope else []}],
                deprecated=None if deprecation is None else True,
                **more,
            )
            wrapped: Callable[..., Any] = route(mark_view(view, needs))
            return wrapped

        return decorate


def _headers(
    hints: Mapping[str, Any],
    *,
    tagged: bool,
    sends: Mapping[int, tuple[str, ...]],
    deprecation: Deprecation | None,
) -> CallHeaders:
    """What decides on the headers of a view with these annotations."""
    header_model = hints.get("header", object)
    return CallHeaders(
        tagged=tagged,
        checks_match=issubclass(header_model, ConditionalHeaders),
        replayed=issubclass(header_model, WriteHeaders),
        deprecated=deprecation is not None,
        more=sends,
    )


def _needs(
    hints: Mapping[str, Any],
    *,
    scope: Scope | None,
    accepts: tuple[str, ...],
    deprecation: Deprecation | None,
) -> Needs:
    """What a call needs whose view has these annotations."""
    return Needs(
        scope,
        accepts,
        body_optional=issubclass(hints.get("body", Body), OptionalBody),
        several=list_fields(hints.get("query", BaseModel)),
        deprecation=deprecation,
    )


def _operation_id(*, name: str, **of_call: str) -> str:
    """The ``operationId`` of a call, which flask-openapi3 would make of all that it passes here.

    Args:
        name: of the view.
        of_call: the blueprint, address and method.
    """
    del of_call
    return name


def _texts(view: Callable[..., Any], scope: Scope | None, deprecation: Deprecation | None) -> dict[str, str]:
    """The summary of a call, which is its docstring's first sentence, and the description: all else."""
    summary, _, more = " ".join((view.__doc__ or "").split()).partition(". ")
    needs = "Any token will do." if scope is None else f"The token needs the scope `{scope.value}`."
    sentences = (more, needs, deprecation.sentence if deprecation else "")
    return {"summary": summary.removesuffix("."), "description": " ".join(filter(None, sentences))}


def _location_of(returns: Mapping[int, object]) -> dict[int, tuple[str, ...]]:
    """What a call that makes a record also sends to tokens that may not read it."""
    return {HTTPStatus.NO_CONTENT.value: ("Location",)} if HTTPStatus.CREATED in returns else {}


def _as_asked(response: Response) -> Response:
    """The response of a view; a read's as its client wants it."""
    headers = headers_of(current_app.view_functions[request.endpoint or ""])
    return response if headers is None else as_asked(response, tagged=headers.tagged)


def _unread(scope: Scope | None, returns: Mapping[int, object]) -> dict[int, Any]:
    """The OpenAPI response to tokens that may write what this call writes, and not read it."""
    if scope not in READ_SCOPES or not {HTTPStatus.OK, HTTPStatus.CREATED} & returns.keys():
        return {}
    text = f"Done. Tokens without `{READ_SCOPES[scope].value}` get no body."
    if HTTPStatus.CREATED in returns:
        text = f"{text[:-1]}, and the new record's address in `Location`."
    return {HTTPStatus.NO_CONTENT.value: {"description": text}}


def problem_responses(codes: tuple[ProblemCode, ...]) -> dict[int, Any]:
    """The OpenAPI responses for problem codes, by HTTP status."""
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


JSON_ONLY = (JSON,)
