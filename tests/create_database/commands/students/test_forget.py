"""Who was erased on another machine is taken out of this one's files."""

from __future__ import annotations

from pathlib import Path

import pytest

from attendance.values import MarkStatus
from tests.create_database.admin import Admin

COLLINS = ("forget", "17", "Eileen Collins")


@pytest.fixture
def machine(admin_of_two: Admin) -> Admin:
    """A machine whose daily list and reports folder name Eileen Collins (17)."""
    admin_of_two.environ["ATTENDANCE_REPORTS"] = str(admin_of_two.folder / "reports")
    with admin_of_two.register() as register:
        course = register.courses.add("Physics")
        register.courses.add_to_roster(course.id, ["17", "18"])
        session = register.class_sessions.open_now(course.id, by="ada")
        for roll_number in ("17", "18"):
            register.marking.mark(roll_number, MarkStatus.PRESENT, by="ada", session=session)
        admin_of_two.clock.advance(minutes=30)
        register.closing.close(session.id, by="ada")
    return admin_of_two


def erase_on_another_machine(admin: Admin) -> None:
    """Erase her as a machine does that writes its files elsewhere."""
    here = dict(admin.environ)
    admin.environ |= {"ATTENDANCE_DAILY_CSV": "off", "ATTENDANCE_REPORTS": str(admin.folder / "elsewhere")}
    assert admin.types("remove", "17", "--yes").exit_code == 0
    admin.environ = here


def naming(admin: Admin, name: str) -> list[Path]:
    files = [*(admin.data / "Attendance").iterdir(), *(admin.folder / "reports").glob("*.csv")]
    return [path for path in files if name in path.read_text("utf-8-sig")]


def test_an_erased_student_is_taken_out_of_this_machines_files(machine: Admin) -> None:
    erase_on_another_machine(machine)
    assert len(naming(machine, "Eileen Collins")) == 2
    done = machine.types(*COLLINS)
    assert (done.exit_code, "names Eileen Collins (17) any more." in done.stdout) == (0, True)
    assert naming(machine, "Eileen Collins") == []
    assert len(naming(machine, "Grace Hopper")) == 2
    assert machine.types(*COLLINS).exit_code == 0


def test_a_misspelt_student_is_not_said_to_have_been_removed(machine: Admin) -> None:
    erase_on_another_machine(machine)
    done = machine.types("forget", "71", "Eileen Colins")
    assert "If the register had another name or number, run the command again" in done.stdout
    assert "Removed" not in done.stdout
    assert len(naming(machine, "Eileen Collins")) == 2


def test_erasing_here_leaves_nothing_to_forget(machine: Admin) -> None:
    assert machine.types("remove", "17", "--yes").exit_code == 0
    assert naming(machine, "Eileen Collins") == []


def test_who_is_in_the_register_is_not_forgotten(machine: Admin) -> None:
    done = machine.types(*COLLINS)
    assert (done.exit_code, "is still in the register." in done.stderr) == (1, True)
    assert len(naming(machine, "Eileen Collins")) == 2


def test_nobody_is_no_one_to_forget(machine: Admin) -> None:
    done = machine.types("forget", "17", " ")
    assert (done.exit_code, "Give the roll number and the name" in done.stderr) == (2, True)


def test_a_machine_without_files_says_so(admin: Admin) -> None:
    admin.environ["ATTENDANCE_DAILY_CSV"] = "off"
    done = admin.types(*COLLINS)
    assert (done.exit_code, "there is nothing to clean" in done.stdout) == (0, True)


def test_files_that_can_not_be_cleaned_are_an_error(machine: Admin, monkeypatch: pytest.MonkeyPatch) -> None:
    erase_on_another_machine(machine)

    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", refuse)
        done = machine.types(*COLLINS)
    assert (done.exit_code, "Not all files could be cleaned" in done.stderr) == (1, True)
    assert machine.types(*COLLINS).exit_code == 0
    assert naming(machine, "Eileen Collins") == []
