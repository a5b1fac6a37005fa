"""The base of all response models, which adds examples to the OpenAPI document."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict


def show_examples(schema: dict[str, Any]) -> None:
    """Copy each field's first example to ``example``, because flask-openapi3 drops ``examples``.

    Args:
        schema: the JSON schema of a model, from pydantic's ``json_schema_extra``.
    """
    for field in schema.get("properties", {}).values():
        if field.get("examples"):
            field["example"] = field["examples"][0]


class ApiAnswer(BaseModel):
    """The body of a response."""

    model_config = ConfigDict(json_schema_extra=show_examples)
