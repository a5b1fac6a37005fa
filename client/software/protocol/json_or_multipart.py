"""One model for two forms of a body: JSON with base64 pictures, or a form with picture files."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Annotated, Any, TypeVar

from flask import abort, request
from pydantic import BaseModel, BeforeValidator, ValidationError, WithJsonSchema

from client.software.protocol.guard import JSON
from client.software.protocol.models import list_fields, never_null
from client.software.protocol.problems import not_as_described
from client.web.parsing.upload import MULTIPART

DATA_URL = re.compile(r"\s*data:[^,]{0,100};base64,", re.ASCII | re.IGNORECASE)
_URL_SAFE = str.maketrans("-_", "+/")  # of the other alphabet of RFC 4648
JSON_OR_MULTIPART = (JSON, MULTIPART)
_BASE64 = {
    "type": "string",
    "format": "byte",
    "minLength": 4,
    "description": "A JPEG, PNG, WebP or HEIC picture in base64; a data URL is accepted too.",
}
_FILE = {"type": "string", "format": "binary", "description": "A JPEG, PNG, WebP or HEIC picture."}
Model = TypeVar("Model", bound=BaseModel)


def picture_bytes(sent: object) -> bytes:
    """The bytes of a picture sent as base64, a data URL or a file.

    Raises:
        ValueError: it is not base64, or empty.
    """
    if isinstance(sent, bytes):
        data = sent
    elif isinstance(sent, str):
        match = DATA_URL.match(sent)
        plain = re.sub(r"\s+", "", sent[match.end() :] if match else sent).translate(_URL_SAFE).rstrip("=")
        try:
            data = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
        except (binascii.Error, ValueError) as error:
            raise ValueError(f"is not valid base64: {error}. A file in a form needs a file name") from error
    else:
        raise ValueError("must be a picture in base64")  # noqa: TRY004 - pydantic reports ValueError only
    if not data:
        raise ValueError("is empty")
    return data


Picture = Annotated[bytes, BeforeValidator(picture_bytes), WithJsonSchema(_BASE64)]
"""A field that holds a picture: base64 in JSON, a file in a form."""


def parse_body(model: type[Model]) -> Model:
    """Parse and validate this call's body; abort the call with a problem if it isn't valid.

    Args:
        model: the body's model, with pictures of type ``Picture`` or ``list[Picture]``.
    """
    sent = request.get_json() if request.mimetype == JSON else _form(model)
    try:
        return model.model_validate(sent)
    except ValidationError as error:
        abort(not_as_described(error))
    finally:
        if isinstance(sent, dict):
            sent.clear()  # the request would keep pictures in base64 until it is answered


def body_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The OpenAPI description of the body in both forms, for ``openapi_extensions``.

    A form has files in place of base64, and no field can be null: generated clients would send the word None.
    """
    as_json = model.model_json_schema()
    as_form = model.model_json_schema()
    as_form["title"] = f"{model.__name__.removesuffix('Body')}Form"
    as_form["properties"] = {name: _in_form(field) for name, field in as_form["properties"].items()}
    return {
        "requestBody": {
            "required": True,
            "content": {JSON: {"schema": as_json}, MULTIPART: {"schema": as_form}},
        }
    }


def _in_form(field: dict[str, Any]) -> dict[str, Any]:
    """The schema of a field in a form."""
    if field.get("format") == _BASE64["format"]:
        return dict(_FILE)
    if field.get("items", {}).get("format") == _BASE64["format"]:
        return {**field, "items": _FILE}
    return never_null(field)


def _form(model: type[BaseModel]) -> dict[str, Any]:
    """The form's fields as text and files as bytes; repeated names as a list."""
    lists = list_fields(model)
    fields: dict[str, Any] = {}
    for name in {*request.form, *request.files}:
        parts: list[Any] = [
            *request.form.getlist(name),
            *(f.stream.read() for f in request.files.getlist(name)),
        ]
        fields[name] = parts if name in lists or len(parts) != 1 else parts[0]
    return fields
