"""Measure what the audit trail costs, how fast it is verified, and whether changed bytes are found.

    python -m benchmarks.audit [--marks 2000] [--entries 100000] [--tamper 10000]

Marks are written to two SQLite registers in turn, one of which records nothing; processor time and elapsed
time are of the writes alone. Verifying reads a register on disk, chain and marks. Tampering changes a byte of
one of its entries, again and again; each has to be found, and its entry named.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median

import click
from rich.console import Console

from attendance.audit.chain.changes import Noted
from attendance.audit.chain.describing import event_of
from attendance.audit.chain.encoding import NOTHING_BEFORE, SIGNED_FIELDS, chained
from attendance.audit.chain.values import AuditKind
from attendance.audit.trail import AuditTrail
from attendance.audit.verifying import verify_chain
from attendance.clock import to_milliseconds
from attendance.store.protocols.audit import AuditRow
from attendance.store.sqlite.connecting.connections import Connections
from attendance.store.sqlite.store import SQLiteStore
from attendance.values import Mark, MarkEvent, MarkMethod, MarkStatus, Session, Student

BEGIN = datetime(2026, 11, 30, 8, tzinfo=UTC)
STUDENTS = 200
TAMPERED_LENGTH = 200  # entries of the chain whose bytes are changed
MILLI = 1000.0


class Unrecorded(SQLiteStore):
    """A register that records nothing, to compare with."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._connections.close()
        self._connections = Connections(path)


@click.command(help=__doc__)
@click.option("--marks", default=2000, show_default=True, type=click.IntRange(min=2))
@click.option("--entries", default=100_000, show_default=True, type=click.IntRange(min=1))
@click.option("--tamper", default=10_000, show_default=True, type=click.IntRange(min=0))
def main(marks: int, entries: int, tamper: int) -> None:
    """Measure and print."""
    console = Console()
    with tempfile.TemporaryDirectory() as folder:
        with (
            closing(SQLiteStore(Path(folder) / "recorded")) as recorded,
            closing(Unrecorded(Path(folder) / "plain")) as plain,
        ):
            _print_costs(console, recorded, plain, marks)
        with closing(SQLiteStore(Path(folder) / "long")) as long:
            _print_verification(console, long, entries)
    found = sum(_is_found(random.Random(seed)) for seed in range(tamper))  # noqa: S311 - repeatable
    console.print(f"{tamper} random changes of one byte: {found} found, each with its entry named")
    if found < tamper:
        raise SystemExit(1)


def _print_costs(console: Console, recorded: SQLiteStore, plain: SQLiteStore, marks: int) -> None:
    took: dict[str, list[tuple[float, float]]] = {"with": [], "without": []}
    for store in (recorded, plain):
        _fill(store, -(-marks // STUDENTS))
    for mark in map(_mark, range(marks)):
        for name, store in (("with", recorded), ("without", plain)):
            took[name].append(_timed(partial(store.insert_mark, mark)))
    for kind, place in (("processor", 0), ("elapsed", 1)):
        with_, without = (median(each[place] for each in took[name]) * MILLI for name in took)
        console.print(
            f"{kind} time of a mark, median of {marks}: {with_:.3f} ms with the trail, {without:.3f} ms "
            f"without; {with_ - without:.3f} ms more, ratio {with_ / without:.2f}"
        )


def _print_verification(console: Console, store: SQLiteStore, entries: int) -> None:
    _fill(store, -(-entries // STUDENTS))
    written = [_mark(number) for number in range(entries)]
    for begin in range(0, entries, STUDENTS):
        store.insert_marks(written[begin : begin + STUDENTS])
    trail = AuditTrail(store)
    chain = _timed(lambda: verify_chain(store.audit_rows, {}))
    whole = _timed(trail.verify)
    report = trail.verify()
    console.print(
        f"{report.entries} entries: the chain in {chain[0]:.2f} s of processor time, with the comparison of "
        f"{entries} marks in {whole[0]:.2f} s; {'good' if report.is_clean else 'WRONG'}"
    )


def _timed(action: Callable[[], object]) -> tuple[float, float]:
    processor, elapsed = time.thread_time(), time.perf_counter()
    action()
    return time.thread_time() - processor, time.perf_counter() - elapsed


def _fill(store: SQLiteStore, sessions: int) -> None:
    for number in range(STUDENTS):
        store.add_student(Student(f"student {number}", f"{number}", f"Student {number}"))
    for number in range(sessions):
        opens = BEGIN + timedelta(hours=number)
        store.add_session(
            Session(f"session {number}", "general", f"token {number}", "2026-11-30", opens, opens)
        )


def _mark(number: int) -> Mark:
    at = BEGIN + timedelta(seconds=number)
    event = MarkEvent(at, MarkStatus.PRESENT, MarkMethod.FACE, "check-in")
    mark = Mark(f"session {number // STUDENTS}", "", MarkStatus.PRESENT, MarkMethod.FACE, at, 0.5)
    return replace(mark, student_id=f"student {number % STUDENTS}", device="a phone", history=(event,))


def _is_found(chance: random.Random) -> bool:
    """Whether a change of one byte is found, and named."""
    index = chance.randrange(TAMPERED_LENGTH)
    row = list(_GOOD[index])
    (field,) = chance.choices(range(len(row)), weights=[len(each) for each in row])
    content = bytearray(row[field])
    place = chance.randrange(len(content))
    content[place] = (content[place] + chance.randrange(1, 256)) % 256
    row[field] = bytes(content)
    rows = [*_GOOD[:index], tuple(row), *_GOOD[index + 1 :]]
    bad = verify_chain(lambda after, limit: rows[max(after, 0) : max(after, 0) + limit], {}).bad
    return bad is not None and bad.number == index + 1


def _good_chain(length: int) -> list[AuditRow]:
    rows: list[AuditRow] = []
    previous = NOTHING_BEFORE
    for number in range(1, length + 1):
        noted = Noted(AuditKind.MARKED, f"{number:024x}", "session", {}, {"state": f"{number:032x}"})
        entry = chained(event_of(noted, BEGIN), number, previous)
        previous = entry.digest
        texts = {name: str(getattr(entry, name)) for name in SIGNED_FIELDS}
        texts |= {"at": str(to_milliseconds(entry.at)), "kind": entry.kind.value}
        rows.append((*(texts[name].encode() for name in SIGNED_FIELDS), entry.digest.encode()))
    return rows


_GOOD = _good_chain(TAMPERED_LENGTH)


if __name__ == "__main__":
    main()
