"""Pauses after photos that were not recognised: by device, and by address for devices without any success.

docs/server.md explains the numbers.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from limits import RateLimitItem, parse

from attendance.marks.check_in_attempt import Attempt
from attendance.marks.verdict import VerdictCode
from client.problems.refusals import RefusedError, RequestProblem
from client.web.limits.rate_limits import count, counted, forget, seconds_left
from client.web.visitors.identity import the_address

PAUSE: RateLimitItem = parse("1 per 30 seconds")
# In a row, however long that takes; NIST SP 800-63B-4 allows five before anything else is asked for.
FAILURES_PER_DEVICE: RateLimitItem = parse("5 per 10 minutes")
# Browsers that store nothing send no name. All of an address count as one device.
FAILURES_WITHOUT_NAME: RateLimitItem = parse("8 per 10 minutes")
# Five strangers with five tries each are within both. Each new mark at the address allows one more.
DEVICES_PER_ADDRESS: RateLimitItem = parse("8 per minute")
FAILURES_PER_ADDRESS: RateLimitItem = parse("30 per minute")
# Photos that gave no mark, whatever was wrong with them. A class of 500 that comes for the first time has
# fewer, and each new mark allows one more; a program sends a hundred a second that show no face, or somebody
# who is there already.
UNMARKED_PER_ADDRESS: RateLimitItem = parse("300 per minute")
_MARKS_OF_ADDRESS: RateLimitItem = parse("100000 per 10 minutes")
_SUCCEEDED: RateLimitItem = parse("1 per 4 months")  # about a term
_JUDGED: RateLimitItem = parse("1 per 5 minutes")  # the lifetime of a grant
_NEW_DEVICE: RateLimitItem = parse("1 per minute")
_MOMENT = 2  # seconds in which photos that are just being judged have an answer

_FAILED = frozenset({VerdictCode.NOT_FOUND})
_MARKED = frozenset({VerdictCode.PRESENT, VerdictCode.LATE})
_UNREAD = frozenset({VerdictCode.NUMBER_NEEDED})  # asked before the photo is decoded, so it took no place
_RECOGNISED = _MARKED | {VerdictCode.ALREADY_PRESENT, VerdictCode.ALREADY_LATE}

_judging: Counter[str] = Counter()  # by address: photos of devices without any success
_changed = threading.Condition()


class Judgement:
    """One photo that may be judged.

    Args:
        attempt: the photo under its grant.
        address: where it comes from.
    """

    def __init__(self, attempt: Attempt, address: str) -> None:
        self._attempt = attempt
        self._address = address
        self._failures = FAILURES_PER_DEVICE if attempt.device else FAILURES_WITHOUT_NAME
        self._device = ("device", attempt.device) if attempt.device else ("nameless", address)
        self.is_known = counted(_SUCCEEDED, *self._device) > 0 and attempt.device is not None

    def begin(self) -> None:
        """Wait until photos that are being judged can't exceed what the address may fail.

        Raises:
            RefusedError: the device or its address has to pause; it has the seconds that are left.
        """
        if counted(PAUSE, "pause", *self._device):
            raise _paused(seconds_left(PAUSE, "pause", *self._device))
        if self.is_known:
            return
        with _changed:
            if not _changed.wait_for(self._may_begin, _MOMENT):
                raise _paused(_MOMENT)
            _judging[self._address] += 1

    def end(self) -> None:
        """Let others begin."""
        if self.is_known:
            return
        with _changed:
            _judging[self._address] -= 1
            if not _judging[self._address]:
                del _judging[self._address]
            _changed.notify_all()

    def _may_begin(self) -> bool:
        more = counted(_MARKS_OF_ADDRESS, "marks", self._address)
        limits = [(FAILURES_PER_ADDRESS, "failures"), (UNMARKED_PER_ADDRESS, "unmarked")]
        if not counted(_NEW_DEVICE, "failed", self._address, *self._device):
            limits.append((DEVICES_PER_ADDRESS, "failures"))
        for limit, what in limits:
            failed = counted(limit, what, self._address)
            if failed >= limit.amount + more:
                left = seconds_left(limit, what, self._address)
                raise _paused(min(left, PAUSE.get_expiry()))
            if failed + _judging[self._address] >= limit.amount + more:
                return False
        return True

    def note(self, verdict: VerdictCode) -> None:
        """Count what came of it.

        A photo that is judged again, as after a lost connection, counts as one failure or success. As a photo
        without a mark it counts each time, because it takes a place each time.
        """
        if not self.is_known and verdict not in _MARKED | _UNREAD:
            count(UNMARKED_PER_ADDRESS, "unmarked", self._address)
        if verdict not in _FAILED | _RECOGNISED or not count(_JUDGED, "judged", self._attempt.id):
            return
        if verdict in _RECOGNISED:
            forget(self._failures, "failures", *self._device)
            if verdict in _MARKED:  # else one student could make any number of devices known
                count(_SUCCEEDED, *self._device)
                count(_MARKS_OF_ADDRESS, "marks", self._address)
            return
        if not self.is_known:
            count(FAILURES_PER_ADDRESS, "failures", self._address)
            if count(_NEW_DEVICE, "failed", self._address, *self._device):
                count(DEVICES_PER_ADDRESS, "failures", self._address)
        count(self._failures, "failures", *self._device)
        if counted(self._failures, "failures", *self._device) >= self._failures.amount:
            forget(self._failures, "failures", *self._device)
            count(PAUSE, "pause", *self._device)


@contextmanager
def judging(attempt: Attempt) -> Iterator[Judgement]:
    """Judge a photo in this block.

    Raises:
        RefusedError: its device or its address has to pause.
    """
    judgement = Judgement(attempt, the_address())
    judgement.begin()
    try:
        yield judgement
    finally:
        judgement.end()


def _paused(seconds: int) -> RefusedError:
    return RefusedError(RequestProblem.PAUSED, retry_after=seconds)
