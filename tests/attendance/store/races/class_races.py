"""What several processes do to a teacher's class at once, and what the result must be (see ``races``)."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from attendance.errors import UsernameTakenError
from attendance.store.protocol import Store
from tests.attendance.store.builders import (
    MS,
    NOON,
    api_token,
    course,
    fill,
    link,
    mark,
    notice,
    review,
    session,
    user,
)
from tests.attendance.store.races.races import (
    ROUNDS,
    TODAY,
    Race,
    add_classmates,
    judge_inserted,
    one_wins_each_round,
)

MOST_WORKERS = 8

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
    """All add the same students and remove the same one, while each renames the course if it can."""
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
    """Record a failure, then count: of several workers, the last one counts all."""
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


# --- notices, API tokens ----------------------------------------------------------------------------


def claim_notices(store: Store, worker: int) -> list[bool]:
    return [store.claim_notice(notice(f"n{number}", to=str(worker))) for number in range(ROUNDS)]


def judge_claimed(store: Store, outcomes: list[list[bool]]) -> None:
    one_wins_each_round(outcomes)
    for found in store.notices():
        assert outcomes[int(found.to)][int(found.key[1:])], "another's notice was written"
    assert len(store.notices()) == ROUNDS


def add_api_tokens(store: Store) -> None:
    for number in range(ROUNDS):
        store.add_api_token(api_token(f"t{number}"))


def revoke_api_tokens(store: Store, worker: int) -> list[bool]:
    revoked = []
    for number in range(ROUNDS):
        after = api_token(f"t{number}", name=str(worker), revoked_at=NOON, version=2)
        revoked.append(store.replace_api_token(after))
    return revoked


def judge_revoked(store: Store, outcomes: list[list[bool]]) -> None:
    one_wins_each_round(outcomes)
    for found in store.api_tokens():
        assert outcomes[int(found.name)][int(found.id[1:])], "another's version was written"


CLASS_RACES = {
    "insert_marks": Race(add_classmates, insert_many_marks, judge_inserted),
    "replace_session": Race(fill, close_sessions, judge_closed),
    "change_roster": Race(prepare_rosters, change_the_roster, judge_roster),
    "session_changes": Race(add_classmates, mark_and_look, judge_numbers),
    "add_user": Race(fill, add_same_users, judge_same_users),
    "consume_link": Race(put_links, consume_links, judge_links),
    "note_failure": Race(fill, note_failures, judge_failures),
    "claim_notice": Race(fill, claim_notices, judge_claimed),
    "replace_api_token": Race(add_api_tokens, revoke_api_tokens, judge_revoked),
}
