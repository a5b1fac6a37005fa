"""What is known of one setting."""

from __future__ import annotations

from dataclasses import dataclass

from attendance.settings.setting_values import Parser


@dataclass(frozen=True)
class Setting:
    """One setting, for reading it and for the table in the docs.

    Attributes:
        name: the environment variable.
        field: the attribute of ``Settings``.
        default: what holds where it is not given, in words.
        meaning: one sentence for the docs.
        parse: text to value; raises ``ValueError`` with the second half of a sentence.
        secret: never shown.
    """

    name: str
    field: str
    default: str
    meaning: str
    parse: Parser
    secret: bool = False
