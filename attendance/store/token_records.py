"""API tokens as plain records (see ``records``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attendance.store.records import (
    Record,
    to_milliseconds,
    to_optional_milliseconds,
    to_optional_time,
    to_time,
)
from attendance.values import ApiToken


def api_token_record(token: ApiToken) -> Record:
    """``scopes`` is a list of strings."""
    return {
        "id": token.id,
        "name": token.name,
        "digest": token.digest,
        "scopes": list(token.scopes),
        "created_by": token.created_by,
        "created_at": to_milliseconds(token.created_at),
        "expires_at": to_optional_milliseconds(token.expires_at),
        "revoked_at": to_optional_milliseconds(token.revoked_at),
        "last_used_at": to_optional_milliseconds(token.last_used_at),
        "version": token.version,
    }


def api_token_from(record: Mapping[str, Any]) -> ApiToken:
    """The opposite of ``api_token_record``."""
    return ApiToken(
        id=record["id"],
        name=record["name"],
        digest=record["digest"],
        scopes=tuple(record["scopes"]),
        created_by=record["created_by"],
        created_at=to_time(record["created_at"]),
        expires_at=to_optional_time(record["expires_at"]),
        revoked_at=to_optional_time(record["revoked_at"]),
        last_used_at=to_optional_time(record["last_used_at"]),
        version=record["version"],
    )
