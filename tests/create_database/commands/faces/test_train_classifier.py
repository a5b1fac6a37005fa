"""The command train-classifier, on faces that the fake pipeline reads; scikit-learn is real."""

from __future__ import annotations

import pytest

from attendance.marks.verdict import VerdictStatus
from attendance.recognition.classifier import FILE_NAME
from tests.attendance.fake_pipeline import photo_of
from tests.create_database.admin import Admin, rows


@pytest.fixture
def school(admin: Admin) -> Admin:
    """Four students with eight photos each, and Hedy Lamarr (5) with two."""
    for number in range(4):
        photos = [photo_of(4 * number, blend=shot % 3, side=60 + shot) for shot in range(8)]
        admin.puts(f"{number + 1}_Student {'ABCD'[number]}", *photos)
    admin.puts("5_Hedy Lamarr", photo_of(14), photo_of(14, side=70))
    done = admin.enrols("--allow-look-alike")
    assert done.exit_code == 0, done.output
    return admin


def test_it_says_for_whom_there_are_too_few_photos_and_how_good_it_is(school: Admin) -> None:
    done = school.types("train-classifier", "--min-images", "8", "--split", "0.25")
    assert done.exit_code == 0, done.output
    assert rows(done.stdout) == [["5", "Hedy Lamarr", "2"]]
    assert "1 student with fewer than 8 photos will be recognised without the classifier." in done.stdout
    assert "Trained for 4 students on 32 photos." in done.stdout
    assert "0 of 32 photos of students left out in turn reached it." in done.stdout
    assert (
        "Of 8 photos set aside: 8 accepted as the right student, 0 as another one, 0 not accepted."
        in done.stdout
    )
    assert "if ATTENDANCE_MATCHER is svm" in done.stderr
    assert (school.data / FILE_NAME).exists()


def test_without_a_split_nothing_is_set_aside(school: Admin) -> None:
    school.environ["ATTENDANCE_MATCHER"] = "svm"
    done = school.types("train-classifier", "--min-images", "8", "--split", "0")
    assert (done.exit_code, "set aside" in done.stdout, done.stderr) == (0, False, "")


def test_too_few_photos_for_a_split_are_mentioned(school: Admin) -> None:
    done = school.types("train-classifier", "--min-images", "8", "--split", "0.01")
    assert "No photo was set aside to try it on: the share is less than one of each" in done.stdout
    assert "Of no photo" not in done.stdout


def test_check_ins_go_on_after_the_faces_have_changed(school: Admin) -> None:
    school.environ["ATTENDANCE_MATCHER"] = "svm"
    school.types("train-classifier", "--min-images", "8")
    assert school.checks_in(photo_of(4)).status is VerdictStatus.PRESENT
    assert school.types("remove", "1", "--yes").exit_code == 0
    assert not (school.data / FILE_NAME).exists()
    assert school.checks_in(photo_of(8), grant="another").status is VerdictStatus.PRESENT


def test_too_few_photos_are_one_sentence(school: Admin) -> None:
    done = school.types("train-classifier")
    assert done.exit_code == 1
    assert "0 of 5 students with faces have 10 photos or more; at least 4 are needed." in done.stderr
