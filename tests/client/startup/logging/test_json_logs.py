"""The log as JSON: one object a line, with the date, without tokens and addresses."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from client.startup.logging.json_logs import JSONFormatter
from tests.client.startup.logging.test_logs import TOKEN

DAY = 86_400


def record_of(message: str, *, created: float = 1_790_000_000.0, **extra: object) -> logging.LogRecord:
    record = logging.LogRecord("client.access", logging.INFO, "here", 1, message, None, None)
    record.created = created
    record.__dict__.update(extra)
    return record


def line_of(formatter: JSONFormatter, record: logging.LogRecord) -> dict[str, Any]:
    line = formatter.format(record)
    assert "\n" not in line
    found: dict[str, Any] = json.loads(line)
    return found


def test_a_request_has_its_parts_in_fields() -> None:
    fields = {"method": "POST", "path": "/capture", "status": 200, "seconds": 0.0123}
    record = record_of("POST /capture 200", fields=fields, request_id="abc", address="192.0.2.7")
    line = line_of(JSONFormatter(), record)
    hidden = line.pop("address")
    assert line == {
        "time": "2026-09-21T14:13:20.000Z",
        "level": "info",
        "logger": "client.access",
        "message": "POST /capture 200",
        "request_id": "abc",
        **fields,
    }
    assert len(hidden) == 12
    assert "192" not in hidden


def test_an_address_is_the_same_for_a_day_and_in_one_process() -> None:
    formatter, other = JSONFormatter(), JSONFormatter()

    def hidden(by: JSONFormatter, address: str, later: float = 0.0) -> str:
        record = record_of("x", created=1_790_000_000.0 + later, address=address)
        return str(line_of(by, record)["address"])

    first = hidden(formatter, "192.0.2.7")
    assert hidden(formatter, "192.0.2.7", 60) == first
    assert hidden(formatter, "192.0.2.8") != first
    assert hidden(other, "192.0.2.7") != first
    assert hidden(formatter, "192.0.2.7", DAY) != first


@pytest.mark.parametrize("message", [f"failed at /s/{TOKEN}", f'a "quote"\nand /s/{TOKEN}'])
def test_tokens_are_cut_and_lines_stay_whole(message: str) -> None:
    line = line_of(JSONFormatter(), record_of(message))
    assert TOKEN not in line["message"]
    assert "request_id" not in line


def test_a_traceback_is_part_of_the_message() -> None:
    error = RuntimeError(f"no page /s/{TOKEN}")
    record = record_of("failed")
    record.exc_info = (type(error), error, error.__traceback__)
    message = line_of(JSONFormatter(), record)["message"]
    assert "RuntimeError" in message
    assert TOKEN not in message
