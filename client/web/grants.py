"""What entitles a page to one mark: signed, short-lived, carried in the page and not in a cookie."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from client.problems.refusals import RefusedError, RequestProblem

GRANT_LIFETIME = timedelta(minutes=5)  # long enough for a slow start, too short to be passed around
CLAIM_LIFETIME = timedelta(hours=12)  # "That's not me" may be said until the end of the day


@dataclass(frozen=True)
class Grant:
    """Leave to be marked once in one session.

    Attributes:
        session_id: the session that the page was opened for.
        id: random, the number that is spent.
        expires_at: aware UTC.
    """

    session_id: str
    id: str
    expires_at: datetime


@dataclass(frozen=True)
class NameClaim:
    """Proof that this page was told a name, so that it may say "That's not me".

    Attributes:
        session_id: the session that the photo was sent for.
        grant_id: the grant that it was sent under.
        digest: hex sha256 of the photo's bytes.
        expires_at: aware UTC.
    """

    session_id: str
    grant_id: str
    digest: str
    expires_at: datetime


class Signatures:
    """Signs and reads grants and claims.

    Args:
        secret: the site's signing secret; every machine of a site has the same.
    """

    def __init__(self, secret: str | bytes) -> None:
        self._grants = _serializer(secret, "attendance.grant.1")
        self._claims = _serializer(secret, "attendance.claim.1")
        self._posters = _serializer(secret, "attendance.poster.1")

    def new_grant(self, session_id: str, now: datetime) -> str:
        """A fresh grant as the text that the page carries."""
        return self.grant_text(Grant(session_id, secrets.token_urlsafe(12), now + GRANT_LIFETIME))

    def grant_text(self, grant: Grant) -> str:
        """A grant as the text that the page carries: the same one each time."""
        return str(self._grants.dumps([grant.session_id, grant.id, _seconds(grant.expires_at)]))

    def read_grant(self, text: str, now: datetime) -> Grant:
        """The grant behind the text.

        Raises:
            RefusedError: it is missing, not ours, or older than five minutes.
        """
        if not text:
            raise RefusedError(RequestProblem.GRANT_MISSING)
        session_id, grant_id, expires = _load(self._grants, text, 3, RequestProblem.GRANT_INVALID)
        grant = Grant(session_id, grant_id, _moment(expires))
        if now >= grant.expires_at:
            raise RefusedError(RequestProblem.GRANT_EXPIRED, session_id=session_id)
        return grant

    def new_claim(self, session_id: str, grant_id: str, digest: str, now: datetime) -> str:
        """What the present page hands back with "That's not me"."""
        expires = _seconds(now + CLAIM_LIFETIME)
        return str(self._claims.dumps([session_id, grant_id, digest, expires]))

    def read_claim(self, text: str, now: datetime) -> NameClaim:
        """The claim behind the text.

        Raises:
            RefusedError: it is missing, not ours, or from another day.
        """
        session_id, grant_id, digest, expires = _load(self._claims, text, 4, RequestProblem.CLAIM_INVALID)
        claim = NameClaim(session_id, grant_id, digest, _moment(expires))
        if now >= claim.expires_at:
            raise RefusedError(RequestProblem.CLAIM_INVALID)
        return claim

    def poster(self, course_id: str) -> str:
        """What the poster of a course carries: the same one each time."""
        return str(self._posters.dumps([course_id]))

    def read_poster(self, text: str) -> str:
        """The id of the course that a poster is for.

        Raises:
            RefusedError: it is not ours.
        """
        (course_id,) = _load(self._posters, text, 1, RequestProblem.SESSION_UNKNOWN)
        return str(course_id)


def _serializer(secret: str | bytes, salt: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=salt, signer_kwargs={"digest_method": hashlib.sha256})


def _load(serializer: URLSafeSerializer, text: str, length: int, problem: RequestProblem) -> list[Any]:
    try:
        values = serializer.loads(text)
    except BadData as error:
        raise RefusedError(problem) from error
    if not isinstance(values, list) or len(values) != length:  # signed by another version of ours
        raise RefusedError(problem)
    return values


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
