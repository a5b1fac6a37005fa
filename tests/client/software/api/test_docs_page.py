"""The API's OpenAPI document and its pages."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator

from client.problems.problem_kinds import PROBLEMS, ProblemCode

PLAIN = {"string", "integer", "number"}
OTHERWISE_CLEAR = {"enum", "format"}  # a choice, a time or a picture needs no example


def test_the_document_names_every_call_its_scope_and_its_problems(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").get_json()
    assert document["openapi"].startswith("3.1")
    about = document["paths"]["/api/v1/about"]["get"]
    assert about["security"] == [{"token": []}]
    assert "application/problem+json" in about["responses"]["401"]["content"]


def test_the_page_and_its_files_come_from_here(client: FlaskClient) -> None:
    page = client.get("/docs")
    assert page.status_code == 200
    assert "http://" not in page.text.replace("http://www.w3.org", "")
    assert "https://" not in page.text
    assert client.get("/docs/").status_code == 200
    for name in ("swagger-ui.css", "swagger-ui-bundle.js"):
        assert f"/docs/assets/{name}" in page.text
        with client.get(f"/docs/assets/{name}") as asset:
            assert len(asset.data) > 100_000
            assert asset.headers["Cache-Control"] == "no-cache"
            known = {"If-None-Match": asset.headers["ETag"]}
        assert client.get(f"/docs/assets/{name}", headers=known, buffered=True).status_code == 304


def test_no_other_file_can_be_had(client: FlaskClient) -> None:
    for name in ("x.js", "..%2f__init__.py", "swagger-ui-standalone-preset.js", "%00"):
        assert client.get(f"/docs/assets/{name}").status_code == 404


def test_every_problem_has_its_place_on_the_page(client: FlaskClient) -> None:
    page = client.get("/docs/problems").text
    assert set(PROBLEMS) == set(ProblemCode)
    for code, kind in PROBLEMS.items():
        assert f'id="{code.value}"' in page
        assert str(kind.status.value) in page


def test_everything_in_the_document_says_what_it_is(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").get_json()
    schemas = dict(document["components"]["schemas"])
    silent = []
    for path, method, call in calls(document):
        label = f"{method} {path}"
        silent += [f"{label} {text}" for text in ("summary", "description", "tags") if not call.get(text)]
        silent += [
            f"{label} {each['name']}" for each in call.get("parameters", ()) if not each.get("description")
        ]
        for kind, content in call.get("requestBody", {"content": {}})["content"].items():
            schemas[f"{label} {kind}"] = content["schema"]
    for name, schema in schemas.items():
        silent += [
            f"{name}.{field}" for field, of in schema.get("properties", {}).items() if "description" not in of
        ]
    assert silent == []


def test_every_text_and_number_has_an_example(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").get_json()
    schemas = dict(document["components"]["schemas"])
    for path, method, call in calls(document):
        for kind, content in call.get("requestBody", {"content": {}})["content"].items():
            schemas[f"{method} {path} {kind}"] = content["schema"]
    bare = [
        f"{name}.{field}"
        for name, schema in schemas.items()
        for field, of in schema.get("properties", {}).items()
        for kinds in [(of, *of.get("anyOf", ()))]
        if any(each.get("type") in PLAIN and not OTHERWISE_CLEAR & set(each) for each in kinds)
        if "example" not in of and not of.get("deprecated")
    ]
    assert bare == [], bare


def test_the_document_is_what_other_tools_take_for_one(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").get_json()
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_what_may_be_omitted_has_no_default_that_a_tool_would_send(client: FlaskClient) -> None:
    text = client.get("/api/v1/openapi.json").text.replace(" ", "")
    assert '"default":null' not in text
    assert '"default":""' not in text
    assert '"default":100' in text, "those that mean something stay"


def test_every_call_needs_a_token_and_every_write_takes_a_key(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").get_json()
    for path, method, call in calls(document):
        assert call["security"] == [{"token": call["security"][0]["token"]}]
        headers = {each["name"] for each in call.get("parameters", ()) if each["in"] == "header"}
        looks = path.removeprefix("/api/v1") in ("/detect", "/recognise", "/verify")
        assert ("Idempotency-Key" in headers) == (method != "get" and not looks), f"{method} {path}"
        assert {"401", "403", "422", "429", "503"} <= set(call["responses"])


def calls(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Path, method and description of each call."""
    return [(path, method, call) for path, of in document["paths"].items() for method, call in of.items()]
