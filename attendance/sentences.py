"""Sentences for people that pages translate, and everything else shows in English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class FilledSentence:
    """A sentence, or several; ``str`` gives it in English.

    Attributes:
        text: as the catalogues have it, with named placeholders; a percent sign is written twice.
        values: what is filled in.
    """

    text: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.values


def sentence(text: str, **values: object) -> FilledSentence:
    """A sentence that the catalogues collect where it is imported as ``_l`` (docs/translating.md).

    Args:
        text: as for ``FilledSentence``.
        values: what is filled in.
    """
    return FilledSentence(text, values)


def said(text: object) -> FilledSentence:
    """What another part of the program has put into words already."""
    return FilledSentence("%(said)s", {"said": text})
