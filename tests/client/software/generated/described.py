"""What the document says about calls, and whether a program finds it so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from client.problems.problem_kinds import MEDIA_TYPE
from tests.client.software.api.test_docs_page import calls
from tests.client.software.conftest import Document
from tests.client.software.generated.driver import Exchange, Program
from tests.client.software.generated.world import Arguments, World


def operations(document: Document) -> dict[str, dict[str, Any]]:
    """The description of each call that generated clients make, by its name: of all but streams of events."""
    return {call["operationId"]: call for _, _, call in calls(document) if not is_stream(call)}


def is_stream(call: dict[str, Any]) -> bool:
    """Whether a call answers with events, for which programs need a library of their own."""
    return "text/event-stream" in call["responses"].get("200", {}).get("content", {})


def responses(document: Document, exchange: Exchange) -> dict[str, Any]:
    """What the document says about a response."""
    found: dict[str, Any] = operations(document)[exchange.name]["responses"][str(exchange.status)]
    return found


def calls_with(status: int, document: Document) -> list[str]:
    """The names of the calls that can have this status, by the document."""
    return [name for name, call in operations(document).items() if str(status) in call["responses"]]


def keyed(document: Document) -> list[str]:
    """The names of the calls that take a key."""
    return [
        name
        for name, call in operations(document).items()
        if any(parameter["name"] == "Idempotency-Key" for parameter in call.get("parameters", ()))
    ]


def understood(exchange: Exchange, status: int, document: Document) -> None:
    """Check that a program reads a problem as the document describes it."""
    problem = exchange.parsed
    assert exchange.status == status, (exchange.name, exchange.response.text)
    assert type(problem).__name__ == "Problem"
    assert problem.status == status
    assert exchange.response.headers["Content-Type"] == MEDIA_TYPE
    assert problem.to_dict() == exchange.response.json()
    assert problem.additional_properties == {}
    assert f"`{problem.code.value}`" in responses(document, exchange)["description"], exchange.name


def each(
    names: list[str],
    program: Program,
    world: World,
    change: Callable[[Arguments], Arguments] = lambda same: same,
) -> Iterator[Exchange]:
    """Make these calls, with changed arguments."""
    assert names
    arguments = world.calls(program)
    for name in names:
        path, named = change(arguments[name])
        yield program.call(name, *path, **named)
