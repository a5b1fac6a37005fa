"""API tokens: created by an admin for other software, each with scopes."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from attendance.accounts.errors import ApiTokenError, ApiTokenNotFoundError
from attendance.clock import Clock
from attendance.store.protocol import Store
from attendance.values import ApiToken
from attendance.values.roll_numbers import clean_text, is_printable

PREFIX = "fa_"  # so that a scanner for leaked secrets, and a person, knows what it is
TOKEN_BYTES = 32  # 256 bits: not guessable, so a plain SHA-256 protects it as well as a slow hash would
TEXT = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")  # 32 bytes in base64url without its padding
LONGEST_NAME = 80  # characters
NOTED_EVERY = timedelta(minutes=1)  # when it was used last is written no more often than that


class Scope(StrEnum):
    """What a token may do."""

    STUDENTS_READ = "students:read"
    STUDENTS_WRITE = "students:write"
    COURSES_READ = "courses:read"
    COURSES_WRITE = "courses:write"
    SESSIONS_READ = "sessions:read"
    SESSIONS_WRITE = "sessions:write"
    MARKS_READ = "marks:read"
    MARKS_WRITE = "marks:write"
    RECOGNISE = "recognise"  # find, recognise and verify faces of pictures that are sent
    LIVE = "live"  # the WebSocket that takes frames
    LIVE_DETAILS = "live:details"  # details of the student whom a frame shows


IN_ADDRESSES = frozenset({Scope.LIVE.value, Scope.LIVE_DETAILS.value})
"""What a token may do that is part of an address. Others may log addresses, so such a token reads and writes
nothing about anyone except the student who is in front of its camera."""


@dataclass(frozen=True)
class NewApiToken:
    """A token that was just created.

    Attributes:
        token: as the register stores it.
        text: what its bearer sends; not stored, so it can't be shown again.
    """

    token: ApiToken
    text: str = field(repr=False)


def fits_an_address(token: ApiToken) -> bool:
    """Whether a token may be part of an address, and opens a socket there."""
    return Scope.LIVE.value in token.scopes and IN_ADDRESSES.issuperset(token.scopes)


class ApiTokens:
    """Creates, lists, checks and revokes tokens; thread-safe.

    Args:
        store: the register's database.
        clock: the source of the time.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._accepted: dict[str, tuple[str, datetime]] = {}  # by digest: the token's id, and when

    def all(self) -> list[ApiToken]:
        """All tokens ever created, oldest first."""
        return self._store.api_tokens()

    def get(self, token_id: str) -> ApiToken:
        """The token with this id.

        Raises:
            ApiTokenNotFoundError: there is none.
        """
        token = self._store.api_token(token_id)
        if token is None:
            raise ApiTokenNotFoundError("There is no such API token.")
        return token

    def by_name(self, name: str) -> ApiToken | None:
        """The token of this name, revoked or not, or None."""
        wanted = clean_text(name).casefold()
        return next((each for each in self.all() if each.name.casefold() == wanted), None)

    def make(
        self,
        name: str,
        scopes: Iterable[str],
        *,
        by: str,
        expires_at: datetime | None = None,
        photo_only: bool = True,
    ) -> NewApiToken:
        """A new token.

        Args:
            name: identifies the token; marks made through it carry it, so a name is used only once.
            scopes: what it may do, at least one ``Scope``.
            by: who creates it: the id of the admin, or a name.
            expires_at: from when on it is expired; None: it is valid until it is revoked.
            photo_only: whether its photos count without a movement, which their marks note.

        Raises:
            ApiTokenError: name, scopes or expiry are not valid; the message gives every reason.
        """
        now = self._clock.now()
        name = clean_text(name)
        wanted = list(scopes)
        faults = [*self._name_faults(name), *_scope_faults(wanted)]
        if expires_at is not None and expires_at <= now:
            faults.append("The token would already have expired. Choose a later day, or none.")
        if faults:
            raise ApiTokenError(" ".join(faults))
        text = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
        token = ApiToken(
            id=secrets.token_hex(8),
            name=name,
            digest=_digest(text),
            scopes=tuple(scope.value for scope in Scope if scope.value in wanted),
            created_by=by,
            created_at=now,
            expires_at=expires_at,
            photo_only=photo_only,
        )
        self._store.add_api_token(token)
        return NewApiToken(token, text)

    def revoke(self, token_id: str) -> ApiToken:
        """Revoke a token; one that was revoked already stays unchanged.

        Raises:
            ApiTokenNotFoundError: there is none.
        """
        now = self._clock.now()
        return self._changed(
            token_id, lambda token: replace(token, revoked_at=now) if token.revoked_at is None else token
        )

    def count_photos(self, token_id: str, *, photo_only: bool) -> ApiToken:
        """Set whether a token's photos count without a movement, which their marks note.

        Raises:
            ApiTokenNotFoundError: there is none.
        """
        return self._changed(token_id, lambda token: replace(token, photo_only=photo_only))

    def holder(self, text: str) -> ApiToken | None:
        """The live token that a text is, or None for one that is unknown, over or revoked.

        The token is looked up by its digest, so the time that takes reveals nothing about other tokens.
        That it was used is noted, at most once a minute.

        Raises:
            StoreUnavailableError: the database is unavailable.
        """
        if TEXT.fullmatch(text) is None:
            return None
        digest, now = _digest(text), self._clock.now()
        token = self._store.api_token_by_digest(digest)
        if token is None or not token.is_live(now):
            self._accepted.pop(digest, None)
            return None
        self._accepted[digest] = token.id, now
        if token.last_used_at is not None and now - token.last_used_at < NOTED_EVERY:
            return token
        used = replace(token, last_used_at=now, version=token.version + 1)
        if self._store.replace_api_token(used):
            return used
        token = self._store.api_token(token.id)  # changed meanwhile: used by another process, or revoked
        return token if token is not None and token.is_live(now) else None

    def lately_accepted(self, text: str) -> str | None:
        """The id of the token that a text is, if ``holder`` accepted it within the last minute.

        Asks no database, so it can sort requests but must not allow anything.
        """
        if TEXT.fullmatch(text) is None:
            return None
        token_id, at = self._accepted.get(_digest(text), ("", self._clock.now() - NOTED_EVERY))
        return token_id if self._clock.now() - at < NOTED_EVERY else None

    def _changed(self, token_id: str, change: Callable[[ApiToken], ApiToken]) -> ApiToken:
        """The token after a change, applied again after a concurrent one."""
        while True:
            before = self.get(token_id)
            after = change(before)
            if after == before:
                return before
            after = replace(after, version=before.version + 1)
            if self._store.replace_api_token(after):
                return after

    def _name_faults(self, name: str) -> list[str]:
        if not name or len(name) > LONGEST_NAME or not is_printable(name):
            return [f"The name must have 1 to {LONGEST_NAME} printable characters."]
        if self.by_name(name) is not None:
            used = f"The name {name} was used before, and marks may carry it."
            return [f"{used} Choose another one, for example with the year."]
        return []


def _scope_faults(scopes: list[str]) -> list[str]:
    known = [scope.value for scope in Scope]
    if not scopes:
        return ["Choose at least one scope."]
    unknown = sorted({str(scope)[:40] for scope in scopes} - {*known})
    if unknown:
        return [f"Unknown scope: {', '.join(unknown)}. The scopes are {', '.join(known)}."]
    return []


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
