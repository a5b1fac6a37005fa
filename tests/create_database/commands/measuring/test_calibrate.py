"""The command calibrate."""

from __future__ import annotations

import re

import pytest

from attendance.recognition.site_calibration import FILE
from tests.attendance.fake_pipeline import photo_of
from tests.create_database.admin import Admin
from tests.face_matching.proven import proven_threshold


@pytest.fixture
def school(admin: Admin) -> Admin:
    """Twelve students with two photos each; every other one resembles the next by nearly 0.6."""
    for person in range(12):
        blend = 0 if person % 2 else 7
        photos = (photo_of(person, side=side, blend=blend) for side in (64, 80))
        admin.puts(f"{person + 1}_Ada {person}", *photos)
    assert admin.enrols().exit_code == 0
    return admin


def test_a_wish_that_so_few_people_cannot_support_is_refused(school: Admin) -> None:
    result = school.types("calibrate", "--fpir", "0.01")
    assert result.exit_code == 1
    assert "can't be calibrated with 12 students" in result.output
    assert "prove only 25 %. It needs 300 students, or a wish of 25 % or more." in result.output
    assert not (school.data / FILE).exists()
    assert "must be above 0" in school.types("calibrate", "--fpir", "0").output


def test_a_preview_changes_nothing(school: Admin) -> None:
    result = school.types("calibrate", "--fpir", "0.25", "--preview")
    assert result.exit_code == 0, result.output
    assert "Strangers who pass (FPIR)\t0 % (0 % to 24.2 %)\t" in result.output
    assert "Nothing was changed." in result.output
    assert not (school.data / FILE).exists()


def test_a_calibration_is_used_at_the_next_check_in_and_can_be_undone(school: Admin) -> None:
    between = photo_of(1, blend=11)  # 0.84 of the second student, 0.54 of the third
    with school.register() as register:
        pin, evaluations = register.engine(), register.evaluations
        usual = register.evaluations.rule(pin)
    result = school.types("calibrate", "--fpir", "0.25", "--by", "Registrar")
    assert result.exit_code == 0, result.output
    assert "These thresholds are in use now." in result.output
    assert evaluations.calibrations.all()[-1].by == "Registrar"  # another process's register sees it, too
    with school.register() as register:
        calibrated = register.evaluations.rule(pin)
        shift = evaluations.calibrations.all()[-1].shift
        assert calibrated.fpir == 0.25
        assert calibrated.search_threshold(12) == pytest.approx(usual.search_threshold(12) + shift)
        assert proven_threshold(calibrated, 12) == pytest.approx(proven_threshold(usual, 12) + shift)
    shown = school.types("calibrate").output
    assert "Calibrated\t2026-11-23T09:00 by Registrar" in shown
    assert "From\tthe enrolled students: 12 people, 24 faces, 12 strangers" in shown
    assert school.checks_in(between).status == "present"
    assert "is no longer in use" in school.types("calibrate", "--undo").output
    with school.register() as register:
        assert register.evaluations.rule(pin) == usual
    assert "no calibration to undo" in school.types("calibrate", "--undo").output


def test_undoing_the_second_brings_back_the_first(school: Admin) -> None:
    for rate in ("0.25", "0.5"):
        assert school.types("calibrate", "--fpir", rate).exit_code == 0
    assert "FPIR\t50 %" in school.types("calibrate").output
    assert "FPIR\t25 %" in school.types("calibrate", "--undo").output


def test_a_damaged_file_leaves_the_usual_thresholds_and_is_logged(
    school: Admin, caplog: pytest.LogCaptureFixture
) -> None:
    (school.data / FILE).write_text("{", encoding="utf-8")
    with school.register() as register:
        pin = register.engine()
        assert register.evaluations.rule(pin).fpir == 0.01
    assert "calibration.json can't be read" in caplog.text


@pytest.mark.parametrize("margin", ['"0.2"', "-0.1", "NaN"])
def test_a_margin_that_is_none_leaves_the_usual_thresholds(
    school: Admin, caplog: pytest.LogCaptureFixture, margin: str
) -> None:
    assert school.types("calibrate", "--fpir", "0.25").exit_code == 0
    path = school.data / FILE
    path.write_text(re.sub(r'"margin": [^,]+', f'"margin": {margin}', path.read_text("utf-8")), "utf-8")
    with school.register() as register:
        assert register.evaluations.rule(register.engine()).fpir == 0.01
    assert "calibration.json can't be read" in caplog.text


def test_options_that_do_not_go_together_are_refused(school: Admin) -> None:
    assert school.types("calibrate", "--undo", "--fpir", "0.1").exit_code == 2
    assert school.types("calibrate", "--preview").exit_code == 2
    assert "The thresholds are the usual ones, for an FPIR of 1 %" in school.types("calibrate").output
