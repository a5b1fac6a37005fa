"""API tokens, with which other software uses the register."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class ApiToken:
    """A key for a program.

    Attributes:
        id: never changes and reveals nothing about the token's text.
        name: what the admin calls it, for telling tokens apart.
        digest: hex sha256 of the token's text; the text itself is stored nowhere.
        scopes: what its bearer may do.
        created_by: id of the admin who made it, or the name that was given on the command line.
        expires_at: from when on it is expired; None: never.
        revoked_at: when it was revoked; None until then.
        last_used_at: about when it was used last; None until then.
        version: 1 at first, one more at each change.
        photo_only: whether its photos count without a movement, which their marks note.
    """

    id: str
    name: str
    digest: str = field(repr=False)
    scopes: tuple[str, ...]
    created_by: str
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None
    version: int = 1
    photo_only: bool = True

    def is_live(self, now: datetime) -> bool:
        """Whether it opens anything at ``now``."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)
