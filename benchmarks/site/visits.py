"""Opens every page and every list of the API, and measures each answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from statistics import median

from flask import Flask
from flask.testing import FlaskClient

from benchmarks.site.counted_reads import counted

NO_PAGES = (  # what the server doesn't make of the register, or sends without an end
    *("static", "api_docs.asset", "document", "api_docs.page", "api_docs.problems"),
    *("board.events", "health.readiness", "api_changes.stream_changes", "live_handshake.ticket"),
)
FURTHER: dict[str, tuple[str, ...]] = {
    "students.index": ("?page=150", "?q=7777", "?show=no-photo", "?show=one-photo", "?course={course_id}"),
    "courses.show": ("?q=7777", "?find=7777", "?page=200"),
    "reports.index": ("?range=all",),
    "reports.course": ("?range=all", "?find=7777"),
    "reports.session": ("?find=7777", "?students=100"),
    "board.show": ("?find=7777", "?out=60"),
    "consents.form": ("?student={student_id}",),
    "api_students.list_students": ("?limit=500", "?search=7777", "?course={course_id}"),
    "api_marks.list_marks": (
        *("?session={session_id}", "?course={course_id}", "?student={student_id}"),
        "?first_day={day}&last_day={day}",
    ),
    "api_sessions.list_sessions": ("?course={course_id}", "?first_day={day}&last_day={day}"),
    "known_attendance.student_attendance": ("?first_day={day}&last_day={day}",),
}
"""What else of an address is asked for, after the address alone."""

Values = dict[str, str]


@dataclass(frozen=True)
class PageVisit:
    """One address and how it was answered.

    Attributes:
        who: ``admin``, ``teacher`` or ``token``.
        path: the address.
        status: of the answers.
        first: seconds of the first answer.
        seconds: the median of the following ones.
        cpu: the same of processor time.
        statements: of the last answer.
        rows: that it fetched.
        size: bytes.
    """

    who: str
    path: str
    status: int
    first: float
    seconds: float
    cpu: float
    statements: int
    rows: int
    size: int


def asked_for(app: Flask, values: Values, only: str = "") -> Iterator[str]:
    """Each address that answers GET and whose parts are known.

    Args:
        app: the pages' app or the one for other software.
        values: the parts of addresses by their names; rules with other parts are left out.
        only: what each address contains.
    """
    return (path for path in _addresses(app, values) if only in path)


def _addresses(app: Flask, values: Values) -> Iterator[str]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        is_asked = "GET" in (rule.methods or ()) and rule.endpoint not in NO_PAGES
        if not is_asked or not values.keys() >= rule.arguments:
            continue
        with app.test_request_context():
            chosen = {name: values[name] for name in rule.arguments}
            path = app.url_map.bind("localhost").build(rule.endpoint, chosen)
        yield path
        for further in FURTHER.get(rule.endpoint, ()):
            yield path + further.format(**values)


def measured_all(
    who: str, paths: Iterable[str], ask: Callable[[str], tuple[int, int]], repeats: int
) -> Iterator[PageVisit]:
    """Ask for each address; see ``measured``."""
    return (measured(who, path, ask, repeats) for path in paths)


def measured(who: str, path: str, ask: Callable[[str], tuple[int, int]], repeats: int) -> PageVisit:
    """Ask for an address once, and then some times more.

    Args:
        who: asks.
        path: the address.
        ask: sends the request and returns status and number of bytes.
        repeats: how often it is asked for after the first time.
    """
    times, processor = [], []
    status = size = statements = rows = 0
    for _ in range(1 + repeats):
        before = counted()
        begin, begin_cpu = time.perf_counter(), time.process_time()
        status, size = ask(path)
        times.append(time.perf_counter() - begin)
        processor.append(time.process_time() - begin_cpu)
        statements, rows = (now - then for now, then in zip(counted(), before, strict=True))
    following = times[1:] or times
    return PageVisit(
        who,
        path,
        status,
        times[0],
        median(following),
        median(processor[1:] or processor),
        statements,
        rows,
        size,
    )


def asking(client: FlaskClient, headers: dict[str, str] | None = None) -> Callable[[str], tuple[int, int]]:
    """A function that sends a request with a client."""

    def ask(path: str) -> tuple[int, int]:
        answer = client.get(path, headers=headers)
        size = len(answer.data)
        answer.close()
        return answer.status_code, size

    return ask
