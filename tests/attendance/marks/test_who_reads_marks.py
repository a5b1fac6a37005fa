"""Every module that reads marks of sessions has its reason why none of a cancelled session counts there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SOURCES = ("attendance", "client", "create_database")
READS = re.compile(r"\bstore\.(marks|marks_of_sessions|marks_of_student|mark_heads|standings|count_marks)\(")

READ_IN = {
    "attendance/audit/marks_check.py": "compares all with the audit trail, counted or not",
    "attendance/audit/receipts/receipts.py": "says that it is cancelled",
    "attendance/classes/closing.py": "writes and withdraws the absences of one that is not cancelled",
    "attendance/evaluation/live_decisions.py": "leaves them out",
    "attendance/marks/corrections.py": "refuses a cancelled one",
    "attendance/marks/live_board.py": "shows no rows of a cancelled one",
    "attendance/marks/mark_list.py": "leaves them out",
    "attendance/marks/objection.py": "looks for the mark of one attempt",
    "attendance/notices/planning.py": "leaves them out, and checks again before sending",
    "attendance/presence/room_pictures.py": "looks for whom a photo may show, which marks nobody",
    "attendance/presence/spot_checks.py": "refuses a cancelled one",
    "attendance/privacy/about_student.py": "hands out all, counted or not",
    "attendance/reports/content/report_builder.py": "has no entries for them",
    "attendance/reports/content/report_reads.py": "the same",
    "attendance/reports/content/term_standings.py": "is given sessions that took place",
    "attendance/reports/daily/daily_lines.py": "leaves them out",
    "client/software/api/lists/mark_pages.py": "is given sessions that are not cancelled",
    "client/software/legacy": "leaves them out of the list of marks",
    "client/teacher/classroom/classroom_pages.py": "shows who is in already",
    "client/teacher/students/students_pages.py": "counts what is erased with a student",
    "create_database/commands/students/removing.py": "counts what is erased with a student",
}
"""A module or a folder. A new reader asks ``session.is_cancelled``, or says here why it need not."""


def test_each_reader_of_marks_has_its_reason() -> None:
    readers = {
        path.relative_to(ROOT).as_posix()
        for package in SOURCES
        for path in (ROOT / package).rglob("*.py")
        if "store" not in path.relative_to(ROOT).parts[1:2]
        and READS.search(path.read_text(encoding="utf-8").replace("_store.", "store.").replace("()", ""))
    }
    known = {next((key for key in READ_IN if reader.startswith(key)), reader) for reader in readers}
    assert known == set(READ_IN)
