"""How often a check-in waits for a MongoDB server, which may be far away."""

from __future__ import annotations

from contextlib import closing

import pytest
from pymongo import MongoClient
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)

from attendance.store.mongo.store import MongoStore
from attendance.store.whole_check_ins import CheckInRecord
from tests.attendance.store.builders import NOON, answer, fill, mark, trace
from tests.attendance.store.databases import MongoPlace

TODAY = "general|2025-11-21"
pytestmark = pytest.mark.server


class Commands(CommandListener):
    """The commands that were sent, each with its collection."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def started(self, event: CommandStartedEvent) -> None:
        self.sent.append(f"{event.command_name} {event.command.get(event.command_name)}")

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass

    def failed(self, event: CommandFailedEvent) -> None:
        pass


def test_a_check_in_takes_four_reads_and_then_eight_commands(mongo_place: MongoPlace) -> None:
    commands = Commands()
    client = MongoClient[dict[str, object]](mongo_place.address, event_listeners=[commands])
    with closing(MongoStore(mongo_place.address, lambda _uri: client)) as store:
        fill(store)
        commands.sent.clear()
        store.check_in_state(TODAY, ("g1", "g1#4"), "d1", NOON)
        assert commands.sent == ["find answers", "find grants", "find sessions", "find courses"]
        commands.sent.clear()
        store.record_check_in(CheckInRecord(answer(), NOON, mark("s1"), trace()))
        announced, marked, counted = "update sessions", "insert marks", "update sessions"
        assert commands.sent == [
            *("insert grants", announced, "find audit_keys", marked, "find students", counted),
            *("insert answers", "find students"),
        ]
