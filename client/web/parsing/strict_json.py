"""Strict parsing of JSON from clients, by RFC 8259."""

from __future__ import annotations

import math
from typing import Any, NoReturn

from flask.json.provider import DefaultJSONProvider


class StrictJSON(DefaultJSONProvider):
    """Flask's JSON provider, except that NaN, duplicate names and deep nesting are errors."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Parse JSON.

        Raises:
            ValueError: the text is not JSON, contains ``NaN``, ``Infinity`` or a number that overflows,
                repeats a name in an object, or is nested too deeply.
        """
        strict = {
            "parse_constant": _refuse,
            "parse_float": _number,
            "object_pairs_hook": _object_without_duplicates,
        }
        try:
            return super().loads(s, **{**strict, **kwargs})
        except RecursionError as error:
            raise ValueError("The JSON is nested too deeply.") from error


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a valid number in JSON.")


def _number(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        _refuse(text)
    return number


def _object_without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object, if no name occurs twice."""
    names = dict(pairs)
    if len(names) < len(pairs):
        raise ValueError("A name occurs twice in one object.")
    return names
