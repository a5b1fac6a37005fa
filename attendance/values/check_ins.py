"""What is stored so that a check-in is the same however often it is sent: engine and answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

ERASED_ANSWER = {"erased": "yes"}
"""Takes the place of an answer that named a student who was erased since."""


@dataclass(frozen=True)
class EnginePin:
    """Which engine this register has settled on, and why."""

    engine: str
    detector: str
    reason: str
    pinned_at: datetime


@dataclass(frozen=True)
class GrantAnswer:
    """The answer to one photo under one grant, stored until the grant ends.

    Attributes:
        grant_id: the grant's own number.
        digest: hex sha256 of the photo's bytes.
        answer: the verdict as JSON-ready values.
    """

    grant_id: str
    digest: str
    expires_at: datetime
    answer: dict[str, str | None] = field(default_factory=dict)
