"""Run as a program: writes until it is killed, and prints what was acknowledged."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

from attendance.store.sqlite.store import SQLiteStore
from tests.attendance.store.builders import fill, mark, student

if __name__ == "__main__":
    store = SQLiteStore(Path(sys.argv[1]))
    fill(store)
    for number in itertools.count():
        store.add_student(student(f"c{number}"))
        store.insert_mark(mark(f"c{number}"))
        print(f"c{number}", flush=True)  # noqa: T201
