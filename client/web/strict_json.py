"""JSON that others send, read as RFC 8259 has it: nothing that makes Python stumble later."""

from __future__ import annotations

import math
from typing import Any, NoReturn

from flask.json.provider import DefaultJSONProvider


class StrictJSON(DefaultJSONProvider):
    """The usual one, but numbers that are none, names that come twice and endless nesting are errors."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Read JSON.

        Raises:
            ValueError: it is none, holds ``NaN``, ``Infinity`` or a number beyond those that there are, has
                a name twice in one object, or is nested too deeply.
        """
        strict = {"parse_constant": _refuse, "parse_float": _number, "object_pairs_hook": _once_each}
        try:
            return super().loads(s, **{**strict, **kwargs})
        except RecursionError as error:
            raise ValueError("It is nested too deeply.") from error


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number in JSON.")


def _number(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        _refuse(text)
    return number


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object: which of two values of one name was meant, nobody can tell."""
    names = dict(pairs)
    if len(names) < len(pairs):
        raise ValueError("A name comes twice in one object.")
    return names
