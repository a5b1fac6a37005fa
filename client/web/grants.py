"""Signed, short-lived grants and claims, carried in the page."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from client.problems.refusals import RefusedError, RequestProblem

GRANT_LIFETIME = timedelta(minutes=5)  # long enough for slow phones, too short to share
DELIVERY = timedelta(minutes=5)  # what was taken in time may wait so long for the network
CLAIM_LIFETIME = timedelta(hours=12)  # "That's not me" works until the end of the day


@dataclass(frozen=True)
class Grant:
    """The right to one mark in a session.

    Attributes:
        session_id: the session that the page was opened for.
        id: a random id, by which the grant is spent.
        expires_at: until when a photo may be taken, aware UTC.
        browser: a digest of the cookie that was set with the page; empty: none was.
        code_until: when the code that opened the page leaves the wall, aware UTC; None: the code stays there.
    """

    session_id: str
    id: str
    expires_at: datetime
    browser: str = ""
    code_until: datetime | None = None

    @property
    def opened_at(self) -> datetime:
        """When its page was opened."""
        return self.expires_at - GRANT_LIFETIME

    @property
    def delivered_by(self) -> datetime:
        """Until when a photo may arrive."""
        return self.expires_at + DELIVERY

    def code_age(self, now: datetime) -> float | None:
        """Seconds since the code that opened its page left the wall; 0 while it is there, None if it stays.

        Args:
            now: aware UTC.
        """
        return None if self.code_until is None else max(0.0, (now - self.code_until).total_seconds())


@dataclass(frozen=True)
class NameClaim:
    """Proof that a page was shown a name, so that it may report "That's not me".

    Attributes:
        session_id: the session that the photo was sent to.
        grant_id: the grant that it was sent with.
        digest: the hex SHA-256 of the photo's bytes.
        expires_at: time of expiry, aware UTC.
    """

    session_id: str
    grant_id: str
    digest: str
    expires_at: datetime

    @property
    def shown_at(self) -> datetime:
        """When the name was shown."""
        return self.expires_at - CLAIM_LIFETIME


class Signatures:
    """Signs and verifies grants, claims and posters.

    Args:
        secret: the site's signing secret, the same on all its machines.
    """

    def __init__(self, secret: str | bytes) -> None:
        self._grants = _serializer(secret, "attendance.grant.2")
        self._claims = _serializer(secret, "attendance.claim.1")
        self._posters = _serializer(secret, "attendance.poster.1")

    def new_grant(
        self, session_id: str, now: datetime, *, browser: str = "", code_until: datetime | None = None
    ) -> str:
        """A new grant as text for the page.

        Args:
            session_id: what it entitles to a mark in.
            now: when the page is opened, aware UTC.
            browser: see ``Grant``.
            code_until: see ``Grant``.
        """
        expires = now + GRANT_LIFETIME
        return self.grant_text(Grant(session_id, secrets.token_urlsafe(12), expires, browser, code_until))

    def grant_text(self, grant: Grant) -> str:
        """A grant as text for the page. The same grant always gives the same text."""
        until = None if grant.code_until is None else _seconds(grant.code_until)
        expires = _seconds(grant.expires_at)
        return str(self._grants.dumps([grant.session_id, grant.id, expires, grant.browser, until]))

    def read_grant(self, text: str, now: datetime) -> Grant:
        """Verify a grant's text for what is sent with it.

        Raises:
            RefusedError: the text is missing, its signature is not valid, or nothing may arrive any more.
        """
        grant = self.read_signed_grant(text)
        if now >= grant.delivered_by:
            raise RefusedError(RequestProblem.GRANT_EXPIRED, session_id=grant.session_id)
        return grant

    def read_signed_grant(self, text: str) -> Grant:
        """Verify a grant's text, whenever it expired.

        Raises:
            RefusedError: the text is missing, or its signature is not valid.
        """
        if not text:
            raise RefusedError(RequestProblem.GRANT_MISSING)
        session_id, grant_id, expires, browser, until = _load(
            self._grants, text, 5, RequestProblem.GRANT_INVALID
        )
        code_until = None if until is None else _moment(until)
        return Grant(session_id, grant_id, _moment(expires), browser, code_until)

    def new_claim(self, session_id: str, grant_id: str, digest: str, now: datetime) -> str:
        """A new claim as text, which the page returns with "That's not me"."""
        expires = _seconds(now + CLAIM_LIFETIME)
        return str(self._claims.dumps([session_id, grant_id, digest, expires]))

    def read_claim(self, text: str, now: datetime) -> NameClaim:
        """Verify a claim's text.

        Raises:
            RefusedError: the text is missing, its signature is not valid, or the claim has expired.
        """
        session_id, grant_id, digest, expires = _load(self._claims, text, 4, RequestProblem.CLAIM_INVALID)
        claim = NameClaim(session_id, grant_id, digest, _moment(expires))
        if now >= claim.expires_at:
            raise RefusedError(RequestProblem.CLAIM_INVALID)
        return claim

    def poster(self, course_id: str) -> str:
        """The signed text on a course's poster, always the same."""
        return str(self._posters.dumps([course_id]))

    def read_poster(self, text: str) -> str:
        """Verify a poster's text and return its course's id.

        Raises:
            RefusedError: the signature is not valid.
        """
        (course_id,) = _load(self._posters, text, 1, RequestProblem.SESSION_UNKNOWN)
        return str(course_id)


def _serializer(secret: str | bytes, salt: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=salt, signer_kwargs={"digest_method": hashlib.sha256})


def _load(serializer: URLSafeSerializer, text: str, length: int, problem: RequestProblem) -> list[Any]:
    try:
        values = serializer.loads(text)
    except (BadData, UnicodeEncodeError) as error:  # a lone surrogate can't be encoded
        raise RefusedError(problem) from error
    if not isinstance(values, list) or len(values) != length:  # signed by another version of this program
        raise RefusedError(problem)
    return values


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
