"""What speaks for a mark, in the language of the page."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext

from attendance.liveness.evidence_words import doubt_texts, evidence_texts
from attendance.values import MarkEvidence


def evidence_words(evidence: MarkEvidence) -> tuple[str, ...]:
    """Sentences about the movement, the browser and the place; what is not known has none."""
    return _spoken(evidence_texts(evidence))


def doubt_words(evidence: MarkEvidence) -> str:
    """What a teacher may want to look at, in one line; empty mostly."""
    return " ".join(_spoken(doubt_texts(evidence)))


def _spoken(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(str(gettext(text)) for text in texts)
