"""Measure a change of engine: how long it takes, what an interruption costs, and check-ins meanwhile.

    python -m benchmarks.photos.re_embedding [--students 1000] [--photos 3] [--before dlib] [--after retail]

One student of a temporary register has the face of a public-domain portrait, all others have that of another
one, as enrolment keeps them. The register is re-embedded, interrupted halfway, and re-embedded again.
Meanwhile the register of a server checks a selfie in, again and again, and reports with which engine.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from secrets import token_hex
from statistics import median
from threading import Event, Thread

import click
import numpy as np
from rich.console import Console
from rich.progress import Progress as Bars
from rich.table import Table

from attendance.marks.check_in_attempt import Attempt
from attendance.marks.submission import Circumstances, Submission
from attendance.open_register import open_register
from attendance.people.new_student import NewStudent
from attendance.register import Register
from attendance.settings.settings import Settings
from attendance.values import Consent
from benchmarks.apparatus.face_folder import BenchmarkError
from benchmarks.apparatus.recognition import ENGINES, plain_errors
from benchmarks.apparatus.selfie import other_portrait_jpeg, portrait_jpeg, selfie_jpeg
from face_detection.runtime.progress import Progress

GRANT_LIFE = timedelta(minutes=5)
PAUSE = 0.2  # seconds between two check-ins: several phones at the start of a class
QUIET_SECONDS = 5
SEED = 20261129


class InterruptedRunError(Exception):
    """The command was interrupted."""


@dataclass
class CheckInTimes:
    """Check-ins of one phase.

    Attributes:
        milliseconds: how long each took.
        engines: with which engine, in their order.
        failed: how many did not know the student.
    """

    milliseconds: list[float] = field(default_factory=list)
    engines: list[str] = field(default_factory=list)
    failed: int = 0


@click.command(help=__doc__)
@click.option("--students", default=1000, show_default=True, type=click.IntRange(min=2))
@click.option("--photos", default=3, show_default=True, type=click.IntRange(min=1, max=5))
@click.option("--before", default="dlib", show_default=True, type=click.Choice(ENGINES))
@click.option("--after", default="retail", show_default=True, type=click.Choice(ENGINES))
def main(students: int, photos: int, before: str, after: str) -> None:
    """Measure and print the table."""
    console = Console()
    table = Table(
        "", "seconds", "processor s", "check-ins", "median; longest, ms", "engines of the check-ins", "failed"
    )
    with plain_errors(), tempfile.TemporaryDirectory() as folder:
        settings = replace(Settings.from_env(os.environ), data=Path(folder), engine=before)
        with open_register(settings) as register:
            fill(register, students, photos)
        with open_register(replace(settings, engine="auto")) as server:
            check_in(server)  # loads the networks
            with checking_in(server) as seen:
                times = timed(lambda: time.sleep(QUIET_SECONDS))
            add_row(table, "nothing else running", times, seen)
            for name, stops_at in (("the first half", students // 2), ("the rest", 0)):
                with checking_in(server) as seen, Bars(console=console, transient=True) as bars:
                    progress = _until(stops_at, bars)
                    times = timed(partial(change, replace(settings, engine=after), progress))
                add_row(table, name, times, seen)
            with checking_in(server) as seen:
                times = timed(lambda: time.sleep(QUIET_SECONDS))
            add_row(table, "afterwards", times, seen)
        console.print(f"{students} students with {photos} photos each, from {before} to {after}")
        console.print(table)


def fill(register: Register, students: int, photos: int) -> None:
    """Enrol two real faces with several photos, and other students with the pictures of the second.

    Raises:
        BenchmarkError: a portrait could not be enrolled.
    """
    consent = Consent(register.clock.now(), "benchmark", "a public-domain portrait")
    for roll_number, portrait in (("00000", portrait_jpeg()), ("00001", other_portrait_jpeg())):
        # A few bytes after the end of a JPEG make it another photo.
        named = {f"{number}.jpg": portrait + bytes(number) for number in range(photos)}
        result = register.enrolment.enrol(NewStudent(roll_number, name=roll_number), named, consent)
        enrolled = register.students.get(roll_number)
        templates, crops = register.store.templates_of(enrolled.id), register.store.crops_of(enrolled.id)
        if len(templates) != photos:
            raise BenchmarkError(f"a portrait could not be enrolled: {result.reason or result.photos}")
    noise = np.random.default_rng(SEED)
    for number in range(2, students):
        student = replace(enrolled, id=f"s{number:05}", roll_number=f"{number:05}", name=f"Student {number}")
        register.store.add_student(student)
        row = noise.standard_normal(templates[0].embedding.size).astype(np.float32)
        row /= np.linalg.norm(row)
        register.store.add_templates(
            [replace(each, student_id=student.id, embedding=row) for each in templates],
            [replace(each, student_id=student.id) for each in crops],
        )


def change(settings: Settings, progress: Progress) -> None:
    """Re-embed as the command does."""
    with open_register(settings, progress=progress) as register, suppress(InterruptedRunError):
        register.re_embed()


def timed(task: Callable[[], None]) -> tuple[float, float]:
    """The seconds that a task took, and the processor time of this process meanwhile, with its check-ins.

    The decoders of photos are other processes, which are not in the processor time.
    """
    begin, used = time.perf_counter(), time.process_time()
    task()
    return time.perf_counter() - begin, time.process_time() - used


def _until(stops_at: int, bars: Bars) -> Progress:
    """A progress bar that interrupts after so many students; 0 means not at all."""
    task = bars.add_task("", total=None)

    def report(stage: str, done: int, total: int) -> None:
        bars.update(task, description=stage, completed=done, total=total)
        if stops_at and done >= stops_at and total > stops_at:
            raise InterruptedRunError

    return report


def check_in(server: Register) -> bool:
    """Check the selfie in, in a session of its own; whether the student was known."""
    today = server.sessions.today()
    name = token_hex(8)
    session = replace(today, id=f"{today.id}|{name}", token=name)
    server.store.add_session(session)
    photo = selfie_jpeg()
    expires = server.clock.now() + GRANT_LIFE
    attempt = Attempt.of(name, photo, device=None, expires_at=expires)
    return (
        server.check_in.submit(
            session, Submission(photo, circumstances=Circumstances(has_camera=False)), attempt
        ).student_name
        is not None
    )


@contextmanager
def checking_in(server: Register) -> Iterator[CheckInTimes]:
    """Check in until the block ends."""
    seen, stop = CheckInTimes(), Event()

    def serve() -> None:
        while not stop.wait(PAUSE):
            begin = time.perf_counter()
            known = check_in(server)
            seen.milliseconds.append((time.perf_counter() - begin) * 1000)
            seen.failed += not known
            seen.engines.append(server.engine().engine)

    thread = Thread(target=serve)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()


def add_row(table: Table, phase: str, spent: tuple[float, float], seen: CheckInTimes) -> None:
    """Add what happened in one phase."""
    times = f"{median(seen.milliseconds):.0f}; {max(seen.milliseconds):.0f}" if seen.milliseconds else ""
    engines = ", ".join(dict.fromkeys(seen.engines))
    wall, processor = (f"{value:.1f}" for value in spent)
    table.add_row(phase, wall, processor, str(len(seen.milliseconds)), times, engines, str(seen.failed))


if __name__ == "__main__":
    main()
