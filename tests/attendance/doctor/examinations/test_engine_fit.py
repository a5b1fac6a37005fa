"""The pinned engine against the program, the settings and the calibration."""

from __future__ import annotations

from dataclasses import replace

import pytest

from attendance.doctor.examinations.engine_fit import examine
from attendance.recognition.classifier import FILE_NAME
from attendance.recognition.site_calibration import FILE, SiteCalibration, SiteCalibrations
from attendance.settings.engine_settings import SVM
from attendance.settings.settings import Settings
from attendance.store.protocol import Store
from attendance.values import EnginePin
from tests.attendance.doctor.examined import NOTE, OK, PROBLEM, grades, site_of, words
from tests.attendance.frozen_clock import MORNING

CALIBRATION = SiteCalibration(
    "dlib-1", "mtcnn", 0.01, 0.02, None, "2026-11-23T09:00:00+00:00", "Ada", "60 students", 60, 120, 9, "", ""
)


def pin(register: Store, engine: str = "dlib-1", detector: str = "mtcnn") -> None:
    register.pin_engine(EnginePin(engine, detector, "It is a test.", MORNING))


def test_a_known_engine_with_its_thresholds_is_in_order(settings: Settings, register: Store) -> None:
    assert grades(examine(site_of(settings, store=register))) == [NOTE], "none yet"
    pin(register)
    SiteCalibrations(settings.data).add(CALIBRATION)
    for each in (settings, replace(settings, engine="dlib", detector="mtcnn")):
        found = list(examine(site_of(each, store=register)))
        assert grades(found) == [OK]
        assert "dlib-1 with mtcnn" in words(found)


@pytest.mark.parametrize(
    ("engine", "detector", "said"),
    [("quick-7", "mtcnn", "doesn't have"), ("dlib-1", "eyes", "no thresholds for dlib-1 with eyes")],
)
def test_what_this_program_lacks_is_a_problem(
    engine: str, detector: str, said: str, settings: Settings, register: Store
) -> None:
    pin(register, engine, detector)
    found = list(examine(site_of(settings, store=register)))
    assert grades(found) == [PROBLEM]
    assert said in words(found)
    assert "re-embed" in words(found)


def test_settings_that_ask_for_another_engine_or_detector_are_problems(
    settings: Settings, register: Store
) -> None:
    pin(register)
    other = replace(settings, engine="facenet", detector="haar")
    found = list(examine(site_of(other, store=register)))
    assert grades(found) == [PROBLEM, PROBLEM]
    assert "ATTENDANCE_ENGINE is facenet" in words(found)
    assert "ATTENDANCE_DETECTOR is haar" in words(found)


def test_a_damaged_calibration_is_a_problem_and_one_of_another_engine_a_note(
    settings: Settings, register: Store
) -> None:
    pin(register)
    SiteCalibrations(settings.data).add(replace(CALIBRATION, engine="retail-1"))
    assert grades(examine(site_of(settings, store=register))) == [NOTE]
    (settings.data / FILE).write_text("{")
    assert grades(examine(site_of(settings, store=register))) == [PROBLEM]


def test_a_classifier_that_is_asked_for_and_missing_is_a_note(settings: Settings, register: Store) -> None:
    pin(register)
    asking = site_of(replace(settings, matcher=SVM), store=register)
    found = list(examine(asking))
    assert grades(found) == [NOTE]
    assert "train-classifier" in words(found)
    (settings.data / FILE_NAME).touch()
    assert grades(examine(asking)) == [OK]
