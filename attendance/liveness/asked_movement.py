"""Which movement a check-in page asks for: nobody knows before the code that opens the page is on the wall.

It is made like the codes on the wall: ``HMAC-SHA256(secret, "turn|window|grant")`` with the window in which
the page was opened. The grant's id is random and made with the page: two phones are asked different things,
and the server need not remember what it asked.
"""

from __future__ import annotations

from datetime import datetime
from itertools import permutations

from attendance.classes.entering import rotating_code
from attendance.values import Session
from attendance.values.sessions import CODE_INTERVAL
from face_detection.liveness.values import Turn

SIDES = (Turn.LEFT, Turn.RIGHT)

CHOICES: dict[int, tuple[tuple[Turn, ...], ...]] = {
    1: tuple((side,) for side in SIDES),  # nods are measured less well
    2: tuple(permutations(Turn, 2)),
}
"""What may be asked, by the number of movements."""


def asked_turns(session: Session, grant_id: str, opened_at: datetime, count: int) -> tuple[Turn, ...]:
    """The movements that a page asks for, in their order; the same for every try under its grant.

    Args:
        session: what the page was opened for.
        grant_id: the grant's own number.
        opened_at: when the page was opened; only the window counts, which has the same limits in all courses.
        count: how many movements, 1 or 2: one of 2 sides, or one of 12 orders.
    """
    choices = CHOICES[count]
    window = rotating_code.window_at(opened_at, CODE_INTERVAL)
    proof = rotating_code.digest(session.secret, f"turn|{window}|{grant_id}")
    return choices[int.from_bytes(proof) % len(choices)]
