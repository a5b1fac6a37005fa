"""The API's document: its examples are valid, and what it offers to change changes nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from openapi_schema_validator import OAS31Validator

from attendance.register import Register
from client.problems.problem_kinds import PROBLEMS, ProblemCode
from client.serving.software_addresses import CHANGE_STREAM as STREAM
from client.software.protocol.guard import JSON
from tests.client.software.api.test_docs_page import calls
from tests.client.software.conftest import Document, Software
from tests.client.software.generated.world import World

LONGEST_SUMMARY = 90  # characters


def nodes(value: object, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Each object of a JSON value, with its place."""
    if isinstance(value, dict):
        yield place, value
        for name, each in value.items():
            yield from nodes(each, f"{place}/{name}")
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from nodes(each, f"{place}/{number}")


def schema_of(document: Document, content: dict[str, Any]) -> dict[str, Any]:
    """The component that a body or a response refers to."""
    name = content["schema"]["$ref"].rpartition("/")[2]
    found: dict[str, Any] = document["components"]["schemas"][name]
    return found


def classes_of_responses(document: Document) -> dict[str, dict[str, Any]]:
    """The schemas of all responses, and of what is in them."""
    schemas = document["components"]["schemas"]
    open_ = [
        node["$ref"].rpartition("/")[2]
        for _, _, call in calls(document)
        for _, node in nodes(call["responses"])
        if "/schemas/" in node.get("$ref", "")
    ]
    found: dict[str, dict[str, Any]] = {}
    while open_:
        name = open_.pop()
        if name not in found:
            found[name] = schemas[name]
            open_ += [node["$ref"].rpartition("/")[2] for _, node in nodes(schemas[name]) if "$ref" in node]
    return found


def test_every_example_is_valid(document: Document) -> None:
    examples = [
        (place, node)
        for place, node in nodes(document)
        if "example" in node and not place.endswith("/properties")
    ]
    assert len(examples) > 100
    for place, node in examples:
        schema = {**node, "components": document["components"]}
        faults = [error.message for error in OAS31Validator(schema).iter_errors(node["example"])]
        assert faults == [], place


def test_every_call_has_a_short_summary_a_known_tag_and_a_response(document: Document) -> None:
    known = {tag["name"] for tag in document["tags"]}
    for path, method, call in calls(document):
        label = f"{method} {path}"
        assert len(call["summary"]) <= LONGEST_SUMMARY, label
        assert call["summary"] not in call["description"], label
        assert set(call["tags"]) <= known, label
        (scopes,) = (each["token"] for each in call["security"])
        assert all(f"`{scope}`" in call["description"] for scope in scopes), label
        done = {status: each for status, each in call["responses"].items() if status.startswith("2")}
        with_body = [each for each in done.values() if "content" in each]
        in_json = [each["content"][JSON] for each in with_body if path != STREAM]
        assert all(schema_of(document, content) for content in in_json), label
        assert done.keys() == {"204"} or with_body, label


def test_every_problem_is_described_by_its_codes(document: Document) -> None:
    for path, method, call in calls(document):
        for status, response in call["responses"].items():
            if int(status) >= 400:
                codes = [text.partition(":")[0].strip("`") for text in response["description"].split("; ")]
                assert codes, f"{method} {path} {status}"
                assert {PROBLEMS[ProblemCode(code)].status for code in codes} == {int(status)}


def test_every_response_has_always_the_same_fields(document: Document) -> None:
    classes = classes_of_responses(document)
    assert {"StudentAbout", "Problem", "ProblemPart", "NamedFace", "Meeting"} <= set(classes)
    for name, schema in classes.items():
        assert sorted(schema.get("required", ())) == sorted(schema.get("properties", ())), name


def test_what_a_tool_offers_to_change_is_one_field_and_leaves_the_others(
    document: Document, software: Software, register: Register
) -> None:
    ids = World.made(register).ids
    changes = [(path, call) for path, method, call in calls(document) if method == "patch"]
    assert len(changes) == 2
    for path, call in changes:
        example = schema_of(document, call["requestBody"]["content"][JSON])["example"]
        assert len(example) == 1
        address = path.removeprefix("/api/v1").format(**ids)
        before = software.get(address).get_json()
        assert software.patch(address, example).get_json() == {**before, **example}
        assert software.get(address).get_json() == {**before, **example} != before
