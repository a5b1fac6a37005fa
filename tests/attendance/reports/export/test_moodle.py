"""The hand-over file, read as Moodle's attendance activity reads it."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import NamedTuple

import pytest

from attendance.errors import ReportError
from attendance.reports.content.values import SessionState
from attendance.reports.export.moodle import MoodleAcronyms, MoodleUser, moodle_file
from tests.attendance.reports.builders import session_report, student

COLLINS = student(1, "Eileen Collins", roll_number="A17", email="Collins@example.org")
HOPPER = student(2, "Grace Hopper", roll_number="B18")
GUEST = student(3, "Mae Jemison", roll_number="C19", email="jemison@example.org")


class Imported(NamedTuple):
    """The meaning of a column, as Moodle's form proposes, and the statuses that get set."""

    user_field: str
    statuses: dict[str, str]


def imported(data: bytes, users: dict[str, dict[str, str]], acronyms: str = "PLEA") -> Imported:
    """What ``mod_attendance`` does with the file: see ``classes/import/marksessions.php``.

    Args:
        data: the file.
        users: Moodle's users by name, with their fields.
        acronyms: of its statuses.
    """
    header, *rows = csv.reader(io.StringIO(data.decode("utf-8"), newline=""))
    assert "status" in header  # then the form proposes it, and no scan time
    field = next(option for option in ("id", "username", "idnumber", "email") if option in header)
    assert header.index(field) == 0  # a select without a valid proposal stands on its first option
    keyed = {fields[field].lower(): name for name, fields in users.items() if fields.get(field)}
    found: dict[str, str] = {}
    for row in rows:
        name = keyed.get(row[0].lower())
        if name is None:
            continue  # "user not found", and the import goes on
        assert name not in found
        assert row[header.index("status")] in acronyms
        found[name] = row[header.index("status")]
    return Imported(field, found)


USERS = {
    "Collins": {"username": "a17", "idnumber": "A17", "email": "collins@example.org"},
    "Hopper": {"username": "b18", "idnumber": "B18", "email": "hopper@example.org"},
}


@pytest.mark.parametrize("identify_by", list(MoodleUser))
def test_moodle_sets_the_status_of_each_student(identify_by: MoodleUser) -> None:
    made = moodle_file(session_report({COLLINS: "L", HOPPER: "A"}), identify_by=identify_by)
    hopper = {} if identify_by is MoodleUser.EMAIL else {"Hopper": "A"}
    assert imported(made.data, USERS) == (identify_by.value, {"Collins": "L", **hopper})
    assert [each.name for each in made.unknown] == ([] if hopper else ["Grace Hopper"])


def test_every_decided_mark_is_in_the_file_and_nothing_else() -> None:
    said = {student(number, letter): letter for number, letter in enumerate("PLAEUN")}
    made = moodle_file(session_report(said, {GUEST: "P"}))
    rows = list(csv.DictReader(io.StringIO(made.data.decode(), newline="")))
    assert [(row["idnumber"], row["status"]) for row in rows] == [
        ("000", "P"),
        ("001", "L"),
        ("002", "A"),
        ("003", "E"),
        ("C19", "P"),
    ]
    assert made.rows == 5
    assert [each.name for each in made.undecided] == ["U"]
    assert [each.name for each in made.unmarked] == ["N"]


def test_when_they_came_is_told_with_the_time_zone() -> None:
    made = moodle_file(session_report({COLLINS: "P", HOPPER: "A"}))
    first, second = csv.DictReader(io.StringIO(made.data.decode(), newline=""))
    assert datetime.fromisoformat(first["scantime"]).isoformat() == "2026-11-23T13:05:07+01:00"
    assert second["scantime"] == ""


def test_students_whom_moodle_would_take_for_one_are_left_out() -> None:
    twins = [student(n, f"Twin {n}", roll_number=f"T{n}", email="Family@example.org") for n in (5, 6)]
    said = {COLLINS: "P", twins[0]: "P", twins[1]: "A"}
    made = moodle_file(session_report(said), identify_by=MoodleUser.EMAIL)
    assert (made.rows, [each.name for each in made.unknown]) == (1, ["Twin 5", "Twin 6"])
    assert moodle_file(session_report(said)).rows == 3


def test_acronyms_may_be_others() -> None:
    acronyms = MoodleAcronyms.parse("An, V, E, F")
    made = moodle_file(session_report({COLLINS: "P", HOPPER: "A"}), acronyms=acronyms)
    assert b"A17,An," in made.data
    assert b"B18,F," in made.data


@pytest.mark.parametrize("text", ["P,L,E", "P,L,E,", "P,P,E,A", ""])
def test_what_are_no_acronyms_is_an_error(text: str) -> None:
    with pytest.raises(ReportError, match="P,L,E,A"):
        MoodleAcronyms.parse(text)


@pytest.mark.parametrize("state", [SessionState.OPEN, SessionState.PLANNED, SessionState.CANCELLED])
def test_only_a_session_that_was_held_is_handed_over(state: SessionState) -> None:
    with pytest.raises(ReportError, match="was not held"):
        moodle_file(session_report({COLLINS: "P"}, state=state))


def test_a_file_without_anybody_is_an_error() -> None:
    with pytest.raises(ReportError, match="1 without email, 1 without a decided mark"):
        moodle_file(session_report({HOPPER: "P", COLLINS: "U"}), identify_by=MoodleUser.EMAIL)


def test_moodle_needs_no_mark_of_utf_8_and_gets_each_number_as_it_is() -> None:
    for number in ("-17", "+49", "=1+1"):
        made = moodle_file(session_report({student(1, "x", roll_number=number): "P"}))
        expected = f"idnumber,status,scantime\r\n{number},P,2026-11-23T13:05:07+01:00\r\n"
        assert made.data == expected.encode()
