"""Counts, versions and parts of records in the SQLite register."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import islice

from attendance.clock import from_milliseconds, to_milliseconds
from attendance.store.protocols.summaries import Standings, TemplateKey
from attendance.store.sqlite.connecting.connections import Connections
from attendance.store.sqlite.rows import from_row
from attendance.values import Mark, MarkHead, MarkMethod, MarkStatus, Session, Template

MOST_VALUES = 900  # in one statement; SQLite before 3.32 allows 999
HEADS = """
SELECT student_id, status, method, at, attempt, under_review, version FROM marks
WHERE session_id = ?"""
COLUMNS = "SELECT student_id, status, under_review FROM marks WHERE session_id = ?"
PHOTOS = """
SELECT student_id, count(*) FROM templates
WHERE (?1 IS NULL OR engine = ?1) AND (?2 IS NULL OR detector = ?2)
AND student_id NOT IN (SELECT id FROM students WHERE NOT active)
GROUP BY student_id"""
KEYS = """
SELECT student_id, id, created_at FROM templates
WHERE engine = ? AND student_id NOT IN (SELECT id FROM students WHERE NOT active)"""
HELD = """
day BETWEEN ? AND ? AND cancelled_at IS NULL
AND (closed_at IS NOT NULL OR (closes_at <= ? AND NOT by_hand))"""
STATUSES = {status.value: status for status in MarkStatus}
METHODS = {method.value: method for method in MarkMethod}


class SQLiteSummaries:
    """What a page needs of many records."""

    _connections: Connections

    def people_version(self) -> int:
        """See ``Store``."""
        return self._number("SELECT changes FROM people")

    def count_students(self) -> int:
        """See ``Store``."""
        return self._number("SELECT count(*) FROM students")

    def courses_version(self) -> int:
        """See ``Store``; courses are never deleted."""
        return self._number("SELECT count(*) + coalesce(sum(changes), 0) FROM courses")

    def twin_numbers(self) -> list[str]:
        """See ``Store``."""
        query = "SELECT DISTINCT number_key FROM students WHERE twin <> '' ORDER BY number_key"
        with self._connections.reading() as connection:
            return [str(row[0]) for row in connection.execute(query).fetchall()]

    def count_photos(self, engine: str | None = None, detector: str | None = None) -> dict[str, int]:
        """See ``Store``."""
        with self._connections.reading() as connection:
            return dict(map(tuple, connection.execute(PHOTOS, (engine, detector)).fetchall()))

    def template_keys(self, engine: str) -> list[TemplateKey]:
        """See ``Store``."""
        with self._connections.reading() as connection:
            rows = connection.execute(KEYS, (engine,)).fetchall()
        return [TemplateKey(student_id, key, from_milliseconds(at)) for student_id, key, at in rows]

    def templates_among(self, keys: Collection[TemplateKey]) -> list[Template]:
        """See ``Store``."""
        query = "SELECT * FROM templates WHERE student_id = ? AND id = ? AND created_at = ?"
        with self._connections.reading() as connection:
            found = [
                connection.execute(query, (student_id, key, to_milliseconds(at))).fetchone()
                for student_id, key, at in keys
            ]
        return [from_row(Template, row) for row in found if row is not None]

    def mark_heads(self, session_id: str) -> list[MarkHead]:
        """See ``Store``."""
        with self._connections.reading() as connection:
            cursor = connection.cursor()
            cursor.row_factory = None  # tuples, of which there may be thousands
            rows = cursor.execute(HEADS, (session_id,)).fetchall()
        return [
            MarkHead(
                student_id,
                STATUSES[status],
                METHODS[method],
                from_milliseconds(at),
                attempt,
                bool(review),
                version,
            )
            for student_id, status, method, at, attempt, review, version in rows
        ]

    def count_marks(self, session_ids: Sequence[str]) -> int:
        """See ``Store``."""
        found = 0
        for some in _parts(session_ids):
            places = _places(some)
            query = f"SELECT count(*) FROM marks WHERE session_id IN ({places}) AND status <> ?"  # noqa: S608
            with self._connections.reading() as connection:
                found += connection.execute(query, (*some, MarkStatus.WITHDRAWN.value)).fetchone()[0]
        return found

    def marks_among(self, session_id: str, student_ids: Collection[str]) -> list[Mark]:
        """See ``Store``."""
        found: list[Mark] = []
        for some in _parts(list(student_ids)):
            query = f"SELECT * FROM marks WHERE session_id = ? AND student_id IN ({_places(some)})"  # noqa: S608
            found += self._connections.read_all(Mark, query, session_id, *some)
        return found

    def count_held(self, at: datetime, first_day: str, last_day: str) -> dict[str, int]:
        """See ``Store``."""
        query = f"SELECT course_id, count(*) FROM sessions WHERE {HELD} GROUP BY course_id"  # noqa: S608
        values = (first_day, last_day, to_milliseconds(at))
        with self._connections.reading() as connection:
            return dict(map(tuple, connection.execute(query, values).fetchall()))

    def newest_held(
        self, at: datetime, first_day: str, last_day: str, course_ids: Collection[str], most: int
    ) -> list[Session]:
        """See ``Store``."""
        found: list[Session] = []
        values = (first_day, last_day, to_milliseconds(at))
        for some in _parts(list(course_ids)):
            query = (
                f"SELECT * FROM sessions WHERE {HELD} AND course_id IN ({_places(some)}) "  # noqa: S608
                "ORDER BY opens_at DESC, id DESC LIMIT ?"
            )
            found += self._connections.read_all(Session, query, *values, *some, most)
        return sorted(found, key=lambda session: (session.opens_at, session.id), reverse=True)[:most]

    def marks_versions(self, session_ids: Sequence[str]) -> dict[str, int]:
        """See ``Store``."""
        found: dict[str, int] = {}
        with self._connections.reading() as connection:
            for some in _parts(session_ids):
                query = f"SELECT id, changes FROM sessions WHERE id IN ({_places(some)})"  # noqa: S608
                found |= dict(map(tuple, connection.execute(query, some).fetchall()))
        return found

    def standings(self, session_ids: Sequence[str]) -> dict[str, Standings]:
        """See ``Store``."""
        found = {}
        with self._connections.reading() as connection:
            for session_id in session_ids:
                cursor = connection.cursor()
                cursor.row_factory = None  # tuples, of which there may be a million
                rows = cursor.execute(COLUMNS, (session_id,)).fetchall()
                if rows:
                    students, statuses, reviews = zip(*rows, strict=True)
                    read = tuple(map(STATUSES.__getitem__, statuses))
                    found[session_id] = Standings(students, read, tuple(map(bool, reviews)))
        return found

    def _number(self, query: str) -> int:
        with self._connections.reading() as connection:
            return int(connection.execute(query).fetchone()[0])


def _parts(values: Sequence[str]) -> Iterator[list[str]]:
    rest = iter(values)
    while some := list(islice(rest, MOST_VALUES)):
        yield some


def _places(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))
