"""Converts values to records and back, following their declared fields, for both databases.

A record maps the names of a value's fields to strings, numbers, bytes, lists or mappings. SQLite's rows and
MongoDB's documents are both made from records. Times are milliseconds since 1970 in UTC, because both
databases store, compare and return these exactly.

A new field needs nothing here if its type is one that ``conversion`` knows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import Field, fields
from functools import cache
from typing import Any, ClassVar, Protocol, TypeVar, get_type_hints

import attrs
from cattrs.gen import make_dict_structure_fn_from_attrs, make_dict_unstructure_fn, override

from attendance.store.conversion import converter, dimension_of, is_nested
from attendance.values import Consent, MarkEvent, MarkEvidence, Notice, Template, Withdrawal

Record = dict[str, Any]


class Declared(Protocol):
    """A value whose fields are declared: an instance of any dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


Value = TypeVar("Value", bound=Declared)

# Names in records that differ from the names of the fields.
RENAMED: Mapping[type, Mapping[str, str]] = {Notice: {"key": "id", "to": "address"}}

# Fields of nested values that earlier versions don't write. They are left out where they have their defaults:
# what this version writes is then what it finds in a migrated register, and histories stay short.
_LATER: Mapping[type, tuple[str, ...]] = {
    MarkEvent: ("by_person", "for_the_rest", "restores", "noted"),
    MarkEvidence: ("place", "liveness", "why", "signed"),
    Consent: ("giver", "form", "given_on", "valid_until"),
    Withdrawal: ("objector", "how"),
}
for _kind, _names in _LATER.items():
    _left_out: dict[str, Any] = {name: override(omit_if_default=True) for name in _names}
    converter.register_unstructure_hook(_kind, make_dict_unstructure_fn(_kind, converter, **_left_out))


def to_record(value: Declared) -> Record:
    """The record of a value.

    Raises:
        ValueError: a time has no time zone, or an embedding is not ``(D,)`` float32.
    """
    return _writer(type(value))(value)


def from_record(kind: type[Value], record: Mapping[str, Any]) -> Value:
    """The value of a record; names that belong to no field are ignored.

    Every field of ``kind`` must be present, because a migration adds new ones to older records. Nested values
    are not migrated: a field that was introduced later has its default there.

    Raises:
        KeyError: a field is missing.
        ValueError: a field has a value that its enumeration does not know.
    """
    value: Value = _reader(kind)(record, kind)
    return value


@cache
def field_names(kind: type[Declared]) -> tuple[str, ...]:
    """The names that records of ``kind`` have for its fields."""
    renamed = RENAMED.get(kind, {})
    return tuple(renamed.get(field.name, field.name) for field in fields(kind))


@cache
def nested_names(kind: type[Declared]) -> tuple[str, ...]:
    """The names in records of ``kind`` whose values are lists or mappings, or None."""
    types = get_type_hints(kind)
    named = zip(field_names(kind), fields(kind), strict=True)
    return tuple(name for name, field in named if is_nested(types[field.name]))


@cache
def _writer(kind: type[Declared]) -> Callable[[Any], Record]:
    write: Callable[[Any], Record] = make_dict_unstructure_fn(kind, converter, **_overrides(kind))
    if issubclass(kind, Template):  # SQLite checks the embedding's length against it
        return lambda template: write(template) | {"dimension": dimension_of(template.embedding)}
    return write


@cache
def _reader(kind: type[Declared]) -> Callable[[Mapping[str, Any], Any], Any]:
    types = get_type_hints(kind)
    # The same fields without their defaults, so that none may be missing.
    required = {
        each.name: attrs.field(type=types[each.name], kw_only=bool(each.kw_only)) for each in fields(kind)
    }
    declared = list(attrs.fields(attrs.make_class(kind.__name__, required)))
    return make_dict_structure_fn_from_attrs(declared, kind, converter, **_overrides(kind))


def _overrides(kind: type[Declared]) -> dict[str, Any]:
    return {field: override(rename=name) for field, name in RENAMED.get(kind, {}).items()}
