"""More networks than the class usually has.

Phones with mobile data have addresses of their own, and nobody is to blame for that. So a class is compared
with itself: only where nearly all its phones share one address, session after session, are many others odd.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, lgamma

from attendance.alarms.checked_photo import Finding
from attendance.values import AlarmKind

LEAST_STUDENTS = 10  # with a known address; fewer say nothing about a class
LEAST_ELSEWHERE = 4  # students, each at an address of their own
LEAST_SHARE = 0.6  # of the class at the shared address; a Wi-Fi that failed leaves less
LEAST_SESSIONS = 2  # earlier ones to compare with
MOST_WEIGHT = 60.0
"""Students that all earlier sessions weigh together at most. Days differ by more than chance, so many
sessions are less certain than their numbers."""
CHANCE = 1e-3
"""How likely so many elsewhere may be in an honest session. It is looked at whenever one more is elsewhere;
``python -m benchmarks.liveness.honest_check_ins`` counts what comes of it."""


@dataclass(frozen=True)
class Spread:
    """Where the students of a session were, by the addresses of their phones.

    Attributes:
        shared: how many at the address that most have.
        elsewhere: the ids of the others.
        addresses: how many different addresses the others have.
    """

    shared: int
    elsewhere: tuple[str, ...]
    addresses: int

    @property
    def known(self) -> int:
        """Students with a known address."""
        return self.shared + len(self.elsewhere)

    @property
    def has_one_address(self) -> bool:
        """Whether the class is at one address, and large enough to say so."""
        return self.known >= LEAST_STUDENTS and self.shared >= LEAST_SHARE * self.known


def spread_of(addresses: Iterable[tuple[str, str]]) -> Spread:
    """Where a session's students were; of several check-ins of a student the last one counts.

    Args:
        addresses: student and hashed address of each check-in of one session, oldest first.
    """
    last = dict(addresses)
    counted = Counter(last.values())
    if not counted:
        return Spread(0, (), 0)
    ((main, shared),) = counted.most_common(1)
    elsewhere = tuple(student_id for student_id, address in last.items() if address != main)
    return Spread(shared, elsewhere, len(counted) - 1)


def is_odd_enough(spread: Spread) -> bool:
    """Whether a session is worth comparing with earlier ones."""
    return spread.has_one_address and spread.addresses >= LEAST_ELSEWHERE


def many_addresses(spread: Spread, earlier: Sequence[Spread]) -> Finding | None:
    """Many addresses in a class that usually has one.

    Args:
        spread: of this session.
        earlier: of earlier sessions of the course.
    """
    usual = [one for one in earlier if one.has_one_address]
    if not is_odd_enough(spread) or len(usual) < LEAST_SESSIONS:
        return None
    elsewhere = sum(len(one.elsewhere) for one in usual)
    shared = sum(one.shared for one in usual)
    if chance_of(len(spread.elsewhere), spread.known, elsewhere, shared) > CHANCE:
        return None
    students = tuple(sorted(spread.elsewhere))
    detail = (str(len(students)), str(spread.known))
    return Finding(AlarmKind.MANY_ADDRESSES, "class", students, detail)


def chance_of(elsewhere: int, known: int, elsewhere_before: int, shared_before: int) -> float:
    """How likely at least so many are elsewhere, by what was seen before: a beta-binomial tail.

    Args:
        elsewhere: students at other addresses in this session.
        known: students in this session.
        elsewhere_before: the same of earlier sessions together.
        shared_before: students at the shared addresses of earlier sessions.
    """
    weight = min(1.0, MOST_WEIGHT / max(1, elsewhere_before + shared_before))
    a, b = 0.5 + weight * elsewhere_before, 0.5 + weight * shared_before  # Jeffreys' prior
    return sum(_exactly(count, known, a, b) for count in range(elsewhere, known + 1))


def _exactly(count: int, of: int, a: float, b: float) -> float:
    choices = lgamma(of + 1) - lgamma(count + 1) - lgamma(of - count + 1)
    return exp(choices + _log_beta(count + a, of - count + b) - _log_beta(a, b))


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)
