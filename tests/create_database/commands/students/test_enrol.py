"""Enrolling a folder: who is in it comes into the register, and what does not is said with its reason."""

from __future__ import annotations

import runpy
from pathlib import Path

import pillow_heif
import pytest

from face_detection.pipeline import load_pipeline
from face_detection.problems import PhotoProblem
from tests.attendance.fake_pipeline import photo_of
from tests.create_database.admin import COLLINS, HOPPER, STRANGER, Admin, rows


def results(output: str) -> dict[str, str]:
    """What became of each student, by roll number."""
    return {row[0]: row[2] for row in rows(output) if len(row) == 6}


def test_a_folder_for_each_student_is_enrolled(admin: Admin) -> None:
    admin.puts("17_Eileen Collins", photo_of(COLLINS), photo_of(COLLINS, side=80))
    admin.puts("18_Grace_Hopper", photo_of(HOPPER))
    done = admin.enrols()
    assert done.exit_code == 0
    assert done.stderr == "Engine: fake-1, detector: fake. Nothing else is there.\n"
    assert rows(done.stdout) == [
        ["17", "Eileen Collins", "enrolled", "2", "0", "0"],
        ["18", "Grace Hopper", "enrolled", "1", "0", "0"],
    ]
    assert done.stdout.endswith("2 enrolled, 0 updated, 0 unchanged, 0 refused; no photo refused.\n")
    with admin.register() as register:
        student = register.students.get("17")
        assert student.consent is not None
        assert (student.consent.how, student.consent.recorded_by) == ("signed form", "Registrar")
        assert student.consent.given_at == admin.clock.now()


def test_doing_it_twice_changes_nothing(admin_of_two: Admin) -> None:
    read = admin_of_two.pipeline.reads
    with admin_of_two.register() as register:
        before = register.students.all(), register.store.gallery_version()
    admin_of_two.clock.advance(days=1)
    done = admin_of_two.enrols()
    assert (done.exit_code, done.stderr) == (0, "")
    assert results(done.stdout) == {"17": "unchanged", "18": "unchanged"}
    assert admin_of_two.pipeline.reads == read
    with admin_of_two.register() as register:
        assert (register.students.all(), register.store.gallery_version()) == before


def test_another_photo_updates(admin_of_two: Admin) -> None:
    admin_of_two.puts("17_Eileen Collins", photo_of(COLLINS), photo_of(COLLINS, side=80))
    done = admin_of_two.enrols()
    assert results(done.stdout) == {"17": "updated", "18": "unchanged"}


@pytest.mark.parametrize("consent", [(), ("--consent", ""), ("--consent", "  ")])
def test_without_a_word_on_consent_nothing_is_enrolled(admin: Admin, consent: tuple[str, ...]) -> None:
    admin.puts("17_Eileen Collins", photo_of(COLLINS))
    done = admin.types("enrol", str(admin.photos), *consent)
    assert done.exit_code == 2
    assert "Enrolling requires --consent, a note of how consent was given" in done.stderr
    assert not admin.data.exists()


def test_a_refused_photo_is_named_with_its_reason(admin: Admin) -> None:
    admin.puts("17_Eileen Collins", photo_of(COLLINS), photo_of(COLLINS, problem=PhotoProblem.BLURRED))
    done = admin.enrols()
    assert done.exit_code == 1
    assert ["17", "Eileen Collins", "enrolled", "1", "0", "1"] in rows(done.stdout)
    assert ["17_Eileen Collins/b.png", "The face is blurred."] in rows(done.stdout)
    assert done.stdout.endswith("1 enrolled, 0 updated, 0 unchanged, 0 refused; 1 photo refused.\n")


def test_what_is_no_photo_is_named_with_its_reason(admin: Admin) -> None:
    admin.puts("17_Eileen Collins", b"no photo")
    done = admin.enrols()
    assert done.exit_code == 1
    assert results(done.stdout) == {"17": "refused"}
    assert "17_Eileen Collins/a.png\tIt is not a readable JPEG, PNG, WebP or HEIC photo." in done.stdout


def test_a_face_that_is_another_students_is_refused_with_both_roll_numbers(admin_of_two: Admin) -> None:
    admin_of_two.puts("19_Student Three", photo_of(COLLINS, side=70))
    done = admin_of_two.enrols()
    assert done.exit_code == 1
    assert results(done.stdout)["19"] == "refused"
    (reason,) = [row[1] for row in rows(done.stdout) if row[0] == "19_Student Three"]
    assert "19" in reason
    assert "17" in reason
    with admin_of_two.register() as register:
        assert [student.roll_number for student in register.students.all()] == ["17", "18"]


def test_a_look_alike_is_enrolled_when_that_is_allowed(admin_of_two: Admin) -> None:
    admin_of_two.puts("19_Student Three", photo_of(COLLINS, side=70))
    done = admin_of_two.enrols("--allow-look-alike")
    assert done.exit_code == 0
    assert results(done.stdout)["19"] == "enrolled"


def test_the_photo_that_shows_somebody_else_is_named(admin: Admin) -> None:
    admin.puts("17_Eileen Collins", photo_of(COLLINS), photo_of(STRANGER), photo_of(COLLINS, side=80))
    done = admin.enrols()
    assert done.exit_code == 1
    assert results(done.stdout) == {"17": "refused"}
    assert "17_Eileen Collins/b.png\tIt shows a different person than the others." in done.stdout


def test_a_folder_without_photos_is_refused(admin: Admin) -> None:
    admin.puts("17_Eileen Collins")
    done = admin.enrols()
    assert done.exit_code == 1
    assert "17_Eileen Collins\tThe folder contains no photo." in done.stdout


def test_what_lies_among_the_photos_is_passed_over(admin: Admin) -> None:
    admin.puts("17_Eileen Collins", photo_of(COLLINS))
    admin.puts("18_Grace Hopper")
    for name in ("17_Eileen Collins/IMG_1.MOV", "17_Eileen Collins/.DS_Store", "18_Grace Hopper/film.mp4"):
        (admin.photos / name).write_bytes(b"something")
    done = admin.enrols()
    assert done.exit_code == 1
    assert results(done.stdout) == {"17": "enrolled"}
    assert "18_Grace Hopper\tThe folder contains a video and no photo. Take photos" in done.stdout
    assert done.stdout.endswith("1 refused; no photo refused; 3 other files passed over.\n")


def test_a_dry_run_enrols_nobody(admin: Admin) -> None:
    admin.puts("17_Eileen Collins", photo_of(COLLINS))
    admin.puts("18_Student Two", photo_of(COLLINS, side=80))
    done = admin.enrols("--dry-run")
    assert results(done.stdout) == {"17": "enrolled", "18": "refused"}
    assert "Dry run: nothing was changed." in done.stdout
    with admin.register() as register:
        assert register.students.all() == []


def test_a_roster_gives_the_details_and_needs_no_photos(admin: Admin) -> None:
    admin.puts("17", photo_of(COLLINS))
    (admin.photos / "roster.csv").write_text(
        "roll_no,name,email\n17,Eileen Collins,e@example.org\n18,Grace Hopper,\n", "utf-8"
    )
    assert admin.enrols().exit_code == 0
    with admin.register() as register:
        collins, hopper = register.students.all()
        assert (collins.name, collins.email) == ("Eileen Collins", "e@example.org")
        assert hopper.name == "Grace Hopper"
        assert hopper.consent is None, "nobody agreed to anything who gave no photo"


def test_a_name_alone_finds_the_student_again_after_a_new_roll_number(admin: Admin) -> None:
    admin.puts("Eileen Collins", photo_of(COLLINS))
    assert results(admin.enrols().stdout) == {"eileen-collins": "enrolled"}
    admin.types("rename", "eileen-collins", "17")
    assert results(admin.enrols().stdout) == {"17": "unchanged"}


def test_somebody_else_of_the_same_name_is_not_mixed_in(admin_of_two: Admin) -> None:
    admin_of_two.puts("Grace Hopper", photo_of(STRANGER))
    done = admin_of_two.enrols()
    assert done.exit_code == 1
    assert "18" in results(done.stdout)
    with admin_of_two.register() as register:
        assert len(register.store.templates()) == 2


def test_a_folder_that_does_not_exist_is_one_sentence(admin: Admin) -> None:
    done = admin.enrols()
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == f"Error: The folder {admin.photos} does not exist.\n"


def test_photos_that_lie_on_their_side_are_enrolled_upright(admin: Admin, models: Path, shared: Path) -> None:
    pipeline = load_pipeline("dlib", "mtcnn", models=models, precision="f32")
    admin.pipeline = pipeline  # type: ignore[assignment]
    folder = admin.photos / "18_Grace Hopper"
    folder.mkdir(parents=True)
    pillow_heif.register_heif_opener()  # or Pillow can't write one
    runpy.run_path(str(shared / "cases" / "make_cases.py"))["main"](folder)
    done = admin.enrols()
    assert done.exit_code == 1
    assert ["18", "Grace Hopper", "enrolled", "4", "0", "3"] in rows(done.stdout)
    for name in ("filled.jpg", "many_comments.jpg", "many_scans.jpg"):
        assert f"18_Grace Hopper/{name}\tIt is not a readable JPEG" in done.stdout
    assert done.stdout.endswith("3 photos refused; 14 other files passed over.\n")
