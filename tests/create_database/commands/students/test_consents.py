"""Consent from the command line: said, recorded, withdrawn."""

from __future__ import annotations

from attendance.people.new_student import NewStudent
from tests.create_database.admin import Admin


def test_what_is_on_record_is_said(admin_of_two: Admin) -> None:
    done = admin_of_two.types("consent", "17")
    assert done.exit_code == 0
    assert done.stdout == (
        "Eileen Collins (17) gave consent: signed form. Recorded at 2026-11-23 10:00 by Registrar.\n"
    )
    with admin_of_two.register() as register:
        register.students.add(NewStudent("19", "Student Three"))
    assert admin_of_two.types("consent", "19").stdout == "Student Three (19) has not given consent.\n"


def test_withdrawing_asks_for_the_roll_number_and_keeps_marks(admin_of_two: Admin) -> None:
    admin_of_two.types("mark", "17", "late")
    refused = admin_of_two.types("consent", "17", "--withdraw", answer="18\n")
    assert refused.exit_code == 1
    assert "Nothing was changed: that is not the roll number 17." in refused.stderr
    assert "gave consent" in admin_of_two.types("consent", "17").stdout
    done = admin_of_two.types("consent", "17", "--withdraw", "--by", "Registrar", answer="17\n")
    assert done.exit_code == 0, done.output
    assert "This erases 1 face template, 1 stored face and 1 portrait of Eileen Collins (17)." in done.stderr
    said = "Eileen Collins (17) withdrew consent. Recorded at 2026-11-23 10:00 by Registrar."
    assert f"{said} Erased: 1 face template, 1 stored face and 1 portrait.\n" in done.stdout
    assert admin_of_two.types("consent", "17").stdout == f"{said}\n"
    kept = dict(line.split("\t") for line in admin_of_two.types("show", "17").stdout.splitlines())
    assert (kept["Consent"], kept["Photos"], kept["Marks"]) == ("withdrawn", "none", "1")
    assert kept["Consent withdrawn"] == "2026-11-23 10:00"


def test_the_same_folder_does_not_enrol_them_again(admin_of_two: Admin) -> None:
    admin_of_two.types("consent", "17", "--withdraw", "--yes")
    done = admin_of_two.enrols()
    assert done.exit_code == 1
    assert "17 has withdrawn consent" in done.stdout
    assert "create_database consent ROLL --given" in done.stderr
    assert admin_of_two.types("consent", "17", "--given", "signed again").exit_code == 0
    assert "1 updated" in admin_of_two.enrols().stdout


def test_consent_of_many_is_recorded_and_withdrawals_stay(admin_of_two: Admin) -> None:
    with admin_of_two.register() as register:
        for number in ("19", "20"):
            register.students.add(NewStudent(number, f"Student {number}"))
        register.courses.add("Physics", roster=["17", "18", "19", "20"])
    admin_of_two.types("consent", "18", "--withdraw", "--yes", "--by", "Registrar")
    done = admin_of_two.types(
        "consent", "--course", "physics", "--given", "signed forms", "--by", "Registrar"
    )
    assert done.exit_code == 0, done.output
    assert "Consent recorded: 2. On record before: 1.\nLeft out: " in done.stdout
    assert "(18) withdrew consent." in done.stdout
    assert "signed forms" in admin_of_two.types("consent", "19").stdout
    shown = admin_of_two.types("consent", "17", "18", "20").stdout.splitlines()
    assert [line.partition(" Recorded")[0] for line in shown] == [
        "Eileen Collins (17) gave consent: signed form.",
        "Grace Hopper (18) withdrew consent.",
        "Student 20 (20) gave consent: signed forms.",
    ]
    renewed = admin_of_two.types("consent", "17", "18", "--given", "signed again", "--renew")
    assert "Consent recorded: 1. On record before: 0." in renewed.stdout
    assert "signed again" in admin_of_two.types("consent", "17").stdout
    one = admin_of_two.types("consent", "17", " 17", "\u0661\u0667", "--given", "signed", "--renew")
    assert "Consent recorded: 1. On record before: 0." in one.stdout


def test_whose_consent_has_to_be_clear(admin_of_two: Admin) -> None:
    for words, code, said in (
        ((), 2, "Whose consent?"),
        (("17", "--course", "General"), 2, "not both"),
        (("--course", "nowhere", "--given", "x"), 1, "There is no course nowhere."),
        (("17", "18", "--withdraw", "--yes"), 2, "one by one"),
        (("17", "--renew"), 2, "--renew goes with --given"),
        (("17", "18", "--given", " "), 1, "how consent was given"),
    ):
        done = admin_of_two.types("consent", *words)
        assert done.exit_code == code, words
        assert said in done.stderr
    assert "gave consent: signed form." in admin_of_two.types("consent", "17").stdout


def test_what_changes_nothing_is_said(admin_of_two: Admin) -> None:
    again = admin_of_two.types("consent", "17", "--given", "by telephone")
    assert again.exit_code == 1
    assert "Nothing was changed. Eileen Collins (17) gave consent: signed form." in again.stderr
    admin_of_two.types("consent", "17", "--withdraw", "--yes")
    twice = admin_of_two.types("consent", "17", "--withdraw", "--yes")
    assert twice.exit_code == 1
    assert "Nothing was changed. Eileen Collins (17) withdrew consent." in twice.stderr
    both = admin_of_two.types("consent", "18", "--given", "signed form", "--withdraw")
    assert both.exit_code == 2
    assert "opposites" in both.stderr
    empty = admin_of_two.types("consent", "17", "--given", " ")
    assert empty.exit_code == 1
    assert "how consent was given" in empty.stderr


def test_who_gave_it_in_which_form_and_until_when_is_recorded(admin_of_two: Admin) -> None:
    done = admin_of_two.types(
        *("consent", "17", "--given", "kept in the office", "--by", "Registrar", "--from", "guardian"),
        *("--guardian", "Ann Collins", "--form", "paper", "--dated", "2026-11-20", "--until", "2027-07-31"),
    )
    said = (
        "A guardian of Eileen Collins (17) gave consent (paper): kept in the office. Recorded at 2026-11-23 "
        "10:00 by Registrar. Given on 2026-11-20. Valid until 2027-07-31.\n"
    )
    assert done.stdout.endswith(said)
    assert admin_of_two.types("consent", "17").stdout == done.stdout
    kept = dict(line.split("\t") for line in admin_of_two.types("show", "17").stdout.splitlines())
    assert (kept["Consent"], kept["Consent until"]) == ("signed form; kept in the office", "2027-07-31")


def test_a_guardian_objects_and_takes_it_back(admin_of_two: Admin) -> None:
    admin_of_two.types("consent", "17", "--withdraw", "--from", "guardian", "--yes", "--by", "Registrar")
    said = "A guardian of Eileen Collins (17) objects. Recorded at 2026-11-23 10:00 by Registrar."
    assert admin_of_two.types("consent", "17").stdout == f"{said}\n"
    other = admin_of_two.types("consent", "17", "--given", "signed", "--from", "student")
    assert other.exit_code == 1
    assert "A guardian objects, as Registrar recorded, so nobody else's consent counts." in other.stderr
    back = admin_of_two.types("consent", "17", "--undo", "--from", "guardian")
    assert back.stdout.startswith("The objection is no longer on record. Eileen Collins (17) gave consent:")
    again = admin_of_two.types("consent", "17", "--undo", "--from", "guardian")
    assert (again.exit_code, "Nothing was changed." in again.stderr) == (1, True)


def test_who_never_agreed_can_object(admin_of_two: Admin) -> None:
    with admin_of_two.register() as register:
        register.students.add(NewStudent("19", "Student Three"))
    done = admin_of_two.types("consent", "19", "--withdraw", "--from", "student", "--yes")
    assert done.stdout.startswith("Student Three (19) withdrew consent.")


def test_options_that_do_not_go_together_are_refused(admin_of_two: Admin) -> None:
    for words, message in [
        (("17", "--until", "2027-07-31"), "--until goes with --given"),
        (("17", "--form", "paper"), "--form goes with --given"),
        (("17", "--given", "form", "--guardian", "Ann"), "--guardian goes with --from guardian"),
        (("17", "--withdraw", "--undo"), "--undo goes with none of"),
        (
            ("17", "18", "--given", "form", "--from", "guardian", "--guardian", "Ann"),
            "guardian of one student",
        ),
        (("17", "18", "--undo"), "one by one"),
    ]:
        done = admin_of_two.types("consent", *words)
        assert (done.exit_code, message in done.stderr) == (2, True), words
    with admin_of_two.register() as register:
        register.students.add(NewStudent("19", "Student Three"))
    late = admin_of_two.types("consent", "19", "--given", "form", "--until", "2020-01-01")
    assert (late.exit_code, "until 2020-01-01 has ended already" in late.stderr) == (1, True)


def test_what_is_missing_in_the_command_is_named(admin_of_two: Admin) -> None:
    alone = admin_of_two.types("consent", "17", "--from", "guardian")
    assert (alone.exit_code, "--from goes with --given, --withdraw or --undo." in alone.stderr) == (2, True)
    again = admin_of_two.types("consent", "17", "--given", "signed form", "--until", "2027-07-31")
    assert again.exit_code == 1
    assert "To replace what is on record, add --renew." in again.stderr


def test_who_undoes_an_objection_reads_that_the_face_is_gone(admin_of_two: Admin) -> None:
    admin_of_two.types("consent", "17", "--withdraw", "--yes")
    done = admin_of_two.types("consent", "17", "--undo")
    assert done.exit_code == 0, done.output
    assert "The face was erased. Enrol photos again." in done.stderr
