"""Every value survives the converter with its types, as a row of SQLite and as a document of MongoDB."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import fields, is_dataclass
from typing import Any

import bson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import attendance.values
from attendance.store.mongo.documents import from_document, to_document
from attendance.store.records import from_record, to_record
from attendance.store.sqlite.rows import from_row, to_row
from attendance.values import Consent, Course, Mark, Notice, ReviewCandidate, Student, Template
from tests.attendance.store.builders import NOON, mark, notice, session, student, template
from tests.attendance.store.contract.strategies import values_of

NESTED_ONLY = {attendance.values.MarkEvent, attendance.values.ScheduleRule, ReviewCandidate, Consent}
NESTED_ONLY |= {attendance.values.Withdrawal, attendance.values.MarkEvidence}
ALL = [getattr(attendance.values, name) for name in attendance.values.__all__]
STORED = [kind for kind in ALL if is_dataclass(kind) and kind not in NESTED_ONLY]


def by_row(value: Any) -> Any:
    """Through SQLite itself, which has fewer types than Python."""
    row = to_row(value)
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.row_factory = sqlite3.Row
        columns = ", ".join(f":{column} AS {column}" for column in row)
        return from_row(type(value), connection.execute(f"SELECT {columns}", row).fetchone())


def by_document(value: Any) -> Any:
    """Through the bytes that pymongo sends."""
    return from_document(type(value), bson.decode(bson.encode({"_id": "any", **to_document(value)})))


def comparable(value: Any) -> Any:
    """Equal only if the types are equal, too: an enumeration's member is not a string, and True is not 1."""
    if is_dataclass(value):
        return type(value), [comparable(getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, tuple):
        return tuple(comparable(each) for each in value)
    if hasattr(value, "tobytes"):
        return value.dtype, value.tobytes()
    return type(value), value


@pytest.mark.parametrize("form", [by_row, by_document])
@pytest.mark.parametrize("kind", STORED, ids=lambda kind: kind.__name__)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])  # for a busy machine
@given(data=st.data())
def test_a_value_comes_back(kind: type, form: Callable[[Any], Any], data: st.DataObject) -> None:
    value = data.draw(values_of(kind))
    assert comparable(form(value)) == comparable(value)


def test_a_notice_has_the_column_names_of_its_table() -> None:
    record = to_record(notice("n1"))
    assert (record["id"], record["address"]) == ("n1", notice("n1").to)
    assert record.keys().isdisjoint({"key", "to"})
    assert from_record(Notice, record) == notice("n1")


def test_a_template_says_how_many_numbers_it_has() -> None:
    assert to_record(template())["dimension"] == template().embedding.size
    assert from_record(Template, to_record(template())).id == template().id


def test_a_score_of_numpy_becomes_a_plain_number() -> None:
    score = template().embedding[0]
    assert type(to_record(mark(score=score))["score"]) is float


@pytest.mark.parametrize("name", to_record(student()))
def test_a_record_without_one_of_its_fields_is_an_error(name: str) -> None:
    record = to_record(student())
    del record[name]
    with pytest.raises(KeyError, match=name):
        from_record(Student, record)


def test_a_session_without_its_secret_gets_no_new_one() -> None:
    record = to_record(session())
    del record["secret"]
    with pytest.raises(KeyError, match="secret"):
        from_record(type(session()), record)


def test_an_older_entry_of_a_history_has_the_defaults_of_newer_fields() -> None:
    record = to_record(mark())
    del record["history"][0]["came_at"]
    assert from_record(Mark, record) == mark()


def test_a_nested_value_without_a_field_that_it_always_had_is_an_error() -> None:
    record = to_record(student())
    del record["consent"]["how"]
    with pytest.raises(KeyError, match="how"):
        from_record(Student, record)


@pytest.mark.parametrize("name", ["status", "method"])
def test_a_status_or_method_that_nobody_knows_is_an_error(name: str) -> None:
    with pytest.raises(ValueError, match="'unheard of' is not a valid Mark"):
        from_record(Mark, to_record(mark()) | {name: "unheard of"})


def test_names_that_belong_to_no_field_are_ignored() -> None:
    assert from_record(Student, to_record(student()) | {"templates": [], "revision": 4}) == student()


def test_a_text_that_is_missing_stays_missing() -> None:
    assert from_record(Student, to_record(student()) | {"name": None}).name is None  # and not "None"


def test_numbers_of_sqlite_become_booleans() -> None:
    record = to_record(Course("general", "General")) | {"active": 0, "static_code": 1}
    course = from_record(Course, record)
    assert (course.active, course.static_code) == (False, True)
    assert type(course.active) is bool


def test_a_time_without_a_zone_has_no_record() -> None:
    with pytest.raises(ValueError, match="time zone"):
        to_record(mark(at=NOON.replace(tzinfo=None)))
