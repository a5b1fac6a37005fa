"""A body as JSON with pictures in base64, or as a form with pictures as files: one model for both."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Annotated, Any, TypeVar, get_origin

from flask import abort, request
from pydantic import BaseModel, BeforeValidator, ValidationError, WithJsonSchema

from client.software.protocol.guard import JSON, MULTIPART
from client.software.protocol.problems import not_as_described

DATA_URL = re.compile(r"data:image/[a-z0-9.+-]{1,32};base64,", re.ASCII)
TAKES = (JSON, MULTIPART)
_BASE64 = {
    "type": "string",
    "format": "byte",
    "minLength": 4,
    "description": "A JPEG, PNG, WebP or HEIC picture in base64; a data URL is taken too.",
}
_FILE = {"type": "string", "format": "binary", "description": "A JPEG, PNG, WebP or HEIC picture."}
Model = TypeVar("Model", bound=BaseModel)


def picture_bytes(given: object) -> bytes:
    """The picture's bytes, from base64, a data URL or a file.

    Raises:
        ValueError: it is none of them, or empty.
    """
    if isinstance(given, bytes):
        data = given
    elif isinstance(given, str):
        match = DATA_URL.match(given)
        plain = re.sub(r"\s+", "", given[match.end() :] if match else given)
        try:
            data = base64.b64decode(plain, validate=True)
        except (binascii.Error, ValueError) as error:
            raise ValueError(f"is no picture in base64: {error}") from error
    else:
        raise ValueError("must be a picture in base64")  # noqa: TRY004 - what pydantic takes for a refusal
    if not data:
        raise ValueError("is empty")
    return data


Picture = Annotated[bytes, BeforeValidator(picture_bytes), WithJsonSchema(_BASE64)]
"""A field of a body that is a picture; of a form, a file."""


def read_either(model: type[Model]) -> Model:
    """The body of this call; ends the call where it is not as the document says.

    Args:
        model: what it must be; its pictures are ``Picture`` or ``list[Picture]``.
    """
    try:
        return model.model_validate(request.get_json() if request.mimetype == JSON else _form(model))
    except ValidationError as error:
        abort(not_as_described(error))


def described(model: type[BaseModel]) -> dict[str, Any]:
    """The body for the OpenAPI document, in both forms; for ``openapi_extensions``."""
    as_json = model.model_json_schema()
    as_form = model.model_json_schema()
    for field in as_form["properties"].values():
        if field.get("format") == _BASE64["format"]:
            field.clear()
            field.update(_FILE)
        elif field.get("items", {}).get("format") == _BASE64["format"]:
            field["items"] = _FILE
    return {
        "requestBody": {
            "required": True,
            "content": {JSON: {"schema": as_json}, MULTIPART: {"schema": as_form}},
        }
    }


def _form(model: type[BaseModel]) -> dict[str, Any]:
    """The parts of the form: text as it is, files as their bytes; several of one name as a list."""
    lists = {name for name, field in model.model_fields.items() if get_origin(field.annotation) is list}
    given: dict[str, Any] = {}
    for name in {*request.form, *request.files}:
        parts: list[Any] = [
            *request.form.getlist(name),
            *(f.stream.read() for f in request.files.getlist(name)),
        ]
        given[name] = parts if name in lists or len(parts) != 1 else parts[0]
    return given
