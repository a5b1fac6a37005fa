"""A generated client makes every call of the document, and understands every response."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import attrs
import pytest
from openapi_schema_validator import OAS31Validator

from client.software.protocol.guard import READ_SCOPES
from tests.client.software.api.test_docs_page import calls
from tests.client.software.conftest import Document
from tests.client.software.generated.conftest import MakeProgram
from tests.client.software.generated.described import operations, responses
from tests.client.software.generated.driver import Exchange
from tests.client.software.generated.world import World

JSON = "application/json"


@pytest.fixture
def exchanges(make_program: MakeProgram, world: World) -> list[Exchange]:
    """Every call once, by a program that may do everything."""
    software = make_program()
    return [software.call(name, *path, **named) for name, (path, named) in world.calls(software).items()]


def values_in(parsed: object) -> Iterator[object]:
    """The object of a generated class, and everything in it."""
    yield parsed
    if attrs.has(type(parsed)):
        for field in attrs.fields(type(parsed)):  # type: ignore[arg-type]
            yield from values_in(getattr(parsed, field.name))
    elif isinstance(parsed, list):
        for each in parsed:
            yield from values_in(each)


def plain(value: object) -> object:
    """A JSON value with its times in one form, of which ISO 8601 has many."""
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, str) and value.endswith("Z") and "T" in value:
        return dt.datetime.fromisoformat(value).isoformat()
    return value


def test_every_call_of_the_document_is_made_and_succeeds(
    exchanges: list[Exchange], document: Document
) -> None:
    made = [exchange.name for exchange in exchanges if 200 <= exchange.status < 300]
    assert sorted(made) == sorted(operations(document)), "World.calls has no arguments for a call."
    assert {call["operationId"] for _, _, call in calls(document)} - set(made) == {"stream_changes"}


def test_every_response_is_understood_without_loss(exchanges: list[Exchange], document: Document) -> None:
    for exchange in exchanges:
        content = responses(document, exchange).get("content")
        if content is None:
            assert exchange.response.content == b""
            continue
        schema = content[JSON]["schema"]
        assert type(exchange.parsed).__name__ == schema["$ref"].rpartition("/")[2]
        assert exchange.parsed.to_dict() == plain(exchange.response.json()), exchange.name


def test_every_response_has_all_fields_of_its_class_and_no_others(exchanges: list[Exchange]) -> None:
    unset = 0
    for exchange in exchanges:
        for value in values_in(exchange.parsed):
            assert type(value).__name__ != "Unset", exchange
            assert getattr(value, "additional_properties", {}) == {}, exchange
            unset += 1
    assert unset > 100


def test_every_time_has_a_zone(exchanges: list[Exchange]) -> None:
    times = [
        value
        for exchange in exchanges
        for value in values_in(exchange.parsed)
        if isinstance(value, dt.datetime)
    ]
    assert len(times) > 10
    assert all(time.tzinfo is not None for time in times)


def test_every_response_is_what_the_document_says(exchanges: list[Exchange], document: Document) -> None:
    for exchange in exchanges:
        content = responses(document, exchange).get("content")
        if content is not None:
            schema = {**content[JSON]["schema"], "components": document["components"]}
            faults = [error.message for error in OAS31Validator(schema).iter_errors(exchange.response.json())]
            assert faults == [], exchange.name


def test_nothing_is_sent_that_the_program_did_not_say(exchanges: list[Exchange]) -> None:
    for exchange in exchanges:
        assert {"idempotency-key", "if-match"}.isdisjoint(exchange.request.headers), exchange.name
    bodies = {each.name: each.request.content for each in exchanges}
    assert bodies["change_student"] == b'{"phone":"303 555 0117"}'
    assert bodies["change_course"] == b'{"late_after_minutes":10}'
    queries = {each.name: each.request.url.query.decode() for each in exchanges}
    assert queries["list_students"] == "limit=1&course=physics"


def test_a_program_that_may_write_and_not_read_understands_that_it_is_done(
    make_program: MakeProgram, world: World, document: Document
) -> None:
    software = make_program(*READ_SCOPES)
    done = {
        name: software.call(name, *path, **named)
        for name, (path, named) in world.calls(make_program()).items()
        if any(scope.endswith(":write") for scope in operations(document)[name]["security"][0]["token"])
    }
    several = done.pop("mark_students").parsed.results
    assert [(each.status, each.mark) for each in several] == [(200, None), (404, None)]
    assert len(done) > 12
    assert {(exchange.status, exchange.parsed) for exchange in done.values()} == {(204, None)}
    found = [name for name, exchange in done.items() if "Location" in exchange.response.headers]
    assert found == ["add_student", "add_course", "add_day_off", "open_session"]
