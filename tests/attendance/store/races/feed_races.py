"""What several processes write while others follow the feed of changes, which must show them all of it."""

from __future__ import annotations

import time

from attendance.store.protocol import Store
from attendance.values.feed import FeedKind, FeedPlace
from tests.attendance.store.builders import mark
from tests.attendance.store.races.races import ROUNDS, TODAY, Race, add_classmates

PATIENCE = 60.0  # seconds; a follower that missed a change would wait for it for ever
FINAL = 2  # the version of each mark in the end


def write_or_follow(store: Store, worker: int) -> list[bool]:
    """Every other worker inserts and changes all marks; the others read until they have seen each change."""
    if worker % 2:
        return follow(store)
    for number in range(ROUNDS):
        store.insert_mark(mark(f"c{number}"))
        store.replace_mark(mark(f"c{number}", version=FINAL))
    return [True] * ROUNDS


def follow(store: Store) -> list[bool]:
    """Whether the last change of each mark was seen, by a reader who reads nothing twice."""
    place = FeedPlace()
    seen: set[str] = set()
    give_up = time.monotonic() + PATIENCE
    while len(seen) < ROUNDS and time.monotonic() < give_up:
        part = store.feed(place, 3, [FeedKind.MARK])
        for entry in part.entries:
            found = store.mark(entry.session_id, entry.id)
            if found is not None and found.version == FINAL:
                seen.add(entry.id)
        place = part.entries[-1].place if part.entries else FeedPlace(part.number)
    return [f"c{number}" in seen for number in range(ROUNDS)]


def judge_followed(store: Store, outcomes: list[list[bool]]) -> None:
    assert len(store.marks(TODAY)) == ROUNDS
    assert all(all(seen) for seen in outcomes), "a follower has missed a change"


FEED_RACES = {"feed": Race(add_classmates, write_or_follow, judge_followed)}
