"""Open every page and every list of the API of a large school, and print those that take most processor time.

    python -m benchmarks.site [--folder FOLDER] [--small] [--repeats 3] [--slowest 40] [--json FILE]

The school has 10,000 students with two random templates each, 200 courses, one of them with everybody on its
roster, a year of sessions, and two million marks in SQLite. Writing it takes some minutes; with --folder it
is kept there for the next time. An admin, a teacher and a token for all scopes ask for every address in turn.
"First" is the first answer, "ms" the median of the following ones, "cpu" their processor time. Rows are
those that the answer fetched from SQLite. The page of a board, of a course and of a report is that of the
course that everybody attends.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import Flask
from flask.testing import FlaskClient
from rich.console import Console
from rich.table import Table

from attendance.accounts.api_tokens import Scope
from attendance.open_register import open_register
from attendance.register import Register
from attendance.settings.settings import Settings
from attendance.store.open_store import FILE_NAME
from attendance.values import Mark, MarkEvent, MarkMethod, MarkStatus, Role, Session, User
from benchmarks.site.counted_reads import counting
from benchmarks.site.large_school import LARGEST, SMALL, SchoolSize, write_school
from benchmarks.site.visits import PageVisit, Values, asked_for, asking, measured_all
from client import create_app
from client.software.lazy_api_app import software_of

PASSWORD = "chalk and slate"  # noqa: S105 - of users of the benchmark alone
TEACHER = "benchmark-teacher"
SHARE_HERE = 0.6  # of the roster is marked in the open session
WIDTH = 130


@click.command(help=__doc__)
@click.option("--folder", type=click.Path(path_type=Path), help="Where the school is kept.")
@click.option("--small", is_flag=True, help="A school of 60 students, to try the benchmark.")
@click.option("--repeats", default=3, show_default=True, type=click.IntRange(min=0))
@click.option("--slowest", default=40, show_default=True, type=click.IntRange(min=1))
@click.option("--only", default="", help="Only addresses that contain this.")
@click.option("--json", "file", type=click.Path(path_type=Path), help="Where to write all answers as JSON.")
def main(
    folder: Path | None, *, small: bool, repeats: int, slowest: int, only: str, file: Path | None
) -> None:
    """Measure and print the table."""
    size = SMALL if small else SchoolSize()
    with counting(), _folder(folder) as place, _school(place, size) as register:
        visits = sorted(_visits(register, repeats, only), key=lambda visit: -visit.cpu)
    title = (
        f"{len(visits)} addresses, {size.students:,} students, {size.courses} courses, {size.marks:,} marks"
    )
    table = Table("who", "address", title=title)
    for heading in ("status", "first ms", "ms", "cpu ms", "statements", "rows", "kB"):
        table.add_column(heading, justify="right")
    for one in visits[:slowest]:
        times = (f"{seconds * 1000:.0f}" for seconds in (one.first, one.seconds, one.cpu))
        counts = (str(one.statements), str(one.rows), f"{one.size / 1000:.0f}")
        table.add_row(one.who, one.path, str(one.status), *times, *counts)
    Console(width=WIDTH).print(table)
    if file is not None:
        file.write_text(json.dumps(_as_json(visits), indent=1), encoding="utf-8")
    failed = [f"{visit.path} for {visit.who}: {visit.status}" for visit in visits if visit.status >= 500]
    if failed:
        raise click.ClickException("These addresses failed: " + ", ".join(failed))


def _as_json(visits: Sequence[PageVisit]) -> dict[str, object]:
    """What was measured, with how busy the machine was in the last quarter of an hour."""
    return {
        "measured": datetime.now(UTC).date().isoformat(),
        "processors": os.cpu_count(),
        "load": round(os.getloadavg()[2], 1),
        "visits": [asdict(visit) for visit in visits],
    }


@contextmanager
def _folder(wanted: Path | None) -> Iterator[Path]:
    if wanted is not None:
        wanted.mkdir(parents=True, exist_ok=True)
        yield wanted
        return
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


@contextmanager
def _school(folder: Path, size: SchoolSize) -> Iterator[Register]:
    """The register in a folder, written now if there is none."""
    settings = Settings(data=folder / "data", models=folder, config=folder / "config")
    settings.data.mkdir(exist_ok=True)
    database = settings.data / FILE_NAME
    if not database.exists():
        unfinished = settings.data / "unfinished.sqlite3"
        unfinished.unlink(missing_ok=True)
        write_school(unfinished, size, datetime.now(UTC), TEACHER)
        unfinished.rename(database)
    with open_register(settings) as register:
        yield register


def _visits(register: Register, repeats: int, only: str) -> Iterator[PageVisit]:
    """Every address, asked for by everybody."""
    app = create_app(register=register)
    values = _values(register, _open_session(register))
    for role in (Role.ADMIN, Role.TEACHER):
        client = _logged_in(app, _user(register, role))
        yield from measured_all(role.value, asked_for(app, values, only), asking(client), repeats)
    name = f"benchmark {datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}"
    token = register.api_tokens.make(name, [scope.value for scope in Scope], by="benchmark")
    bearer = asking(app.test_client(), {"Authorization": f"Bearer {token.text}"})
    yield from measured_all("token", asked_for(software_of(app), values, only), bearer, repeats)


def _open_session(register: Register) -> Session:
    """The open session of the largest course, in which most of the roster is marked."""
    for session in register.class_sessions.open_ones():
        if session.course_id == LARGEST:
            return session
    session = register.class_sessions.open_now(LARGEST, by=TEACHER)
    roster = register.courses.get(LARGEST).roster or ()
    at = register.clock.now()
    event = MarkEvent(at, MarkStatus.PRESENT, MarkMethod.FACE, "student")
    mark = Mark(session.id, "", MarkStatus.PRESENT, MarkMethod.FACE, at, 0.7, history=(event,))
    here = roster[: int(len(roster) * SHARE_HERE)]
    register.store.insert_marks([replace(mark, student_id=student_id) for student_id in here])
    return session


def _values(register: Register, session: Session) -> Values:
    """The parts of addresses."""
    course = register.courses.get(LARGEST)
    student = (course.roster or ())[0]
    return {
        "course_id": LARGEST,
        "course": LARGEST,
        "session_id": session.id,
        "session": session.id,
        "student_id": student,
        "student": student,
        "address": session.token,
        "poster": session.token,
        "kind": "csv",
        "day": session.day,
    }


def _user(register: Register, role: Role) -> User:
    """The admin or the teacher of the benchmark."""
    known = register.accounts.by_name(f"benchmark-{role}")
    if known is not None:
        return known
    user = register.accounts.add(f"benchmark-{role}", f"The {role}", role, password=PASSWORD, enrols=True)
    if role is Role.TEACHER:  # who runs the courses that the school was written with
        for course in register.store.courses():
            if TEACHER in course.teachers:
                register.courses.change(course.id, teachers=[user.id])
    return user


def _logged_in(app: Flask, user: User) -> FlaskClient:
    """A browser of a user who has logged in through the page."""
    client = app.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login").text)
    assert token is not None
    form = {"username": user.username, "password": PASSWORD, "csrf_token": token[1]}
    answer = client.post("/login", data=form)
    assert answer.status_code == 303, answer.text
    return client


if __name__ == "__main__":
    main()
