"""What models of bodies and responses share: examples in the document, fields that may be omitted."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, get_origin

from pydantic import BaseModel, ConfigDict

NOT_SENT: Any = None
"""The default of a field that may be omitted and can't be null: nothing is there to be cleared. Ask
``model_fields_set`` whether it was sent."""


_SCORE_DIGITS = 4  # finer differences mean nothing, and depend on the processor


def rounded_score(score: float) -> float:
    """A similarity, confidence or quality as all answers to other software show it."""
    return round(float(score), _SCORE_DIGITS)


def show_examples(schema: dict[str, Any]) -> None:
    """Copy each field's first example to ``example``, because flask-openapi3 drops ``examples``.

    Args:
        schema: the JSON schema of a model, from pydantic's ``json_schema_extra``.
    """
    for field in schema.get("properties", {}).values():
        if field.get("examples"):
            field["example"] = field["examples"][0]


def shown_as(**fields: Any) -> Callable[[dict[str, Any]], None]:
    """Like ``show_examples``, with these fields alone as the example of the whole.

    Without it, someone who tries a call out on ``/docs`` sends every field. For a change that is more than
    they meant.

    Args:
        fields: of the example.
    """

    def show(schema: dict[str, Any]) -> None:
        show_examples(schema)
        schema["example"] = fields

    return show


def never_null(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a parameter or a form's field, which can be left out and can't be null.

    Args:
        schema: the JSON schema of a field that is null unless it is sent.
    """
    kinds = [kind for kind in schema.get("anyOf", ()) if kind.get("type") != "null"]
    if len(kinds) != 1:
        return schema
    return {**{name: value for name, value in schema.items() if name != "anyOf"}, **kinds[0]}


def list_fields(model: type[BaseModel]) -> frozenset[str]:
    """The names of a model's fields that take several values."""
    return frozenset(
        name for name, field in model.model_fields.items() if get_origin(field.annotation) is list
    )


class Parameters(BaseModel):
    """The query or the headers of a call.

    flask-openapi3 asks their model for its schema in every request, and only reads it. pydantic would
    generate it each time: a quarter to a half of the time that short calls take.
    """

    @classmethod
    def model_json_schema(cls, *arguments: Any, **options: Any) -> dict[str, Any]:
        """See ``BaseModel``. Without arguments it is the same object each time: change nothing in it."""
        return super().model_json_schema(*arguments, **options) if arguments or options else cls._schema()

    @classmethod
    @cache
    def _schema(cls) -> dict[str, Any]:
        return super().model_json_schema()


class ApiAnswer(BaseModel):
    """The body of a response."""

    model_config = ConfigDict(json_schema_extra=show_examples)
