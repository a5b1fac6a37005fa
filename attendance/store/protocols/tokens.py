"""The part of the `Store` protocol about API tokens."""

from __future__ import annotations

from typing import Protocol

from attendance.values import ApiToken


class TokenStore(Protocol):
    """API tokens; they are never deleted, only revoked."""

    def add_api_token(self, token: ApiToken) -> None:
        """Add a token; raises ``ValueError`` if the id or the digest is taken, as random ones never are."""
        ...

    def replace_api_token(self, token: ApiToken) -> bool:
        """Write a token if the stored version is ``token.version - 1``; returns whether it was written.

        Raises:
            ValueError: another token has the digest.
        """
        ...

    def api_token(self, token_id: str) -> ApiToken | None: ...

    def api_token_by_digest(self, digest: str) -> ApiToken | None:
        """The token with a digest, whatever its state: the caller checks whether it is live."""
        ...

    def api_tokens(self) -> list[ApiToken]:
        """All tokens, oldest first, then by id."""
        ...
