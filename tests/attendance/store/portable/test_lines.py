"""Files of records."""

from __future__ import annotations

from pathlib import Path

import pytest

from attendance.errors import SchemaError
from attendance.store.portable.lines import lines_in, write_lines
from attendance.store.records import Record


def test_what_was_written_is_read_bit_by_bit(tmp_path: Path) -> None:
    records: list[Record] = [
        {"bytes": bytes(range(256)), "nested": [{"jpeg": b""}, None], "text": "Zoë \ud800\u2028\n"},
        {"float": 0.1 + 0.2, "int": 2**60, "bool": True, "empty": {}},
    ]
    assert write_lines(tmp_path / "kind.jsonl", iter(records)) == 2
    assert list(lines_in(tmp_path / "kind.jsonl")) == records
    assert (tmp_path / "kind.jsonl").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", [b'{"a": 1', b"[1]\n", b"\xff\n", b'{"a": {"$bytes": "*"}}\n'])
def test_a_damaged_line_is_named(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "kind.jsonl").write_bytes(b'{"a": 1}\n' + content)
    with pytest.raises(SchemaError, match=r"Line 2 of kind\.jsonl"):
        list(lines_in(tmp_path / "kind.jsonl"))


def test_it_is_read_line_by_line(tmp_path: Path) -> None:
    write_lines(tmp_path / "kind.jsonl", ({"number": number} for number in range(3)))
    with (tmp_path / "kind.jsonl").open("ab") as file:
        file.write(b"damaged\n")
    found = lines_in(tmp_path / "kind.jsonl")
    assert [next(found)["number"] for _ in range(3)] == [0, 1, 2]
