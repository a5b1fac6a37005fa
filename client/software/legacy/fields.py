"""What clients of other systems send: the same fields as JSON or as a form, in whatever spelling."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import request
from pydantic import BaseModel, ConfigDict, ValidationError

from client.problems.problem_kinds import ApiProblemError, ProblemCode
from client.software.protocol.guard import JSON, MOST_PARTS
from client.software.protocol.wrong_fields import wrong_fields
from client.web.parsing.upload import MAX_FORM_BYTES, MULTIPART

URLENCODED = "application/x-www-form-urlencoded"
_MAY_BE_JSON = ("", "text/plain", URLENCODED)
"""What libraries and browsers call JSON unless they are given its type."""

Model = TypeVar("Model", bound=BaseModel)


class Fields(BaseModel):
    """What a client sends; unknown fields are ignored, since such clients send many."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True, coerce_numbers_to_str=True)


@dataclass(frozen=True)
class SentBody:
    """The body of a request.

    Attributes:
        texts: fields and values, the names in lower case.
        files: names in lower case and contents.
        twice: the names that came more than once.
        url_encoded: whether it is a form in which a plus sign that was not encoded is a space.
    """

    texts: dict[str, Any]
    files: dict[str, bytes]
    twice: frozenset[str] = frozenset()
    url_encoded: bool = False

    def has(self, *names: str) -> bool:
        """Whether one of these came, as a field or as a file."""
        return any(name in self.texts or name in self.files for name in names)

    def read(self, model: type[Model], *, in_address: Iterable[str] = ()) -> Model:
        """The fields of a model; empty ones count as missing.

        Args:
            model: what it must be; its fields of the type ``Picture`` may be files.
            in_address: fields that may be in the query instead.

        Raises:
            ApiProblemError: a field is missing, is wrong or came twice, or a file is none of its fields.
        """
        pictures = {name for name, field in model.model_fields.items() if field.annotation is bytes}
        self._refuse_files(pictures)
        given = {**self.texts, **self.files}
        twice = set(self.twice & model.model_fields.keys())
        query = [(name.strip().lower(), value) for name, value in request.args.items(multi=True)]
        for name, value in query:
            if name in in_address:
                twice |= {name} if name in given else set()
                given[name] = value
        if twice:
            names = ", ".join(sorted(twice))
            raise ApiProblemError(
                ProblemCode.NOT_AS_DESCRIBED, f"These fields appear more than once: {names}."
            )
        if self.url_encoded:
            for name in pictures & self.texts.keys():
                given[name] = given[name].strip().replace(" ", "+")
        return _validated(model, given)

    def _refuse_files(self, pictures: set[str]) -> None:
        others = ", ".join(sorted(self.files.keys() - pictures))
        if not others:
            return
        wanted = (
            f"Send the picture as {' or '.join(sorted(pictures))}."
            if pictures
            else "This form takes no files: the server's own camera takes the pictures."
        )
        raise ApiProblemError(ProblemCode.NOT_AS_DESCRIBED, f"Unknown files: {others}. {wanted}")


def sent_body(*, optional: bool = False) -> SentBody:
    """The body of this request; no body at all has no fields.

    Args:
        optional: whether the call needs no body, not even where the client announces JSON.

    Raises:
        ApiProblemError: it is neither JSON nor a form, or not one object.
        RefusedError: it is a form and broken.
    """
    kind = request.mimetype
    if kind == JSON or kind.endswith("+json"):
        return _json_body(required=not optional or bool(request.content_length)) or SentBody({}, {})
    if kind in _MAY_BE_JSON and (body := _json_body()) is not None:
        return body
    if kind in (URLENCODED, MULTIPART):
        return _form_body()
    if kind or request.content_length:
        raise ApiProblemError(
            ProblemCode.WRONG_CONTENT_TYPE,
            f"The body must be {JSON}, or a form, not {kind or 'without a content type'}.",
        )
    return SentBody({}, {})


def _json_body(*, required: bool = False) -> SentBody | None:
    """The body as JSON; None if it is something else, or empty and not required."""
    data = request.get_data(cache=True)
    if not required and not data.lstrip().startswith(b"{"):
        return None
    given = request.get_json(force=True, silent=True)
    if isinstance(given, dict):
        body = _body((name, value) for name, value in given.items())
        given.clear()  # the request would keep pictures in base64 until it is answered
        return body
    if required:
        raise ApiProblemError(ProblemCode.BAD_REQUEST, "The body must be one JSON object in UTF-8.")
    return None


def _form_body() -> SentBody:
    request.max_form_parts, request.max_form_memory_size = MOST_PARTS, MAX_FORM_BYTES
    files = [(name, file.stream.read()) for name, file in request.files.items(multi=True)]
    return _body(request.form.items(multi=True), files, url_encoded=request.mimetype == URLENCODED)


def _body(
    texts: Iterable[tuple[str, Any]], files: Iterable[tuple[str, bytes]] = (), *, url_encoded: bool = False
) -> SentBody:
    """A body of fields and files, with the names that came twice."""
    body, twice = SentBody({}, {}), set()
    for into, pairs in ((body.texts, texts), (body.files, files)):
        for spelling, value in pairs:
            name = spelling.strip().lower()
            if body.has(name):
                twice.add(name)
            into[name] = value
    return SentBody(body.texts, body.files, frozenset(twice), url_encoded)


def _validated(model: type[Model], given: dict[str, Any]) -> Model:
    try:
        return model.model_validate({name: value for name, value in given.items() if value != ""})
    except ValidationError as error:
        wrong = "; ".join(f"{where or 'the body'}: {message}" for where, message in wrong_fields(error))
        raise ApiProblemError(ProblemCode.NOT_AS_DESCRIBED, f"{wrong}.") from error
