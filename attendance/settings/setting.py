"""The description of one setting."""

from __future__ import annotations

from dataclasses import dataclass

from attendance.settings.setting_values import Parser


@dataclass(frozen=True)
class Setting:
    """One setting: how to read it, and its row in docs/settings.md.

    Attributes:
        name: the environment variable.
        field: the attribute of ``Settings``.
        default: the default, in words.
        meaning: one sentence for the table.
        parse: converts text to the value. Raises ``ValueError`` with a predicate, such as "must be a number".
        secret: whether its value is never shown.
    """

    name: str
    field: str
    default: str
    meaning: str
    parse: Parser
    secret: bool = False
