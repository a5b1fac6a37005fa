"""The command verify-audit."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from attendance.values import MarkStatus
from tests.create_database.admin import Admin


@pytest.fixture
def marked(admin_of_two: Admin) -> Admin:
    """A register whose session was closed with a mark."""
    with admin_of_two.register() as register:
        course = register.courses.add("Physics")
        register.courses.add_to_roster(course.id, ["17", "18"])
        session = register.class_sessions.open_now(course.id, by="ada")
        register.marking.mark("17", MarkStatus.PRESENT, by="ada", session=session)
        register.closing.close(session.id, by="ada")
    return admin_of_two


def behind(admin: Admin, *statements: str) -> None:
    """What somebody does with another program."""
    with closing(sqlite3.connect(admin.data / "attendance.sqlite3")) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def heads(admin: Admin) -> list[str]:
    """The heads beside the daily lists."""
    lines = (admin.data / "Attendance" / "audit_heads.csv").read_text().splitlines()
    assert lines[0] == "Timestamp,Head"
    return [line.split(",")[1] for line in lines[1:]]


def test_a_good_trail_is_called_good_with_its_head(marked: Admin) -> None:
    done = marked.types("verify-audit")
    assert done.exit_code == 0, done.output
    assert "every mark is as the trail says." in done.stdout
    head = done.stdout.strip().rpartition("Head: ")[2]
    assert marked.types("verify-audit", "--head", head.lower()).exit_code == 0


def test_a_changed_entry_is_named(marked: Admin) -> None:
    behind(marked, "DROP TRIGGER audit_unchanged", "UPDATE audit SET about = 'x' WHERE number = 2")
    done = marked.types("verify-audit")
    assert done.exit_code == 1
    assert "Entry 2 was changed after it was written. Good before it: 1 entry." in done.stderr


def test_a_mark_that_was_changed_elsewhere_is_named_with_its_student(marked: Admin) -> None:
    behind(marked, "UPDATE marks SET status = 'late' WHERE status = 'present'")
    done = marked.types("verify-audit")
    assert done.exit_code == 1
    assert "The mark of Eileen Collins (17) in session physics|" in done.stderr
    assert "was changed outside the program after entry" in done.stderr


def test_closing_a_session_leaves_a_head_that_shows_a_shortened_trail(marked: Admin) -> None:
    (head,) = heads(marked)
    number = head.partition("-")[0]
    behind(marked, "DROP TRIGGER audit_kept", f"DELETE FROM audit WHERE number > {int(number) - 1}")
    done = marked.types("verify-audit")
    assert done.exit_code == 1
    assert f"The trail ends before entry {number}, which was printed: its end was cut off." in done.stderr


def test_what_is_no_head_is_refused(marked: Admin) -> None:
    done = marked.types("verify-audit", "--head", "12")
    assert (done.exit_code, "'12' is no head of the audit trail." in done.stderr) == (1, True)
    other = marked.types("verify-audit", "--head", "2-0000-0000-0000-0000")
    assert "Entry 2 isn't the one that was printed" in other.stderr


def test_an_export_is_in_the_trail_with_who_typed_the_command(marked: Admin) -> None:
    assert (
        marked.types("report", "course", "physics", "--output", str(marked.folder / "x.csv")).exit_code == 0
    )
    with marked.register() as register:
        entry = register.store.audit_head()
        assert entry is not None
        assert (entry.kind, entry.about, entry.after) == ("export", "physics", '{"format":"csv"}')
        assert entry.actor.startswith("command:")
