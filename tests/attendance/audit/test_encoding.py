"""The digest of an entry is SHA-256 over exact bytes, which anybody can compute again."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest

from attendance.audit.chain.encoding import NOTHING_BEFORE, canonical, chained, head_text, read_head
from attendance.audit.chain.values import AuditEvent, AuditKind

EVENT = AuditEvent(
    id="0123456789abcdef0123456789abcdef",
    at=datetime(2026, 11, 30, 8, 30, 0, 250_000, tzinfo=UTC),
    kind=AuditKind.MARKED,
    actor="user:zoë",
    origin="00aa",
    student="ffee",
    about="physics|2026-11-30|09:00",
    after='{"status":"present"}',
)


def test_the_bytes_are_those_of_the_documentation() -> None:
    entry = chained(EVENT, 2, "ab" * 32)
    text = (
        "18:attendance-audit-1,1:2,32:0123456789abcdef0123456789abcdef,13:1796027400250,6:marked,"
        "9:user:zoë,4:00aa,4:ffee,24:physics|2026-11-30|09:00,0:,20:" + '{"status":"present"}' + ",64:"
    )
    assert entry.digest == hashlib.sha256((text + "ab" * 32 + ",").encode()).hexdigest()
    assert (entry.number, entry.previous) == (2, "ab" * 32)


def test_facts_have_one_spelling() -> None:
    assert canonical({"b": 1, "a": [True, "ü"]}) == '{"a":[true,"ü"],"b":1}'
    assert canonical({}) == ""


def test_a_head_is_read_as_it_is_printed_however_it_is_spaced() -> None:
    entry = chained(EVENT, 1234, NOTHING_BEFORE)
    head = head_text(entry)
    assert head.count("-") == 4
    for typed in (head, head.lower(), head.replace("-", " - ", 1), f" {head[:9]} {head[9:]}\n"):
        assert read_head(typed) == (1234, entry.digest[:16])


@pytest.mark.parametrize(
    "text", ["", "12", "x-0000-0000-0000-0000", "1-0000", "1-zzzz-0000-0000-0000", "²-0000-0000-0000-0000"]
)
def test_what_is_no_head_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="One looks like 1234-"):
        read_head(text)
