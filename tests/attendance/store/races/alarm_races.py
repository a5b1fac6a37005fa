"""Alarms that are raised and settled by several at once."""

from __future__ import annotations

from dataclasses import replace

from attendance.store.protocol import Store
from attendance.values import RoomPicture
from tests.attendance.store.builders import MS, NOON, alarm, fill, session, trace
from tests.attendance.store.races.races import ROUNDS, TODAY, Race, add_classmates, one_wins_each_round


def raise_alarms(store: Store, worker: int) -> list[bool]:
    return [store.add_alarm(alarm(str(number), detail=(str(worker),))) for number in range(ROUNDS)]


def judge_raised(store: Store, outcomes: list[list[bool]]) -> None:
    one_wins_each_round(outcomes)
    for found in store.alarms_of(TODAY):
        assert outcomes[int(found.detail[0])][int(found.subject)], "another's alarm was written"


def prepare_alarms(store: Store) -> None:
    fill(store)
    for number in range(ROUNDS):
        store.add_alarm(alarm(str(number)))


def settle_alarms(store: Store, worker: int) -> list[bool]:
    keys = [alarm(str(number)).id for number in range(ROUNDS)]
    settled = [store.settle_alarm(key, by=str(worker), at=NOON, for_good=False) for key in keys]
    assert all(each is None or each.settled_by == str(worker) for each in settled)
    return [each is not None for each in settled]


def judge_settled(store: Store, outcomes: list[list[bool]]) -> None:
    one_wins_each_round(outcomes)
    for found in store.alarms_of(TODAY):
        assert outcomes[int(found.settled_by or "")][int(found.subject)]


def keep_traces(store: Store, worker: int) -> list[bool]:
    del worker
    return [store.add_trace(trace(f"grant-{number}")) for number in range(ROUNDS)]


def judge_kept(store: Store, outcomes: list[list[bool]]) -> None:
    one_wins_each_round(outcomes)
    assert len(store.traces_of_session(TODAY)) == ROUNDS


def see_or_erase(store: Store, worker: int) -> list[bool]:
    """The first erases the students whom the others see in the room."""
    written = []
    for number in range(ROUNDS):
        if worker == 0:
            store.remove_student(f"c{number}")
            continue
        found = store.session(TODAY)
        assert found is not None
        picture = RoomPicture(NOON + worker * MS, "u1", (f"c{number}", "s1"))
        seen = replace(found, room_pictures=(*found.room_pictures, picture), version=found.version + 1)
        written.append(store.replace_session(seen))
        store.add_trace(trace(f"{worker}-{number}", student_id=f"c{number}"))
        store.add_alarm(alarm(f"{worker}-{number}", student_ids=("s1", f"c{number}")))
    return written


def judge_erased(store: Store, outcomes: list[list[bool]]) -> None:
    found = store.session(TODAY)
    assert found is not None
    assert found.named <= {"s1"}
    assert len(found.room_pictures) == sum(map(sum, outcomes)), "each that was written is there"
    assert store.traces_of_session(session().id) == []
    assert store.alarms_of(TODAY) == []


ALARM_RACES = {
    "add_alarm": Race(fill, raise_alarms, judge_raised),
    "settle_alarm": Race(prepare_alarms, settle_alarms, judge_settled),
    "add_trace": Race(fill, keep_traces, judge_kept),
    "see_or_erase": Race(add_classmates, see_or_erase, judge_erased),
}
