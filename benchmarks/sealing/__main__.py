"""What sealing and turning cost: a check-in with and without, and a new key for a whole school.

    python -m benchmarks.sealing [--students 1000] [--photos 5] [--check-ins 300]

Processor time, in one thread; plain and sealed check-ins take turns on two registers in temporary folders.
The networks are not part of it: only what the register does for a check-in is compared.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import numpy as np
from rich.console import Console

from attendance.sealing.opening import open_sealed_store, turn_of
from attendance.sealing.rotating import rotate
from attendance.settings.settings import Settings
from attendance.store.open_store import open_store
from attendance.store.protocol import Store
from attendance.store.whole_check_ins import CheckInRecord
from attendance.values import (
    CheckInTrace,
    Consent,
    Course,
    GrantAnswer,
    Mark,
    MarkMethod,
    MarkStatus,
    Session,
    Student,
    Template,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DIMENSION = 256  # of retail-1
SESSION = Session(
    *("general|2026-11-20", "general", "token", "2026-11-20"),
    *(NOON, NOON + timedelta(hours=2), NOON + timedelta(minutes=10)),
    secret="5e" * 32,
)


@dataclass(frozen=True)
class SealingCosts:
    """What was measured.

    Attributes:
        plain, sealed: milliseconds for one check-in's reads and writes, the median.
        turn: milliseconds for turning one embedding, the median.
        rotation: seconds for a new key.
    """

    plain: float
    sealed: float
    turn: float
    rotation: float


def measure(folder: Path, *, students: int, photos: int, check_ins: int) -> SealingCosts:
    """Compare check-ins at two registers, then change the key of the sealed one."""
    settings = Settings(config=folder / "config", models=folder, data=folder / "data")
    with closing(open_store(folder / "plain", None)) as plain, closing(open_sealed_store(settings)) as sealed:
        times: dict[bool, list[float]] = {False: [], True: []}
        for store in (plain, sealed):
            _fill(store, students, photos)
        for number in range(check_ins):
            for is_sealed, store in ((False, plain), (True, sealed)):
                times[is_sealed].append(_milliseconds(lambda: _check_in(store, number, students)))  # noqa: B023
        turn, row = turn_of(sealed), np.ones(DIMENSION, np.float32)
        turn.matrix(DIMENSION)
        turns = [_milliseconds(lambda: turn.turned(row)) for _ in range(check_ins)]
    before = time.process_time()
    rotate(settings)
    rotation = time.process_time() - before
    medians = (statistics.median(times[False]), statistics.median(times[True]), statistics.median(turns))
    return SealingCosts(*medians, rotation)


def _fill(store: Store, students: int, photos: int) -> None:
    rows = np.random.default_rng(1).normal(size=(photos, DIMENSION)).astype(np.float32)
    store.add_course(Course("general", "General"))
    store.add_session(SESSION)
    consent = Consent(NOON, "office", "form")
    for number in range(students):
        key = f"s{number}"
        store.add_student(Student(key, key, "Student", email=f"{key}@example.org", consent=consent))
        store.add_templates(
            [
                Template(f"{key}-{photo}", key, "retail-1", "mtcnn", rows[photo], f"{photo:064}", 0.5, NOON)
                for photo in range(photos)
            ]
        )


def _check_in(store: Store, number: int, students: int) -> None:
    grant, student_id = f"g{number}", f"s{number % students}"
    store.check_in_state(SESSION.id, (grant,), "digest", NOON)
    mark = Mark(SESSION.id, student_id, MarkStatus.PRESENT, MarkMethod.FACE, NOON, 0.8)
    answer = GrantAnswer(
        grant, "digest", NOON + timedelta(hours=2), {"code": "present", "student_id": student_id}
    )
    trace = CheckInTrace(
        f"{grant}:digest", SESSION.id, NOON, student_id, "key:phone", True, None, "d" * 64, bytes(32)
    )
    is_first = store.mark(SESSION.id, student_id) is None
    record = CheckInRecord(answer, NOON + timedelta(minutes=5), mark if is_first else None, trace)
    store.record_check_in(replace(record))


def _milliseconds(action: Callable[[], object]) -> float:
    before = time.thread_time()
    action()
    return (time.thread_time() - before) * 1000


@click.command()
@click.option("--students", type=click.IntRange(1), default=1000, show_default=True)
@click.option("--photos", type=click.IntRange(1), default=5, show_default=True, help="Of each student.")
@click.option("--check-ins", type=click.IntRange(1), default=300, show_default=True)
def main(students: int, photos: int, check_ins: int) -> None:
    """Print what sealing and turning cost."""
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), students=students, photos=photos, check_ins=check_ins)
    ratio = found.sealed / found.plain
    console = Console()
    console.print(f"A check-in's reads and writes: {found.plain:.2f} ms plain, {found.sealed:.2f} ms sealed")
    console.print(f"({ratio:.2f} times), and {found.turn:.3f} ms for turning its embedding.")
    console.print(f"A new key for {students:,} students with {photos} photos each: {found.rotation:.1f} s.")


if __name__ == "__main__":
    main()
