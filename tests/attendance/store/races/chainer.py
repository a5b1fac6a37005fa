"""Marks students and chains what is pending, as one of several processes: ``chainer ADDRESS FIRST LAST``."""

from __future__ import annotations

import sys
from contextlib import closing

from attendance.store.mongo.store import MongoStore
from tests.attendance.store.builders import mark


def main(address: str, first: int, last: int) -> None:
    """Mark students by number, and chain in between whatever is pending, also the others' events."""
    with closing(MongoStore(address)) as store:
        for number in range(first, last):
            store.insert_mark(mark(f"n{number}"))
            store.chain_pending()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
