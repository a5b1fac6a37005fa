"""How often a movement was not the one that was asked for: once is another try, twice is for the teacher."""

from __future__ import annotations

from attendance.classes.entering import rotating_code
from attendance.liveness.policy import MOST_FAILURES
from attendance.marks.outcomes.judged import JudgedCheckIn
from attendance.store.protocol import Store


class MovementTries:
    """Counts for each grant, and for each student in a session, so that a new grant is no new try.

    Each failure takes a slot in the database, as a grant is spent: of two at once, one is the first.

    Args:
        store: the register's database.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def fails_first(self, judged: JudgedCheckIn, student_id: str) -> bool:
        """Count a failure; returns whether its student may try again. The same try counts once.

        A grant allows one more try in all, whomever its photos show.
        """
        is_first_of_grant = self._take(judged, f"{judged.attempt.grant_id}#moved")
        for number in range(MOST_FAILURES):
            if self._take(judged, _slot(judged, student_id, number)):
                return is_first_of_grant and number == 0
        return False

    def are_used_up(self, judged: JudgedCheckIn, student_id: str) -> bool:
        """Whether a student failed as often as anybody may, before this try."""
        last = self._store.spent_on(_slot(judged, student_id, MOST_FAILURES - 1))
        return last not in (None, _one_try(judged))

    def _take(self, judged: JudgedCheckIn, slot: str) -> bool:
        until = max(judged.attempt.expires_at, judged.session.closes_at)
        return self._store.spend_grant(slot, _one_try(judged), until) == _one_try(judged)


def _one_try(judged: JudgedCheckIn) -> str:
    """Identifies a try: the same bytes under another grant are another one."""
    return f"{judged.attempt.grant_id}:{judged.burst}"


def _slot(judged: JudgedCheckIn, student_id: str, number: int) -> str:
    """A name for one failure of a student that does not tell whose it is."""
    called = rotating_code.digest(judged.session.secret, f"moved|{student_id}").hex()
    return f"moved#{called}#{number}"
