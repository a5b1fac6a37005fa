"""Students in the SQLite register."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import replace

from attendance.store.erasure import Erasure, answer_without
from attendance.store.refusals import no_student, student_exists, taken, whose_number
from attendance.store.rosters import roster_without
from attendance.store.sqlite.connecting.connections import Connections
from attendance.store.sqlite.courses import write_roster
from attendance.store.sqlite.migrations.old_copies import delete_copies
from attendance.store.sqlite.rows import assignments, exchange, from_row, insertion, to_json, to_row
from attendance.values import Session, Student
from attendance.values.roll_numbers import number_key

NO_TWIN = ""  # what ``twin`` has besides the ids of twins in older registers
_BELONGINGS = {
    "students": "students WHERE id",
    "templates": "templates WHERE student_id",
    "crops": "crops WHERE student_id",
    "portraits": "portraits WHERE student_id",
    "marks": "marks WHERE student_id",
    "traces": "traces WHERE student_id",
    "notices": "notices WHERE student_id",
    "changes": "student_changes WHERE student_id",
    "audit_keys": "audit_keys WHERE student_id",
}
"""What goes with a student by foreign keys, and when the transaction's events are chained."""


class SQLiteStudents:
    """Students, and erasing everything about a student."""

    _connections: Connections

    def add_student(self, student: Student) -> None:
        """See ``Store``."""
        row = to_row(student) | {"number_key": number_key(student.roll_number), "twin": NO_TWIN}
        with self._connections.writing() as connection:
            if _exists(connection, student.id):
                raise student_exists(student.id)
            _require_free(connection, student, row["number_key"])
            try:
                connection.execute(insertion("students", row), row)
            except sqlite3.IntegrityError as error:
                raise taken(student) from error

    def update_student(self, student: Student, before: Student | None = None) -> bool:
        """See ``Store``."""
        key = number_key(student.roll_number)
        connections = self._connections
        with connections.erasing() if student.consent is None else connections.writing() as connection:
            found = connection.execute("SELECT * FROM students WHERE id = ?", (student.id,)).fetchone()
            if found is None:
                raise no_student(student.id)
            if before is not None and from_row(Student, found) != before:
                return False
            row = to_row(student) | {"number_key": key, "twin": found["twin"]}
            if found["number_key"] != key:
                _require_free(connection, student, key)
                row["twin"] = NO_TWIN
            try:
                connection.execute(f"UPDATE students SET {assignments(row)} WHERE id = :id", row)  # noqa: S608
            except sqlite3.IntegrityError as error:
                raise taken(student) from error
            if student.consent is None and found["consent"] is not None:
                delete_copies(self._connections.path)
                connection.execute("DELETE FROM templates WHERE student_id = ?", (student.id,))
                connection.execute("DELETE FROM crops WHERE student_id = ?", (student.id,))
                connection.execute("DELETE FROM portraits WHERE student_id = ?", (student.id,))
                change_gallery(connection)
            elif bool(found["active"]) != student.active:
                change_gallery(connection)
        return True

    def remove_student(self, student_id: str) -> Erasure:
        """See ``Store``."""
        delete_copies(self._connections.path)
        with self._connections.erasing() as connection:
            erased = connection.execute("SELECT * FROM students WHERE id = ?", (student_id,)).fetchone()
            erasure = _belongings(connection, student_id)
            # The foreign keys delete templates, crops, portrait, marks, traces and notices with the student.
            if connection.execute("DELETE FROM students WHERE id = ?", (student_id,)).rowcount:
                change_gallery(connection)
            erasure += _leave_reviews(connection, student_id)
            named = to_json(student_id)
            alarms = connection.execute("DELETE FROM alarms WHERE instr(student_ids, ?)", (named,)).rowcount
            student = None if erased is None else from_row(Student, erased)
            return erasure + Erasure(
                alarms=alarms,
                rosters=_leave_rosters(connection, student_id),
                sessions=_leave_sessions(connection, student_id),
                answers=_leave_answers(connection, student_id, student),
            )

    def student(self, student_id: str) -> Student | None:
        """See ``Store``."""
        query = "SELECT * FROM students WHERE id = ?"
        return self._connections.read_one(Student, query, student_id)

    def student_by_roll(self, roll_number: str) -> Student | None:
        """See ``Store``."""
        return whose_number(roll_number, self.students_with_number(roll_number))

    def students_with_number(self, roll_number: str) -> list[Student]:
        """See ``Store``."""
        query = "SELECT * FROM students WHERE number_key = ? ORDER BY roll_number"
        return self._connections.read_all(Student, query, number_key(roll_number))

    def students(self) -> list[Student]:
        """See ``Store``."""
        return self._connections.read_all(Student, "SELECT * FROM students ORDER BY roll_number")


def change_gallery(connection: sqlite3.Connection) -> None:
    """Raise the gallery's version: templates or the set of active students change in this transaction."""
    connection.execute("UPDATE gallery SET version = version + 1")


def known_students(connection: sqlite3.Connection, student_ids: Iterable[str]) -> set[str]:
    """Which of these students are in the register."""
    return {each for each in student_ids if _exists(connection, each)}


def _exists(connection: sqlite3.Connection, student_id: str) -> bool:
    return connection.execute("SELECT 1 FROM students WHERE id = ?", (student_id,)).fetchone() is not None


def _require_free(connection: sqlite3.Connection, student: Student, key: str) -> None:
    """Refuse a number that others have, also where only twins of an older register are left."""
    query = "SELECT roll_number FROM students WHERE number_key = ? AND id <> ? ORDER BY roll_number"
    other = connection.execute(query, (key, student.id)).fetchone()
    if other is not None:
        raise taken(student, other["roll_number"])


def _belongings(connection: sqlite3.Connection, student_id: str) -> Erasure:
    """How many records of each place belong to a student."""
    counts = {
        place: connection.execute(f"SELECT COUNT(*) FROM {rows} = ?", (student_id,)).fetchone()[0]  # noqa: S608
        for place, rows in _BELONGINGS.items()
    }
    return Erasure(**counts)


def _leave_reviews(connection: sqlite3.Connection, student_id: str) -> Erasure:
    """Delete reviews about the student; remove the student, and the picture of perhaps them, from others."""
    mentions = connection.execute(
        "SELECT id, candidates, decided_for FROM reviews WHERE decided_for = ?1 OR instr(candidates, ?2)",
        (student_id, to_json(student_id)),
    ).fetchall()
    deleted = 0
    for row in mentions:
        candidates = json.loads(row["candidates"])
        others = [each for each in candidates if each["student_id"] != student_id]
        if row["decided_for"] == student_id or candidates[:1] != others[:1]:
            deleted += connection.execute("DELETE FROM reviews WHERE id = ?", (row["id"],)).rowcount
        else:
            connection.execute(
                "UPDATE reviews SET candidates = ?, snapshot = NULL WHERE id = ?",
                (to_json(others), row["id"]),
            )
    return Erasure(reviews=deleted, candidates=len(mentions) - deleted)


def _leave_rosters(connection: sqlite3.Connection, student_id: str) -> int:
    query = "SELECT id, roster FROM courses WHERE instr(roster, ?)"
    naming = connection.execute(query, (to_json(student_id),)).fetchall()
    for row in naming:
        write_roster(connection, row["id"], roster_without(json.loads(row["roster"]), [student_id]))
    return len(naming)


def _leave_sessions(connection: sqlite3.Connection, student_id: str) -> int:
    """Remove a student from who was seen or called out, which raises the versions of those sessions."""
    query = "SELECT * FROM sessions WHERE instr(room_pictures, ?1) OR instr(spot_checks, ?1)"
    naming = connection.execute(query, (to_json(student_id),)).fetchall()
    for row in naming:
        left = from_row(Session, row).without({student_id})
        exchange(connection, "sessions", to_row(replace(left, version=left.version + 1)))
    return len(naming)


def _leave_answers(connection: sqlite3.Connection, student_id: str, student: Student | None) -> int:
    naming = 0
    for row in connection.execute("SELECT rowid AS place, answer FROM answers").fetchall():
        answer = json.loads(row["answer"])
        left = answer_without(answer, student_id, student)
        naming += left != answer
        if left is None:
            connection.execute("DELETE FROM answers WHERE rowid = ?", (row["place"],))
        elif left != answer:
            connection.execute("UPDATE answers SET answer = ? WHERE rowid = ?", (to_json(left), row["place"]))
    return naming
