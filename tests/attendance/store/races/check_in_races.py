"""Check-ins that several record at once."""

from __future__ import annotations

from attendance.store.protocol import Store
from attendance.store.whole_check_ins import CheckInRecord
from tests.attendance.store.builders import NOON, answer, mark, trace
from tests.attendance.store.races.races import END, ROUNDS, TODAY, Race, add_classmates, one_wins_each_round

Heard = tuple[str, str | None, bool]
"""What a worker is told: what the grant is bound to, the answer, and whether it wrote the mark."""


def record(store: Store, number: int, digest: str, student_id: str, worker: int) -> Heard:
    """Record a check-in, as often as the mark is changed meanwhile, as whoever decides it does."""
    grant = f"g{number}"
    attempt = f"{grant}:{digest}"
    while True:
        existing = store.mark(TODAY, student_id)
        given = None if existing is not None else mark(student_id, attempt=attempt)
        kept = answer(grant, digest, answer={"by": str(worker)})
        written = store.record_check_in(
            CheckInRecord(kept, END, given, trace(attempt, student_id=student_id))
        )
        if written.bound_to != digest:
            return written.bound_to, None, False
        if written.answer is not None:
            return digest, written.answer.answer["by"], written.has_mark


def record_one_attempt(store: Store, worker: int) -> list[Heard]:
    return [record(store, number, "photo", f"c{number}", worker) for number in range(ROUNDS)]


def judge_one_attempt(store: Store, outcomes: list[list[Heard]]) -> None:
    one_wins_each_round([[heard[2] for heard in each] for each in outcomes])
    for number, of_round in enumerate(zip(*outcomes, strict=True)):
        kept = store.answer(f"g{number}", "photo", NOON)
        assert kept is not None
        assert {heard[:2] for heard in of_round} == {("photo", kept.answer["by"])}
    assert len(store.marks(TODAY)) == ROUNDS


def record_two_photos(store: Store, worker: int) -> list[Heard]:
    """Half of the workers send one student's photo under each grant, the others another student's."""
    half = worker % 2
    names = [f"c{(number + half * ROUNDS // 2) % ROUNDS}" for number in range(ROUNDS)]
    return [record(store, number, f"photo {half}", name, worker) for number, name in enumerate(names)]


def judge_two_photos(store: Store, outcomes: list[list[Heard]]) -> None:
    marks = store.marks(TODAY)
    for number, of_round in enumerate(zip(*outcomes, strict=True)):
        [bound_to] = {heard[0] for heard in of_round}
        assert bound_to == store.spent_on(f"g{number}")
        given = [each.attempt for each in marks if (each.attempt or "").startswith(f"g{number}:")]
        assert given in ([], [f"g{number}:{bound_to}"]), "a grant is good for one mark of its own photo"
        assert sum(heard[2] for heard in of_round) == len(given)
        other = {"photo 0": "photo 1", "photo 1": "photo 0"}[bound_to]
        assert store.answer(f"g{number}", other, NOON) is None


CHECK_IN_RACES = {
    "one_attempt": Race(add_classmates, record_one_attempt, judge_one_attempt),
    "two_photos": Race(add_classmates, record_two_photos, judge_two_photos),
}
