"""Students can be found, shown, renamed and erased by what the admin knows of them."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import timedelta

import pytest

from attendance.people.new_student import NewStudent
from attendance.values import ChangeKind, CheckInTrace
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.store.twins import add_twin
from tests.create_database.admin import COLLINS, Admin, rows


def test_the_list_is_one_line_a_student(admin_of_two: Admin) -> None:
    done = admin_of_two.types("list")
    assert done.exit_code == 0
    assert rows(done.stdout) == [
        ["17", "Eileen Collins", "", "", "", "", "", "", "1", "signed form"],
        ["18", "Grace Hopper", "", "", "", "", "", "", "1", "signed form"],
    ]


def test_the_list_can_be_searched(admin_of_two: Admin) -> None:
    assert [row[0] for row in rows(admin_of_two.types("list", "COLL", "17").stdout)] == ["17"]
    nobody = admin_of_two.types("list", "collins", "18")
    assert rows(nobody.stdout) == []
    assert nobody.stderr == "None of 2 students matches collins 18.\n"


def test_a_search_finds_a_name_however_it_is_written(admin: Admin) -> None:
    with admin.register() as register:
        register.students.add(NewStudent("cs-17", "Seán O\u2019Brien"))
    for typed in (["sean"], ["obrien"], ["o'brien,", "SEAN"], ["CS\u201317"]):
        assert [row[0] for row in rows(admin.types("list", *typed).stdout)] == ["cs-17"]


def test_twins_are_pointed_out_and_listed_side_by_side(admin_of_two: Admin) -> None:
    assert admin_of_two.types("list", "--twins").stderr == "No two students have the same roll number.\n"
    with admin_of_two.register() as register:
        one = register.students.add(NewStudent("CS-17", "Mae Jemison"))
        add_twin(register.store, replace(one, id="twin", roll_number="cs-17"))
    hint = "CS-17 and cs-17 are the same roll number, written differently. Give one of them another one: "
    assert hint in admin_of_two.types("list").stderr
    done = admin_of_two.types("list", "--twins")
    assert [row[0] for row in rows(done.stdout)] == ["CS-17", "cs-17"]
    assert "may be 'CS-17' and 'cs-17'" in admin_of_two.types("show", "Cs-17").stderr
    admin_of_two.types("rename", "cs-17", "18-cs")
    assert "same roll number" not in admin_of_two.types("list").stderr


def test_renaming_to_the_same_number_says_that_nothing_changed(admin_of_two: Admin) -> None:
    done = admin_of_two.types("rename", "17", "17")
    assert done.stdout == "Eileen Collins has the roll number 17. Nothing was changed.\n"


@pytest.mark.parametrize("words", [("show", "-17"), ("rename", "-17", "17"), ("consent", "-17")])
def test_a_number_that_begins_with_a_dash_has_a_hint(admin: Admin, words: tuple[str, ...]) -> None:
    done = admin.types(*words)
    assert done.exit_code == 2
    assert (
        f"begins with a dash comes after --, such as: python -m create_database {words[0]} -- -17"
        in done.stderr
    )


def test_after_the_dashes_it_is_found(admin: Admin) -> None:
    admin.puts("-17_Eileen Collins", photo_of(COLLINS))
    assert admin.enrols().exit_code == 0
    assert "Eileen Collins" in admin.types("show", "--", "-17").stdout


def test_another_unknown_option_has_no_such_hint(admin: Admin) -> None:
    assert "dash" not in admin.types("show", "17", "--nothing").stderr


def test_the_list_counts_photos_that_can_be_recognised_and_names_who_has_none(admin_of_two: Admin) -> None:
    assert "Can't be recognised" not in admin_of_two.types("list").stderr
    admin_of_two.puts("19_Mae Jemison")
    (admin_of_two.photos / "roster.csv").write_text("roll_no,name\n20,Sally Ride\n", "utf-8")
    admin_of_two.enrols()
    said = admin_of_two.types("list")
    assert [row[-2] for row in rows(said.stdout)] == ["1", "1", "0"]
    assert said.stderr == "Can't be recognised without a photo: 20 (Sally Ride).\n"
    with admin_of_two.register() as register:
        pin = register.engine()
        register.store.repin_engine(replace(pin, detector="another"))
    said = admin_of_two.types("list")
    assert [row[-2] for row in rows(said.stdout)] == ["0", "0", "0"]
    assert "in use: 17 (Eileen Collins), 18 (Grace Hopper). Run: " in said.stderr
    assert "create_database re-embed --data" in said.stderr


def test_a_dry_run_settles_on_no_engine(admin: Admin) -> None:
    admin.puts("17_Eileen Collins", photo_of(COLLINS))
    done = admin.enrols("--dry-run")
    assert done.exit_code == 0
    assert "Engine: " in done.stderr
    with admin.register() as register:
        assert register.store.engine_pin() is None
        assert not register.students.all()


def test_a_misspelt_setting_is_pointed_out_once_and_stops_nothing(admin: Admin) -> None:
    admin.environ["ATTENDANCE_DATTA"] = "elsewhere"
    done = admin.types("list")
    assert done.exit_code == 0
    assert done.stderr.count("ATTENDANCE_DATTA is not a setting") == 1


def test_an_empty_register_says_what_to_do_first(admin: Admin) -> None:
    done = admin.types("list")
    assert done.exit_code == 0
    assert f'enrol FOLDER --consent "HOW" --data {admin.data}' in done.stderr


def test_the_list_as_csv_is_a_roster_again(admin: Admin) -> None:
    admin.photos.mkdir()
    (admin.photos / "roster.csv").write_text(
        "roll_no,name,phone,guardian_email,image_id\n17,=Eileen,+1 555,+g@example.org,4\n", "utf-8"
    )
    admin.enrols()
    assert admin.types("list", "--csv", str(admin.photos / "roster.csv")).exit_code == 0
    with (admin.photos / "roster.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["name"], row["phone"]) == ("'=Eileen", "'+1 555")
    assert (row["guardian_email"], row["image_id"]) == ("'+g@example.org", "4")
    assert "Guardian's email\t+g@example.org" in admin.types("show", "17").stdout
    assert [row[0] for row in rows(admin.types("list", "G@EXAMPLE").stdout)] == ["17"]
    done = admin.enrols()
    assert "0 updated, 1 unchanged" in done.stdout
    assert done.stderr == ""


def test_a_file_that_cannot_be_written_is_one_sentence(admin_of_two: Admin) -> None:
    done = admin_of_two.types("list", "--csv", str(admin_of_two.folder / "missing" / "list.csv"))
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: ")
    assert "can't be written: No such file or directory" in done.stderr


def test_show_tells_all_that_is_kept(admin_of_two: Admin) -> None:
    admin_of_two.types("mark", "17", "late")
    done = admin_of_two.types("show", "17")
    kept = dict(line.split("\t") for line in done.stdout.splitlines())
    assert kept["Name"] == "Eileen Collins"
    assert kept["Consent"] == "signed form"
    assert kept["Consent given"] == "2026-11-23 10:00"
    assert kept["Consent recorded by"] == "Registrar"
    assert kept["Photos"] == "1 (fake-1)"
    assert kept["Portrait"] == "stored"
    assert kept["Marks"] == "1"
    assert kept["  2026-11-23"] == "late"
    assert kept["Traces of check-ins"] == "none"


def test_show_counts_what_check_ins_left_behind(admin_of_two: Admin) -> None:
    with admin_of_two.register() as register:
        student, at = register.students.get("17"), register.clock.now()
        for number in (1, 2):
            register.store.add_trace(
                CheckInTrace(
                    id=f"attempt-{number}",
                    session_id="s1",
                    at=at + timedelta(days=number),
                    student_id=student.id,
                    device=None,
                    signed=False,
                    address=None,
                    digest=f"{number:064x}",
                    picture=None,
                )
            )
    kept = dict(line.split("\t") for line in admin_of_two.types("show", "17").stdout.splitlines())
    assert kept["Traces of check-ins"] == "2, the first of 2026-11-24 10:00"


def test_one_photo_goes_and_the_others_stay(admin_of_two: Admin) -> None:
    with admin_of_two.register() as register:
        consent = register.students.get("17").consent
        more = {"more": photo_of(COLLINS, side=80)}
        register.enrolment.enrol(NewStudent("17"), more, consent)
        both = register.photos.of(register.students.get("17"))
    listed = rows(admin_of_two.types("photos", "17").stdout)
    assert [row[0] for row in listed] == [photo.id[:12] for photo in both]
    assert [row[4] for row in listed].count("yes") == 1
    portrait, other = sorted(both, key=lambda photo: not photo.is_portrait)
    refused = admin_of_two.types("photos", "17", "--erase", other.id[:12], answer="n\n")
    assert (refused.exit_code, "Nothing was erased." in refused.stderr) == (1, True)
    done = admin_of_two.types("photos", "17", "--erase", portrait.id[:8].upper(), "--yes", "--by", "office")
    erased = f"photo {portrait.id[:12]} of Eileen Collins (17), and with it the portrait"
    assert done.stdout == f"Erased: {erased}.\n"
    assert rows(admin_of_two.types("photos", "17").stdout)[0][0] == other.id[:12]
    with admin_of_two.register() as register:
        (change,) = register.student_history.latest(9, register.students.get("17").id)
        assert (change.kind, change.by) == (ChangeKind.PHOTO_ERASED, "office")
    last = admin_of_two.types("photos", "17", "--erase", other.id, answer="y\n")
    assert "It was the last one" in last.stderr
    assert "No photo of Eileen Collins (17) is enrolled." in admin_of_two.types("photos", "17").stderr


def test_a_photo_is_erased_only_if_it_is_clear_which(admin_of_two: Admin) -> None:
    for beginning in ("x", ""):
        done = admin_of_two.types("photos", "17", "--erase", beginning, "--yes")
        assert done.exit_code == 1
        assert f"with an id that begins with {beginning!r}. List the ids: " in done.stderr
    assert len(rows(admin_of_two.types("photos", "17").stdout)) == 1


def test_an_unknown_roll_number_is_answered_with_near_ones(admin_of_two: Admin) -> None:
    done = admin_of_two.types("show", "117")
    assert done.exit_code == 1
    assert done.stderr == "Error: No student has the roll number 117. Did you mean 17 (Eileen Collins)?\n"
    assert "Did you mean 18 (Grace Hopper)?" in admin_of_two.types("show", "grace hoper").stderr


def test_a_new_roll_number_keeps_marks_and_photos(admin_of_two: Admin) -> None:
    admin_of_two.types("mark", "17", "present")
    done = admin_of_two.types("rename", "17", "S-17")
    assert done.stdout == "The roll number of Eileen Collins was changed from 17 to S-17.\n"
    assert admin_of_two.types("show", "17").exit_code == 1
    assert "1 (fake-1)" in admin_of_two.types("show", "S-17").stdout
    assert rows(admin_of_two.types("marks").stdout)[0][2] == "S-17"


def test_a_taken_roll_number_is_refused(admin_of_two: Admin) -> None:
    done = admin_of_two.types("rename", "17", "18")
    assert done.exit_code == 1
    assert "18" in done.stderr
    assert [row[0] for row in rows(admin_of_two.types("list").stdout)] == ["17", "18"]


def test_removing_asks_for_the_roll_number_and_says_what_was_erased(admin_of_two: Admin) -> None:
    admin_of_two.types("mark", "17", "present")
    done = admin_of_two.types("remove", "17", answer="17\n")
    assert done.exit_code == 0
    assert (
        "Erased: Eileen Collins (17) with 1 face template, 1 stored face, 1 portrait, 1 mark" in done.stdout
    )
    with admin_of_two.register() as register:
        assert [student.roll_number for student in register.students.all()] == ["18"]
        assert len(register.store.templates()) == 1
        assert register.store.marks(register.sessions.today().id) == []


def test_removing_counts_what_is_erased_in_a_cancelled_session_too(admin_of_two: Admin) -> None:
    admin_of_two.types("mark", "17", "late")
    admin_of_two.types("session", "cancel", "general|2026-11-23")
    assert "1 portrait, 1 mark, " in admin_of_two.types("remove", "17", "--yes").stdout


def test_removing_stops_at_any_other_answer(admin_of_two: Admin) -> None:
    for answer in ("y\n", "\n", "18\n", ""):
        done = admin_of_two.types("remove", "17", answer=answer)
        assert done.exit_code != 0
        assert len(done.stderr.strip().splitlines()[-1]) > 20
    assert [row[0] for row in rows(admin_of_two.types("list").stdout)] == ["17", "18"]


def test_removing_does_not_ask_when_told_so(admin_of_two: Admin) -> None:
    assert admin_of_two.types("remove", "17", "--yes").exit_code == 0
    assert [row[0] for row in rows(admin_of_two.types("list").stdout)] == ["18"]


def test_a_removed_student_can_be_enrolled_again(admin_of_two: Admin) -> None:
    admin_of_two.types("remove", "17", "--yes")
    admin_of_two.puts("17_Eileen Collins", photo_of(COLLINS))
    assert "1 enrolled" in admin_of_two.enrols().stdout
