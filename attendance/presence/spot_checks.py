"""Names to call out, chosen at random with a lean towards marks that nothing places in the room."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from random import Random, SystemRandom

from attendance.classes.cancelling import need_uncancelled
from attendance.clock import Clock
from attendance.errors import SessionNotFoundError
from attendance.presence.room_pictures import came_by_phone
from attendance.store.protocol import Store
from attendance.values import Mark, Session, SpotCheck
from attendance.values.liveness import Place

NAMES = 3
"""How many a spot check has: few enough to call out in passing."""

WEIGHTS: Mapping[Place, float] = {
    Place.UNKNOWN: 4.0,
    Place.THIS_NETWORK: 2.0,
    Place.KIOSK: 1.0,
    Place.ROOM_PHOTO: 1.0,
}
"""How much more often a mark of one place is chosen than one of another, while both are left. Nobody's weight
is 0: who was seen may have left, and a check that spares some would tell the class whom."""


def choose(marks: Sequence[Mark], count: int, random: Random) -> tuple[str, ...]:
    """Choose students without repetition, each time with a probability in proportion to their weights.

    With a random number ``u`` each, the largest ``log(u) / weight`` are chosen: Efraimidis and Spirakis,
    "Weighted random sampling with a reservoir", Information Processing Letters 97 (2006).

    Args:
        marks: of the students to choose from.
        count: how many; fewer if there are fewer.
        random: the source of chance.

    Returns:
        The ids of the students, in random order.
    """
    keys = {mark.student_id: math.log(1.0 - random.random()) / WEIGHTS[mark.evidence.place] for mark in marks}
    return tuple(sorted(keys, key=keys.__getitem__, reverse=True)[:count])


class SpotChecks:
    """Draws spot checks.

    Args:
        store: the register's database.
        clock: the source of the time.
        random: the source of chance, which nobody in the class can predict.
    """

    def __init__(self, store: Store, clock: Clock, random: Random | None = None) -> None:
        self._store = store
        self._clock = clock
        self._random = random or SystemRandom()

    def draw(self, session_id: str, *, by: str) -> SpotCheck | None:
        """Choose names of students who have checked in by phone, and note them in the session.

        Those who were called before are chosen again once no others are left.

        Args:
            session_id: which session.
            by: id of the teacher who asked for it.

        Returns:
            The spot check; None if nobody has checked in.

        Raises:
            SessionNotFoundError: there is no such session.
            SessionCancelledError: it is cancelled.
        """
        while True:
            session = self._store.session(session_id)
            if session is None:
                raise SessionNotFoundError(f"There is no session {session_id!r}.")
            need_uncancelled(session)
            names = self._names(session)
            if not names:
                return None
            check = SpotCheck(self._clock.now(), by, names)
            checked = replace(session, spot_checks=(*session.spot_checks, check), version=session.version + 1)
            if self._store.replace_session(checked):
                return check

    def _names(self, session: Session) -> tuple[str, ...]:
        marks = [mark for mark in self._store.marks(session.id) if came_by_phone(mark)]
        before: Collection[str] = {name for check in session.spot_checks for name in check.student_ids}
        fresh = choose([mark for mark in marks if mark.student_id not in before], NAMES, self._random)
        again = [mark for mark in marks if mark.student_id in before]
        return fresh + choose(again, NAMES - len(fresh), self._random)
