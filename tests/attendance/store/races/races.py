"""What several threads or processes do to one register at once, and what the result must be."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from attendance.errors import RollNumberTakenError
from attendance.store.protocol import Store
from attendance.values import MarkEvent, MarkMethod, MarkStatus, ReviewDecision
from tests.attendance.store.builders import NOON, answer, fill, mark, pin, review, student, template

ROUNDS = 8  # of each race: enough for the workers to meet, few enough to be quick on a slow disk
TODAY = "general|2025-11-21"
END = answer().expires_at


@dataclass(frozen=True)
class Race:
    """One race.

    Attributes:
        prepare: fills the register before the race.
        run: what each worker does, given the store and its own number; returns what can be pickled.
        judge: checks the outcome, given the store and what each worker returned.
    """

    prepare: Callable[[Store], None]
    run: Callable[[Store, int], list[Any]]
    judge: Callable[[Store, list[list[Any]]], None]


def one_wins_each_round(outcomes: list[list[Any]]) -> None:
    wins = [sum(map(bool, of_round)) for of_round in zip(*outcomes, strict=True)]
    assert wins == [1] * ROUNDS


# --- insert_mark ------------------------------------------------------------------------------------


def add_classmates(store: Store) -> None:
    fill(store)
    for number in range(ROUNDS):
        store.add_student(student(f"c{number}"))


def insert_marks(store: Store, worker: int) -> list[bool]:
    return [store.insert_mark(mark(f"c{number}", attempt=str(worker))) for number in range(ROUNDS)]


def judge_inserted(store: Store, outcomes: list[list[bool]]) -> None:
    one_wins_each_round(outcomes)
    for found in store.marks(TODAY):
        assert outcomes[int(found.attempt or "")][int(found.student_id[1:])], "another's mark was written"
    assert len(store.marks(TODAY)) == ROUNDS


# --- replace_mark -----------------------------------------------------------------------------------


def add_one_mark(store: Store) -> None:
    fill(store)
    store.insert_mark(mark("s1", history=()))


def change_the_mark(store: Store, worker: int) -> list[int]:
    """Add an event per round, trying again when somebody else was quicker."""
    for number in range(ROUNDS):
        event = MarkEvent(NOON, MarkStatus.LATE, MarkMethod.MANUAL, str(worker), str(number))
        while True:
            before = store.mark(TODAY, "s1")
            assert before is not None
            after = replace(before, version=before.version + 1, history=(*before.history, event))
            if store.replace_mark(after):
                break
    return [worker]


def judge_changed(store: Store, outcomes: list[list[int]]) -> None:
    found = store.mark(TODAY, "s1")
    assert found is not None
    assert found.version == 1 + len(outcomes) * ROUNDS
    written = {(event.by, event.note) for event in found.history}
    assert written == {(str(worker), str(number)) for [worker] in outcomes for number in range(ROUNDS)}


# --- update_student ---------------------------------------------------------------------------------


def change_the_student(store: Store, worker: int) -> list[int]:
    for number in range(ROUNDS):
        while True:
            before = store.student("s1")
            assert before is not None
            after = replace(before, name=f"{before.name} {worker}.{number}", active=not before.active)
            if store.update_student(after, before):
                break
    return [worker]


def judge_student(store: Store, outcomes: list[list[int]]) -> None:
    found = store.student("s1")
    assert found is not None
    said = found.name.removeprefix("Eileen Collins ").split()
    assert sorted(said) == sorted(f"{worker}.{number}" for [worker] in outcomes for number in range(ROUNDS))
    assert found.active == (len(said) % 2 == 0)


# --- add_student ------------------------------------------------------------------------------------


def add_same_rolls(store: Store, worker: int) -> list[bool]:
    added = []
    for number in range(ROUNDS):
        added.append(False)
        with contextlib.suppress(RollNumberTakenError):
            roll_number = f"same {number}" if worker % 2 else f"SAME {number}"
            store.add_student(student(f"w{worker}n{number}", roll_number=roll_number))
            added[-1] = True
    return added


def judge_same_rolls(store: Store, outcomes: list[list[bool]]) -> None:
    one_wins_each_round(outcomes)
    rolls = [each.roll_number for each in store.students()]
    assert rolls == sorted({*rolls})
    assert len({each.casefold() for each in rolls}) == len(rolls) == ROUNDS + 2


# --- add_templates ----------------------------------------------------------------------------------


def add_shared_templates(store: Store, worker: int) -> list[int]:
    """Each worker has a template of its own, and one that all have, in each round."""
    return [
        store.add_templates([template(f"w{worker}n{number}"), template(f"shared{number}")])
        for number in range(ROUNDS)
    ]


def judge_templates(store: Store, outcomes: list[list[int]]) -> None:
    assert len(store.templates_of("s1")) == (len(outcomes) + 1) * ROUNDS
    assert sum(map(sum, outcomes)) == (len(outcomes) + 1) * ROUNDS
    assert store.gallery_version() >= len(outcomes) * ROUNDS


# --- decide_review ----------------------------------------------------------------------------------


def hold_reviews(store: Store) -> None:
    fill(store)
    for number in range(ROUNDS):
        store.hold_review(review(f"r{number}"))


def decide_reviews(store: Store, worker: int) -> list[bool]:
    decided = []
    for number in range(ROUNDS):
        outcome = store.decide_review(
            f"r{number}", ReviewDecision.ACCEPTED, decided_for="s1", by=str(worker), at=NOON
        )
        decided.append(outcome is not None)
    return decided


def judge_decided(store: Store, outcomes: list[list[bool]]) -> None:
    one_wins_each_round(outcomes)
    for found in store.reviews(undecided_only=False):
        assert outcomes[int(found.decided_by or "")][int(found.id[1:])], "another's decision was written"


# --- grants, answers, the pin -----------------------------------------------------------------------


def spend_grants(store: Store, worker: int) -> list[tuple[str, str | None]]:
    """The answer that each worker gets first, and the one it gets when asking again."""
    return [
        (store.spend_grant(f"g{number}", str(worker), END), store.spent_on(f"g{number}"))
        for number in range(ROUNDS)
    ]


def keep_answers(store: Store, worker: int) -> list[tuple[str | None, str | None]]:
    heard = []
    for number in range(ROUNDS):
        kept = store.keep_answer(answer(f"g{number}", answer={"by": str(worker)}))
        again = store.answer(f"g{number}", "d1", NOON)
        heard.append((kept.answer["by"], None if again is None else again.answer["by"]))
    return heard


def pin_engines(store: Store, worker: int) -> list[tuple[str, str | None]]:
    pinned = store.pin_engine(pin(f"engine-{worker}"))
    held = store.engine_pin()
    return [(pinned.engine, None if held is None else held.engine)]


def all_hear_the_same(_store: Store, outcomes: list[list[tuple[str, str | None]]]) -> None:
    for of_round in zip(*outcomes, strict=True):
        assert len({heard for both in of_round for heard in both}) == 1


RACES = {
    "insert_mark": Race(add_classmates, insert_marks, judge_inserted),
    "replace_mark": Race(add_one_mark, change_the_mark, judge_changed),
    "update_student": Race(fill, change_the_student, judge_student),
    "add_student": Race(fill, add_same_rolls, judge_same_rolls),
    "add_templates": Race(fill, add_shared_templates, judge_templates),
    "decide_review": Race(hold_reviews, decide_reviews, judge_decided),
    "spend_grant": Race(fill, spend_grants, all_hear_the_same),
    "keep_answer": Race(fill, keep_answers, all_hear_the_same),
    "pin_engine": Race(fill, pin_engines, all_hear_the_same),
}
