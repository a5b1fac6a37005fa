"""What the models of all answers share: their fields have examples in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict


def show_examples(schema: dict[str, Any]) -> None:
    """Give each field its first example as ``example``, as flask-openapi3 drops ``examples``.

    Args:
        schema: of a model; for pydantic's ``json_schema_extra``.
    """
    for field in schema.get("properties", {}).values():
        if field.get("examples"):
            field["example"] = field["examples"][0]


class ApiAnswer(BaseModel):
    """What a call answers."""

    model_config = ConfigDict(json_schema_extra=show_examples)
