"""A camera of another process: ``sighting_process ADDRESS SESSION STUDENT``.

It sees the student again and again, says "ready" after the first time, and prints how often it did so once a
line comes on its standard input.
"""

from __future__ import annotations

import sys
from threading import Event, Thread

from attendance.marks.sightings import Sighting, Sightings
from tests.attendance.frozen_clock import FrozenClock
from tests.attendance.store.databases import open_at


def main(address: str, session_id: str, student_id: str) -> None:
    """See the student until told to stop."""
    store, stop = open_at(address), Event()
    sightings = Sightings(store, FrozenClock())

    def listen() -> None:
        sys.stdin.readline()
        stop.set()

    Thread(target=listen, daemon=True).start()
    seen = 0
    while not stop.is_set():
        sightings.mark(session_id, Sighting(student_id, 0.9, by="camera"))
        seen += 1
        if seen == 1:
            sys.stdout.write("ready\n")
            sys.stdout.flush()
    sys.stdout.write(f"{seen}\n")
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
