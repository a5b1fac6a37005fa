"""Actions between two commands of a MongoDB store, as other processes may take them."""

from __future__ import annotations

from collections.abc import Callable

from pymongo import MongoClient
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)

from attendance.store.mongo.store import MongoStore
from tests.attendance.store.databases import MongoPlace


class Meanwhile(CommandListener):
    """Runs an action once, just before another store sends a command, as another process might.

    Args:
        command: the command's name.
        collection: what it is about.
        action: is run once.
        nth: before which of these commands, from 1.
    """

    def __init__(self, command: str, collection: str, action: Callable[[], object], nth: int = 1) -> None:
        self.command, self.collection, self.action, self.left = command, collection, action, nth

    def started(self, event: CommandStartedEvent) -> None:
        if event.command.get(self.command) == self.collection:
            self.left -= 1
            if self.left == 0:
                self.action()

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass

    def failed(self, event: CommandFailedEvent) -> None:
        pass


def interrupted(mongo_place: MongoPlace, meanwhile: Meanwhile) -> MongoStore:
    return MongoStore(mongo_place.address, lambda uri: MongoClient(uri, event_listeners=[meanwhile]))
