"""Templates, face crops and portraits in the SQLite register."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from attendance.store.crops import MOST_CROPS
from attendance.store.refusals import consent_missing, no_student, refuse_templates_of_others
from attendance.store.sqlite.connecting.connections import Connections
from attendance.store.sqlite.migrations.old_copies import delete_copies
from attendance.store.sqlite.rows import assignments, insert_once, insertion, to_row
from attendance.store.sqlite.students import change_gallery
from attendance.values import FaceCrop, Portrait, Template


class SQLiteTemplates:
    """Templates, face crops and portraits of students."""

    _connections: Connections

    def add_templates(
        self, templates: Sequence[Template], crops: Sequence[FaceCrop] = (), *, only_known: bool = False
    ) -> int:
        """See ``Store``."""
        with self._connections.writing() as connection:
            _need_consent(connection, [*templates, *crops])
            if only_known:
                templates = [template for template in templates if _is_known(connection, template)]
            added = _insert(connection, templates)
            for crop in crops:
                insert_once(connection, "crops", to_row(crop))
            for student_id in dict.fromkeys(crop.student_id for crop in crops):
                _keep_best_crops(connection, student_id)
            if added:
                change_gallery(connection)
        return added

    def replace_templates(self, student_id: str, templates: Sequence[Template]) -> None:
        """See ``Store``."""
        refuse_templates_of_others(student_id, templates)
        with self._connections.erasing() as connection:
            _need_consent(connection, templates)
            gone = connection.execute("DELETE FROM templates WHERE student_id = ?", (student_id,)).rowcount
            if gone:
                delete_copies(self._connections.path)
            if _insert(connection, templates) or gone:
                change_gallery(connection)
            _keep_best_crops(connection, student_id)

    def drop_templates(self, templates: Sequence[Template]) -> None:
        """See ``Store``."""
        keys = [(template.student_id, template.id) for template in templates]
        with self._connections.erasing() as connection:
            statement = "DELETE FROM templates WHERE student_id = ? AND id = ?"
            if connection.executemany(statement, keys).rowcount > 0:
                change_gallery(connection)
            for student_id in dict.fromkeys(template.student_id for template in templates):
                _keep_best_crops(connection, student_id)

    def forget_photo(self, student_id: str, source: str) -> bool:
        """See ``Store``."""
        of_photo = "WHERE student_id = ? AND source = ?"
        with self._connections.erasing() as connection:
            templates, portraits = (
                connection.execute(f"DELETE FROM {table} {of_photo}", (student_id, source)).rowcount  # noqa: S608
                for table in ("templates", "portraits")
            )
            _keep_best_crops(connection, student_id)
            if templates:
                change_gallery(connection)
            if templates or portraits:
                delete_copies(self._connections.path)
        return bool(templates or portraits)

    def templates(self, engine: str | None = None) -> list[Template]:
        """See ``Store``."""
        return self._connections.read_all(
            Template,
            "SELECT templates.* FROM templates JOIN students ON students.id = templates.student_id "
            "WHERE students.active AND (?1 IS NULL OR templates.engine = ?1) "
            "ORDER BY templates.id, templates.student_id",
            engine,
        )

    def templates_of(self, student_id: str) -> list[Template]:
        """See ``Store``."""
        query = "SELECT * FROM templates WHERE student_id = ? ORDER BY id"
        return self._connections.read_all(Template, query, student_id)

    def crops_of(self, student_id: str) -> list[FaceCrop]:
        """See ``Store``."""
        query = "SELECT * FROM crops WHERE student_id = ? ORDER BY quality DESC, source"
        return self._connections.read_all(FaceCrop, query, student_id)

    def gallery_version(self) -> int:
        """See ``Store``."""
        with self._connections.reading() as connection:
            version: int = connection.execute("SELECT version FROM gallery").fetchone()[0]
        return version

    def save_portrait(self, portrait: Portrait) -> None:
        """See ``Store``."""
        row = to_row(portrait)
        new, known = insertion("portraits", row), assignments(row)
        statement = f"{new} ON CONFLICT (student_id) DO UPDATE SET {known}"
        with self._connections.writing() as connection:
            try:
                connection.execute(statement, row)
            except sqlite3.IntegrityError as error:
                raise no_student(portrait.student_id) from error

    def portrait_of(self, student_id: str) -> Portrait | None:
        """See ``Store``."""
        query = "SELECT * FROM portraits WHERE student_id = ?"
        return self._connections.read_one(Portrait, query, student_id)

    def forget_portrait(self, student_id: str) -> bool:
        """See ``Store``."""
        with self._connections.erasing() as connection:
            statement = "DELETE FROM portraits WHERE student_id = ?"
            gone = connection.execute(statement, (student_id,)).rowcount == 1
            if gone:
                delete_copies(self._connections.path)
        return gone


def _need_consent(connection: sqlite3.Connection, faces: Sequence[Template | FaceCrop]) -> None:
    for student_id in dict.fromkeys(face.student_id for face in faces):
        query = "SELECT 1 FROM students WHERE id = ? AND consent IS NOT NULL"
        if connection.execute(query, (student_id,)).fetchone() is None:
            raise consent_missing(student_id)


def _is_known(connection: sqlite3.Connection, template: Template) -> bool:
    """Whether the register has anything of the template's photo."""
    of_photo = "WHERE student_id = ?1 AND source = ?2"
    query = f"SELECT 1 FROM templates {of_photo} UNION SELECT 1 FROM portraits {of_photo}"  # noqa: S608 - ours
    found = connection.execute(query, (template.student_id, template.source))
    return found.fetchone() is not None


def _keep_best_crops(connection: sqlite3.Connection, student_id: str) -> None:
    """Delete the crops that `attendance.store.crops.kept_crops` would not keep."""
    best = (
        "SELECT source FROM crops WHERE student_id = ?1 "
        "AND source IN (SELECT source FROM templates WHERE student_id = ?1) "
        "ORDER BY quality DESC, source LIMIT ?2"
    )
    statement = f"DELETE FROM crops WHERE student_id = ?1 AND source NOT IN ({best})"  # noqa: S608 - ours
    connection.execute(statement, (student_id, MOST_CROPS))


def _insert(connection: sqlite3.Connection, templates: Sequence[Template]) -> int:
    """Insert templates whose id is new; returns their number."""
    return sum(insert_once(connection, "templates", to_row(template)) for template in templates)
