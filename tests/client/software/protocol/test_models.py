"""The models of queries and headers."""

from __future__ import annotations

from typing import get_type_hints

import pytest
from flask import Flask

from client.software.lazy_api_app import software_of
from client.software.protocol.idempotency import WriteHeaders
from client.software.protocol.models import Parameters
from client.software.protocol.paging import PageQuery


@pytest.mark.parametrize("model", [PageQuery, WriteHeaders])
def test_the_schema_is_generated_once(model: type[Parameters]) -> None:
    schema = model.model_json_schema()
    assert model.model_json_schema() is schema
    assert model.model_json_schema(mode="validation") == schema, "what pydantic generates"


def test_a_model_with_more_fields_has_a_schema_of_its_own() -> None:
    class SearchQuery(PageQuery):
        search: str = ""

    assert PageQuery.model_json_schema()["properties"].keys() == {"limit", "after"}
    assert SearchQuery.model_json_schema()["properties"].keys() == {"limit", "after", "search"}


def test_another_form_of_the_schema_is_still_to_be_had() -> None:
    assert "Idempotency-Key" in WriteHeaders.model_json_schema()["properties"]
    assert "key" in WriteHeaders.model_json_schema(by_alias=False)["properties"]
    assert WriteHeaders.model_json_schema(mode="serialization") is not WriteHeaders.model_json_schema()


def test_the_queries_and_headers_of_all_calls_are_such_models(app: Flask) -> None:
    views = software_of(app).view_functions
    hints = [get_type_hints(view) for name, view in views.items() if name.startswith("api_")]
    models = {of_view[part] for of_view in hints for part in ("query", "header") if part in of_view}
    assert {PageQuery, WriteHeaders} <= models
    assert [model.__name__ for model in models if not issubclass(model, Parameters)] == []
