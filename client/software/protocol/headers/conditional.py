"""``If-None-Match`` (RFC 9110, 13.1.2): a client that has a response already gets 304 and no body."""

from __future__ import annotations

import hashlib
from http import HTTPStatus

from flask import Response, request

from client.problems.problem_kinds import ApiProblemError, ProblemCode
from client.web.compression import compress, refuses_uncompressed

_DIGITS = 32  # of the digest: 128 bits
READS = frozenset({"GET", "HEAD"})


def digest_of(content: bytes) -> str:
    """The tag of some content, without quotes."""
    return hashlib.sha256(content).hexdigest()[:_DIGITS]


def as_asked(answer: Response, *, tagged: bool = True) -> Response:
    """The response to a read as its client wants it: with a tag, compressed, or as "not modified".

    The tag of a record that has one stays strong, because ``If-Match`` needs it so, and such a record is
    compressed only for clients that take nothing else. All other tags are made of the content, and weak once
    that is compressed, so that the same content has one tag however it is sent.

    Args:
        answer: the view's response; it comes back unchanged if it is an error, a stream or no read's.
        tagged: whether the same content can come again.
    """
    if request.method not in READS or answer.status_code != HTTPStatus.OK or answer.is_streamed:
        return answer
    is_record = "ETag" in answer.headers
    if tagged and not is_record:
        answer.set_etag(digest_of(answer.get_data()))
    if answer.is_json:
        if not is_record or refuses_uncompressed():
            compress(answer)
        answer.vary.add("Accept-Encoding")
    tag, _ = answer.get_etag()
    if tag is not None and request.if_none_match.contains_weak(tag):
        answer.status_code = HTTPStatus.NOT_MODIFIED
    return answer


def refuse_unchecked_conditions(*, checks_match: bool) -> None:
    """Reject a write under a condition that its call doesn't check, since it would be done regardless.

    Args:
        checks_match: whether the call checks ``If-Match``.

    Raises:
        ApiProblemError: the request has such a condition.
    """
    if request.method in READS:
        return
    unchecked = ["If-None-Match"] if checks_match else ["If-Match", "If-None-Match"]
    found = [name for name in unchecked if name in request.headers]
    if found:
        raise ApiProblemError(
            ProblemCode.NOT_AS_DESCRIBED,
            f"This call doesn't check {' and '.join(found)}, so nothing was changed. Send it without.",
        )
