"""What every database of the register can do with API tokens (see ``protocol``)."""

from __future__ import annotations

from typing import Protocol

from attendance.values import ApiToken


class TokenStore(Protocol):
    """The part of a ``Store`` that keeps API tokens; none is ever deleted, a revoked one says so."""

    def add_api_token(self, token: ApiToken) -> None:
        """Raises ``ValueError`` where the id or the digest is taken, which random ones never are."""
        ...

    def replace_api_token(self, token: ApiToken) -> bool:
        """Write only if the stored version is ``token.version - 1``; else False.

        Raises:
            ValueError: another token has the digest.
        """
        ...

    def api_token(self, token_id: str) -> ApiToken | None: ...

    def api_token_by_digest(self, digest: str) -> ApiToken | None:
        """Whatever its state: who asks looks whether it is live."""
        ...

    def api_tokens(self) -> list[ApiToken]:
        """All of them, the oldest first, then by id."""
        ...
