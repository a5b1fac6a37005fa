"""What several threads or processes do to one register at once, and what must have come of it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from attendance.errors import RollNumberTakenError, UsernameTakenError
from attendance.store.protocol import Store
from attendance.values import MarkEvent, MarkMethod, MarkStatus, ReviewDecision
from tests.attendance.store.builders import (
    MS,
    NOON,
    answer,
    course,
    fill,
    link,
    mark,
    pin,
    review,
    session,
    student,
    template,
    user,
)

ROUNDS = 8  # of each race: enough for the workers to meet, few enough to be quick on a slow disk
MOST_WORKERS = 8
TODAY = "general|2025-11-21"
END = answer().expires_at


@dataclass(frozen=True)
class Race:
    """One race.

    Attributes:
        prepare: what the register holds before.
        run: what each worker does, given the store and its own number; what comes of it can be pickled.
        judge: asserts what must hold, given the store and what came of each worker's run.
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


# --- add_student ------------------------------------------------------------------------------------


def add_same_rolls(store: Store, worker: int) -> list[bool]:
    added = []
    for number in range(ROUNDS):
        added.append(False)
        with contextlib.suppress(RollNumberTakenError):
            store.add_student(student(f"w{worker}n{number}", roll_number=f"same {number}"))
            added[-1] = True
    return added


def judge_same_rolls(store: Store, outcomes: list[list[bool]]) -> None:
    one_wins_each_round(outcomes)
    rolls = [each.roll_number for each in store.students()]
    assert rolls == sorted({*rolls})
    assert len(rolls) == ROUNDS + 2


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
    """What each worker hears first, and what it hears when it asks again."""
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


# --- insert_marks, replace_session, rosters ---------------------------------------------------------


def insert_many_marks(store: Store, worker: int) -> list[bool]:
    """Every other worker closes the session; the others check in."""
    if worker % 2:
        return [store.insert_mark(mark(f"c{number}", attempt=str(worker))) for number in range(ROUNDS)]
    written = store.insert_marks([mark(f"c{number}", attempt=str(worker)) for number in range(ROUNDS)])
    students = {each.student_id for each in written}
    return [f"c{number}" in students for number in range(ROUNDS)]


def close_sessions(store: Store, worker: int) -> list[bool]:
    closed = []
    for number in range(ROUNDS):
        first = session(str(number))
        store.add_session(first)
        closed.append(store.replace_session(replace(first, opened_by=str(worker), version=2)))
    return closed


def judge_closed(store: Store, outcomes: list[list[bool]]) -> None:
    one_wins_each_round(outcomes)
    for number in range(ROUNDS):
        found = store.session(str(number))
        assert found is not None
        assert outcomes[int(found.opened_by or "")][number], "another's version was written"


def prepare_rosters(store: Store) -> None:
    add_classmates(store)
    store.add_course(course("physics", roster=("s1",)))


def change_the_roster(store: Store, worker: int) -> list[int]:
    """All add the same students, and take the same one off, while each renames the course where it can."""
    renames = 0
    for number in range(ROUNDS):
        store.add_to_roster("physics", [f"c{number}"])
        before = store.course("physics")
        assert before is not None
        renamed = replace(before, name=f"{before.name} {worker}", version=before.version + 1)
        renames += store.replace_course(renamed)
    store.remove_from_roster("physics", ["s1"])
    return [renames]


def judge_roster(store: Store, outcomes: list[list[int]]) -> None:
    found = store.course("physics")
    assert found is not None
    assert sorted(found.roster or ()) == [f"c{number}" for number in range(ROUNDS)]
    renames = sum(renames for [renames] in outcomes)
    assert len(found.name.split()) == 1 + renames
    assert found.version == 1 + ROUNDS + 1 + renames, "each change is one version"


# --- session_changes --------------------------------------------------------------------------------


def mark_and_look(store: Store, worker: int) -> list[int]:
    """The numbers that a board reads while all write."""
    numbers = []
    for number in range(ROUNDS):
        store.insert_mark(mark(f"c{number}", attempt=str(worker)))
        store.hold_review(review(f"{worker} {number}"))
        numbers.append(store.session_changes(TODAY))
    return numbers


def judge_numbers(store: Store, outcomes: list[list[int]]) -> None:
    for numbers in outcomes:
        assert numbers == sorted(set(numbers)), "a board missed a change or went back"
    assert store.session_changes(TODAY) >= (len(outcomes) + 1) * ROUNDS


# --- users, links, failures -------------------------------------------------------------------------


def add_same_users(store: Store, worker: int) -> list[bool]:
    added = []
    for number in range(ROUNDS):
        added.append(False)
        with contextlib.suppress(UsernameTakenError):
            store.add_user(user(f"w{worker}n{number}", username=f"same {number}"))
            added[-1] = True
    return added


def judge_same_users(store: Store, outcomes: list[list[bool]]) -> None:
    one_wins_each_round(outcomes)
    assert [each.username for each in store.users()] == [f"same {number}" for number in range(ROUNDS)]


def put_links(store: Store) -> None:
    for number in range(ROUNDS):
        for worker in range(MOST_WORKERS):
            store.put_link(link(_digest(worker, number), purpose=f"purpose {number}"))


def consume_links(store: Store, worker: int) -> list[bool]:
    """Each has a link of its own for each purpose."""
    return [
        store.consume_link(_digest(worker, number), f"purpose {number}", NOON) for number in range(ROUNDS)
    ]


def _digest(worker: int, number: int) -> str:
    return f"{worker:02x}{number:02x}"


def judge_links(_store: Store, outcomes: list[list[bool]]) -> None:
    one_wins_each_round(outcomes)


def note_failures(store: Store, worker: int) -> list[int]:
    """Note a failure, then count: of those who do that at once, the last one counts all."""
    counted = []
    for number in range(ROUNDS):
        store.note_login_failure(f"user {number}", NOON + worker * MS)
        counted.append(len(store.login_failures(f"user {number}", NOON)))
    return counted


def judge_failures(store: Store, outcomes: list[list[int]]) -> None:
    everyone = [NOON + worker * MS for worker in range(len(outcomes))]
    for number, counts in enumerate(zip(*outcomes, strict=True)):
        assert max(counts) == len(outcomes)
        assert store.login_failures(f"user {number}", NOON) == everyone


RACES = {
    "insert_mark": Race(add_classmates, insert_marks, judge_inserted),
    "replace_mark": Race(add_one_mark, change_the_mark, judge_changed),
    "add_student": Race(fill, add_same_rolls, judge_same_rolls),
    "add_templates": Race(fill, add_shared_templates, judge_templates),
    "decide_review": Race(hold_reviews, decide_reviews, judge_decided),
    "spend_grant": Race(fill, spend_grants, all_hear_the_same),
    "keep_answer": Race(fill, keep_answers, all_hear_the_same),
    "pin_engine": Race(fill, pin_engines, all_hear_the_same),
    "insert_marks": Race(add_classmates, insert_many_marks, judge_inserted),
    "replace_session": Race(fill, close_sessions, judge_closed),
    "change_roster": Race(prepare_rosters, change_the_roster, judge_roster),
    "session_changes": Race(add_classmates, mark_and_look, judge_numbers),
    "add_user": Race(fill, add_same_users, judge_same_users),
    "consume_link": Race(put_links, consume_links, judge_links),
    "note_failure": Race(fill, note_failures, judge_failures),
}
