"""Users and links that work once as plain records (see ``records``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attendance.store.records import Record, to_milliseconds, to_time
from attendance.values import OneTimeLink, Role, User


def user_record(user: User) -> Record:
    """Flat."""
    return {
        "id": user.id,
        "username": user.username,
        "name": user.name,
        "role": user.role.value,
        "password_hash": user.password_hash,
        "created_at": to_milliseconds(user.created_at),
        "password_changed_at": to_milliseconds(user.password_changed_at),
        "active": user.active,
        "version": user.version,
    }


def user_from(record: Mapping[str, Any]) -> User:
    """The opposite of ``user_record``."""
    return User(
        id=record["id"],
        username=record["username"],
        name=record["name"],
        role=Role(record["role"]),
        password_hash=record["password_hash"],
        created_at=to_time(record["created_at"]),
        password_changed_at=to_time(record["password_changed_at"]),
        active=bool(record["active"]),
        version=record["version"],
    )


def link_record(link: OneTimeLink) -> Record:
    """Flat."""
    return {
        "digest": link.digest,
        "purpose": link.purpose,
        "expires_at": to_milliseconds(link.expires_at),
    }
