"""How often a tracked face is observed, and what must agree."""

from __future__ import annotations

from dataclasses import dataclass, field

from face_matching.tracks.probe_fusion import Agreement

ATTEMPTS_FACTOR = 1.3
"""How many times the false match rate of a single decision is that of three decisions, after 3, 5 and 8
observations of a face: docs/video.md, ``python -m benchmarks.tracks``."""


@dataclass(frozen=True)
class EvidenceRules:
    """How often faces are observed, and what must agree.

    An observation is the embedding of a face in one frame. Each decision is another chance for a false match,
    so there are few decisions, with correspondingly stricter thresholds.

    Attributes:
        agreement: how many observations must agree for a match.
        decide_at: numbers of observations at which a decision is made; the last one is final.
        pauses: seconds between observations before the first decision, before the second, and so on.
        check_again: seconds until a settled face is observed again, to check that it is still the same.
        keep: the number of best observations to keep.
        attempts_factor: see ``ATTEMPTS_FACTOR``; depends on ``decide_at``.
        most_restarts: how often a track may restart because its face has changed; after that it is unknown.
    """

    agreement: Agreement = field(default_factory=Agreement)
    decide_at: tuple[int, ...] = (3, 5, 8)
    pauses: tuple[float, ...] = (0.15, 0.5, 2.0)
    check_again: float = 3.0
    keep: int = 8
    attempts_factor: float = ATTEMPTS_FACTOR
    most_restarts: int = 3
