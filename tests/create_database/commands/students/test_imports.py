"""What another system kept is taken over, and what is not is said with its reason."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result

from attendance.people.new_student import NewStudent
from attendance.recognition.pipelines import PolicySource
from face_matching.thresholds import policy_for
from tests.attendance.fake_pipeline import FakePipeline
from tests.attendance.imports.made_up import faces_of, random_vectors, write
from tests.attendance.lists.cases import CASES, ListCase
from tests.attendance.lists.made_books import book
from tests.create_database import admin as admins
from tests.create_database.admin import Admin, rows

LIST = "17,Eileen Collins\n18,Grace Hopper\n"


@pytest.fixture(params=["facenet", "dlib"])
def engine(request: pytest.FixtureRequest, admin: Admin, monkeypatch: pytest.MonkeyPatch) -> str:
    """The engine of the admin's register, by its short name; decisions are the real ones."""
    name: str = request.param
    admin.pipeline = FakePipeline(f"{name}-1", "mtcnn")
    policy: PolicySource = policy_for
    monkeypatch.setattr(admins, "fake_policy", policy)
    return name


def imports(admin: Admin, path: Path, engine: str, *options: str, consent: str = "signed form") -> Result:
    return admin.types(
        "import-embeddings",
        str(path),
        "--engine",
        engine,
        "--consent",
        consent,
        "--by",
        "Registrar",
        *options,
    )


def school(admin: Admin, engine: str, people: int = 6) -> Path:
    """A file of students 10, 11, and so on, with two embeddings each."""
    students = {str(10 + n): faces_of(n, engine=f"{engine}-1") for n in range(people)}
    return write(admin.folder / "embeddings.json", students)


def put_list(admin: Admin, text: str = LIST) -> str:
    path = admin.folder / "studentdetails.csv"
    path.write_text(text, "utf-8")
    return str(path)


# --- import-students ---------------------------------------------------------------------------------


def test_a_list_is_taken_over(admin: Admin) -> None:
    done = admin.types("import-students", put_list(admin))
    columns = "columns roll_no (“17”), name (“Eileen Collins”); students from line 1."
    assert (done.exit_code, done.stderr) == (0, f"studentdetails.csv: {columns}\n")
    assert rows(done.stdout) == [["17", "Eileen Collins", "enrolled"], ["18", "Grace Hopper", "enrolled"]]
    assert done.stdout.endswith("2 enrolled, 0 updated, 0 unchanged, 0 refused.\n")
    with admin.register() as register:
        assert [(s.roll_number, s.name, s.consent) for s in register.students.all()] == [
            ("17", "Eileen Collins", None),
            ("18", "Grace Hopper", None),
        ]


def test_taking_a_list_over_twice_changes_nothing(admin: Admin) -> None:
    path = put_list(admin)
    admin.types("import-students", path)
    done = admin.types("import-students", path)
    assert (done.exit_code, [row[2] for row in rows(done.stdout)]) == (0, ["unchanged", "unchanged"])


def test_a_wrong_line_is_named_and_the_others_are_taken(admin: Admin) -> None:
    done = admin.types(
        "import-students", put_list(admin, LIST + ",Nobody\n17,Somebody Else\n17,Eileen Collins\n")
    )
    assert done.exit_code == 1
    assert ["studentdetails.csv, line 3", "The line has no roll number."] in rows(done.stdout)
    assert "17 is “Somebody Else” here and “Eileen Collins” in line 1" in done.stdout
    assert "studentdetails.csv: Line 5 repeats line 1 and was skipped." in done.stderr
    assert "2 enrolled, 0 updated, 0 unchanged, 2 refused." in done.stdout


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_list_comes_through_the_command_as_it_is_meant(admin: Admin, case: ListCase) -> None:
    path = admin.folder / case.name
    path.write_bytes(case.data)
    done = admin.types("import-students", str(path))
    assert done.exit_code == (1 if case.refused else 0)
    assert sorted(names_of(admin)) == sorted(case.students)
    reasons = {row[0]: row[1] for row in rows(done.stdout) if row[0].startswith(case.name)}
    assert list(reasons) == [f"{case.name}, line {number}" for number in case.refused]
    for number, reason in case.refused.items():
        assert reason in reasons[f"{case.name}, line {number}"]


def test_columns_of_other_words_are_shown_and_can_be_named(admin: Admin) -> None:
    path = put_list(admin, "Kennzeichen;Wer;Tel\n0;nobody;\n17;Ada;303\n")
    asked = admin.types("import-students", path)
    assert asked.exit_code == 1
    assert "columns - (“Kennzeichen”), - (“Wer”), phone (“Tel”); students from line 2" in asked.stderr
    assert (
        "No column of studentdetails.csv has the roll numbers. Name the columns with --columns."
        in asked.stderr
    )
    done = admin.types("import-students", path, "--columns", "roll_no,name,-", "--first-line", "3")
    assert done.exit_code == 0
    assert names_of(admin) == [("17", "Ada")]
    wrong = admin.types("import-students", path, "--columns", "roll_no,nickname")
    assert "a column can't be 'nickname'" in wrong.stderr


def test_a_sheet_and_an_encoding_can_be_named(admin: Admin) -> None:
    path = admin.folder / "list.xlsx"
    path.write_bytes(book({"7a": [["id", "name"], [17, "Ada"]], "7b": [["id", "name"], [18, "Eve"]]}))
    done = admin.types("import-students", str(path), "--sheet", "7b")
    assert done.exit_code == 0
    assert names_of(admin) == [("18", "Eve")]
    assert "The file has “7a”, “7b”" in admin.types("import-students", str(path), "--sheet", "7c").stderr
    other = admin.folder / "list.csv"
    other.write_bytes("19;Ilić\n".encode("cp1250"))
    assert "in Western European (Windows)." in admin.types("import-students", str(other), "--dry-run").stderr
    admin.types("import-students", str(other), "--encoding", "cp1250")
    assert names_of(admin)[1] == ("19", "Ilić")


def test_numbers_that_are_the_same_or_lost_their_zeros_are_pointed_out(admin: Admin) -> None:
    admin.types("import-students", put_list(admin, "007,James Bond\ncs-17,Ada Lovelace\n"))
    done = admin.types("import-students", put_list(admin, "7,James Bond\nCS-17,Grace Hopper\n8,James Bond\n"))
    assert done.exit_code == 1
    assert "James Bond has the roll number 007, and spreadsheets drop zeros in front." in done.stdout
    assert "CS-17 is the same roll number as cs-17, which another student has." in done.stdout
    assert names_of(admin) == [("007", "James Bond"), ("8", "James Bond"), ("cs-17", "Ada Lovelace")]


def names_of(admin: Admin) -> list[tuple[str, str]]:
    with admin.register() as register:
        return [(student.roll_number, student.name) for student in register.students.all()]


def test_somebody_of_another_name_is_refused_and_keeps_it(admin: Admin) -> None:
    admin.types("import-students", put_list(admin))
    done = admin.types("import-students", put_list(admin, "17,Grace Hopper\n19,Mae Jemison\n"))
    assert done.exit_code == 1
    assert rows(done.stdout)[:2] == [["17", "Eileen Collins", "refused"], ["19", "Mae Jemison", "enrolled"]]
    assert "17 is “Eileen Collins” in the register and “Grace Hopper” here." in done.stdout
    assert "Use --rename to replace the names" in done.stderr
    assert names_of(admin) == [("17", "Eileen Collins"), ("18", "Grace Hopper"), ("19", "Mae Jemison")]


@pytest.mark.parametrize(("options", "name"), [((), "Eileen M. Collins"), (("--dry-run",), "Eileen Collins")])
def test_names_are_changed_only_when_asked_to_and_both_are_told(
    admin: Admin, options: tuple[str, ...], name: str
) -> None:
    admin.types("import-students", put_list(admin))
    changed = put_list(admin, "17,Eileen M. Collins\n18,Grace Hopper\n")
    done = admin.types("import-students", changed, "--rename", *options)
    assert done.exit_code == 0
    assert rows(done.stdout)[0] == [
        "17",
        "Eileen M. Collins",
        "renamed from Eileen Collins to Eileen M. Collins",
    ]
    assert "0 enrolled, 1 updated, 1 unchanged, 0 refused." in done.stdout
    assert "--rename" not in done.stderr
    assert names_of(admin)[0] == ("17", name)


def test_who_has_no_name_but_the_roll_number_gets_one_without_a_word(admin: Admin) -> None:
    admin.types("import-students", put_list(admin, "17\n"))
    assert names_of(admin) == [("17", "17")]
    done = admin.types("import-students", put_list(admin))
    assert (done.exit_code, rows(done.stdout)[0]) == (0, ["17", "Eileen Collins", "updated"])


def test_a_dry_run_of_a_list_writes_nothing(admin: Admin) -> None:
    done = admin.types("import-students", put_list(admin), "--dry-run")
    assert [row[2] for row in rows(done.stdout)] == ["enrolled", "enrolled"]
    with admin.register() as register:
        assert register.students.all() == []


def test_a_name_that_is_a_formula_stays_a_name_and_is_guarded_in_exports(admin: Admin) -> None:
    admin.types("import-students", put_list(admin, "17,=1+1\n"))
    with admin.register() as register:
        assert register.students.get("17").name == "=1+1"
    assert "17,'=1+1," in admin.types("list", "--csv", "-").stdout


def test_a_file_that_is_no_list_is_one_sentence(admin: Admin) -> None:
    done = admin.types("import-students", str(admin.folder / "none.csv"))
    assert done.exit_code == 1
    assert "none.csv can't be read: No such file or directory." in done.stderr


# --- import-embeddings -------------------------------------------------------------------------------


def test_embeddings_of_somebody_of_another_name_need_a_word(admin: Admin, engine: str) -> None:
    admin.types("import-students", put_list(admin, "10,Mae Jemison\n"))
    names = put_list(admin, "10,Eileen Collins\n11,Grace Hopper\n")
    done = imports(admin, school(admin, engine), engine, "--names", names)
    assert done.exit_code == 1
    assert rows(done.stdout)[0] == ["10", "Mae Jemison", "refused", "0", "0", "0"]
    assert "10 is “Mae Jemison” in the register and “Eileen Collins” here." in done.stdout
    done = imports(admin, school(admin, engine), engine, "--names", names, "--rename")
    assert done.exit_code == 0
    assert rows(done.stdout)[0][2] == "renamed from Mae Jemison to Eileen Collins"


def test_an_id_is_the_same_however_it_is_written(admin: Admin, engine: str) -> None:
    admin.types("import-students", put_list(admin, "cs-10,Eileen Collins\ncs-11,O'Brien Seán\n"))
    people = {"CS-10": faces_of(0, engine=f"{engine}-1"), "Sean OBrien": faces_of(1, engine=f"{engine}-1")}
    done = imports(admin, write(admin.folder / "embeddings.json", people), engine)
    assert done.exit_code == 0, done.output
    assert [row[:3] for row in rows(done.stdout)] == [
        ["cs-10", "Eileen Collins", "updated"],
        ["cs-11", "O'Brien Seán", "updated"],
    ]


def test_faces_are_taken_over_with_names_and_consent(admin: Admin, engine: str) -> None:
    names = put_list(admin, "10,Eileen Collins\n11,Grace Hopper\n")
    done = imports(admin, school(admin, engine), engine, "--names", names)
    assert done.exit_code == 0, done.output
    assert rows(done.stdout)[:3] == [
        ["10", "Eileen Collins", "enrolled", "2", "0", "0"],
        ["11", "Grace Hopper", "enrolled", "2", "0", "0"],
        ["12", "12", "enrolled", "2", "0", "0"],
    ]
    assert "Mean cosine: 0." in done.stderr
    with admin.register() as register:
        pin = register.store.engine_pin()
        assert pin is not None
        assert (pin.engine, pin.detector) == (f"{engine}-1", "mtcnn")
        student = register.students.get("10")
        assert student.consent is not None
        assert (student.consent.how, student.consent.recorded_by) == ("signed form", "Registrar")
        templates = register.store.templates_of(student.id)
        assert {(t.engine, t.detector, t.quality) for t in templates} == {(f"{engine}-1", "mtcnn", 0.0)}
        for template in templates:
            assert np.linalg.norm(template.embedding) == pytest.approx(1, abs=1e-6)
        expected = faces_of(0, engine=f"{engine}-1")
        expected /= np.linalg.norm(expected, axis=1, keepdims=True)
        kept = np.stack([template.embedding for template in templates])
        assert np.sort(kept @ expected.T.astype(np.float32), axis=1)[:, -1] == pytest.approx([1, 1], abs=1e-5)


def test_taking_faces_over_twice_changes_nothing(admin: Admin, engine: str) -> None:
    path = school(admin, engine)
    imports(admin, path, engine)
    with admin.register() as register:
        before = register.students.all(), register.store.gallery_version()
    admin.clock.advance(days=1)
    done = imports(admin, path, engine)
    assert done.exit_code == 0
    assert rows(done.stdout)[0] == ["10", "10", "unchanged", "0", "2", "0"]
    assert "6 of the students are enrolled already; the median cosine to their templates is " in done.stderr
    with admin.register() as register:
        assert (register.students.all(), register.store.gallery_version()) == before


def test_a_dry_run_of_faces_writes_nothing_and_sees_what_would_be_refused(admin: Admin, engine: str) -> None:
    students = {str(n): faces_of(n, engine=f"{engine}-1") for n in range(6)}
    students["twice"] = faces_of(0, first=5, engine=f"{engine}-1")
    path = write(admin.folder / "embeddings.json", students)
    done = imports(admin, path, engine, "--dry-run")
    assert done.exit_code == 1
    assert rows(done.stdout)[6][:3] == ["twice", "twice", "refused"]
    with admin.register() as register:
        assert register.students.all() == []


def test_one_person_under_two_ids_is_reported_with_both(admin: Admin, engine: str) -> None:
    students = {str(n): faces_of(n, engine=f"{engine}-1") for n in range(10, 16)}
    students["99"] = faces_of(10, first=5, engine=f"{engine}-1")
    path = write(admin.folder / "embeddings.json", students)
    done = imports(admin, path, engine)
    assert done.exit_code == 1
    (reason,) = [row[1] for row in rows(done.stdout) if row[0] == "id '99'"]
    assert reason.startswith("The face of 99 on embedding 1 would be mistaken for 10.")
    assert imports(admin, path, engine, "--allow-look-alike").exit_code == 0


def test_an_embedding_of_somebody_else_is_named_and_its_student_refused(admin: Admin, engine: str) -> None:
    students = {str(n): faces_of(n, 3, engine=f"{engine}-1") for n in range(6)}
    students["2"] = np.concatenate([students["2"], faces_of(40, 1, engine=f"{engine}-1")])
    done = imports(admin, write(admin.folder / "embeddings.json", students), engine)
    assert done.exit_code == 1
    assert ["id '2'/embedding 4", "It shows a different person than the others."] in rows(done.stdout)
    with admin.register() as register:
        assert [s.roll_number for s in register.students.all()] == ["0", "1", "3", "4", "5"]


def test_a_broken_embedding_is_refused_and_the_students_others_are_taken(admin: Admin, engine: str) -> None:
    path = school(admin, engine)
    students = json.loads(path.read_text("utf-8"))
    students["10"][1][3] = float("nan")
    students["11"] = "none"
    path.write_text(json.dumps(students), "utf-8")
    done = imports(admin, path, engine)
    assert done.exit_code == 1
    assert rows(done.stdout)[0] == ["10", "10", "enrolled", "1", "0", "1"]
    refused = {row[0]: row[1] for row in rows(done.stdout) if len(row) == 2}
    assert refused["id '10'/embedding 2"].startswith("Its number 4 is nan")
    assert refused["id '11'"].startswith("It has a text")
    assert "5 enrolled, 0 updated, 0 unchanged, 1 refused; 1 embedding refused." in done.stdout


@pytest.mark.parametrize("length", [0, 1, 3000, 30_000])
def test_of_a_file_that_was_cut_off_nothing_is_taken(admin: Admin, engine: str, length: int) -> None:
    path = school(admin, engine)
    path.write_bytes(path.read_bytes()[:length])
    done = imports(admin, path, engine)
    assert done.exit_code == 1
    assert "embeddings.json" in done.stderr
    with admin.register() as register:
        assert register.students.all() == []
        assert register.store.engine_pin() is None


def test_vectors_of_nobody_are_refused_with_numbers_and_nothing_is_pinned(admin: Admin, engine: str) -> None:
    size = {"facenet": 512, "dlib": 128}[engine]
    students = {str(n): random_vectors(2, size, seed=n) for n in range(6)}
    done = imports(admin, write(admin.folder / "embeddings.json", students), engine)
    assert done.exit_code == 1
    assert f"12 of 12 embeddings were not computed by {engine}-1" in done.stderr
    with admin.register() as register:
        assert register.students.all() == []
        assert register.store.engine_pin() is None


def test_the_wrong_engine_on_the_command_line_is_told_by_the_length(admin: Admin, engine: str) -> None:
    other = "dlib" if engine == "facenet" else "facenet"
    done = imports(admin, school(admin, other), engine)
    assert done.exit_code == 1
    sizes = {"facenet": 512, "dlib": 128}
    assert f"It has {sizes[other]} numbers instead of {sizes[engine]}." in done.stdout
    with admin.register() as register:
        assert register.students.all() == []


def test_a_register_of_another_engine_takes_nothing(admin: Admin, engine: str) -> None:
    other = "dlib" if engine == "facenet" else "facenet"
    with admin.register() as register:
        register.engine()
    done = imports(admin, school(admin, other), other)
    assert done.exit_code == 1
    assert f"This register's engine is {engine}-1, which can't compare embeddings of {other}." in done.stderr


def test_ids_that_mean_others_here_are_refused_as_a_whole(admin: Admin, engine: str) -> None:
    imports(admin, school(admin, engine), engine)
    shifted = {str(10 + n): faces_of(n + 1, first=5, engine=f"{engine}-1") for n in range(6)}
    done = imports(admin, write(admin.folder / "other.json", shifted), engine)
    assert done.exit_code == 1
    assert "are not of the people enrolled under these ids" in done.stderr


def test_an_id_without_digits_is_a_name(admin: Admin, engine: str) -> None:
    with admin.register() as register:
        register.students.add(NewStudent("17", "Eileen Collins"))
        register.students.add(NewStudent("collins", "Somebody Else"))
    students = {
        "Eileen_Collins": faces_of(1, engine=f"{engine}-1"),
        "Zoë": faces_of(2, engine=f"{engine}-1"),
        "collins": faces_of(3, engine=f"{engine}-1"),
        "CS_2026_017": faces_of(4, engine=f"{engine}-1"),
        "2026_CS_17": faces_of(5, engine=f"{engine}-1"),
        "17_Eileen Collins": faces_of(6, engine=f"{engine}-1"),
    }
    done = imports(admin, write(admin.folder / "embeddings.json", students), engine)
    taken = {row[0]: row[1] for row in rows(done.stdout) if len(row) == 6}
    assert taken == {
        "17": "Eileen Collins",
        "zoë": "Zoë",
        "collins": "Somebody Else",
        "CS_2026_017": "CS_2026_017",
        "2026_CS_17": "2026_CS_17",
    }
    assert [
        "id '17_Eileen Collins'",
        "id 'Eileen_Collins' has the same roll number 17. Combine the photos in one folder.",
    ] in (rows(done.stdout))


@pytest.mark.parametrize("consent", ["", "  "])
def test_without_a_word_on_consent_no_face_is_taken(admin: Admin, engine: str, consent: str) -> None:
    done = imports(admin, school(admin, engine), engine, consent=consent)
    assert done.exit_code == 2
    assert "Enrolling requires --consent, a note of how consent was given" in done.stderr
    assert not admin.data.exists()


def test_a_large_file_comes_to_the_same_whoever_is_first(admin: Admin, engine: str) -> None:
    students = {str(100 + n): faces_of(n, engine=f"{engine}-1") for n in range(80)}
    path = write(admin.folder / "embeddings.json", students)
    first = imports(admin, path, engine)
    again = imports(admin, path, engine)
    assert [row[2] for row in rows(first.stdout) if len(row) == 6].count("enrolled") == 80
    assert first.exit_code == again.exit_code == 0
    backwards = write(admin.folder / "backwards.json", dict(reversed(students.items())))
    assert "80 unchanged" in imports(admin, backwards, engine).stdout
