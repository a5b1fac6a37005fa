"""The trained classifier is valid for the enrolled faces only, private, and gone with whoever is erased."""

from __future__ import annotations

import builtins
import logging
import stat
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from attendance.classes.general_course import GENERAL_COURSE
from attendance.enrolment.enrolment_terms import EnrolmentTerms
from attendance.errors import ClassifierTrainingError
from attendance.people.new_student import NewStudent
from attendance.recognition.classifier import FILE_NAME, Classifier
from attendance.recognition.classifier_training import TrainingReport, train_classifier
from attendance.register import Register
from attendance.sealing.sealed_files import files_of
from attendance.settings.settings import Settings
from attendance.values import Consent, Withdrawal
from face_matching.decision import Doubtful, Match
from face_matching.matchers.student_svm import StudentSvm
from tests.attendance.fake_engines import open_fake_register
from tests.attendance.fake_pipeline import embedding_of, photo_of
from tests.attendance.frozen_clock import FrozenClock

PEOPLE = (0, 3, 6, 9, 12)
FEW = 14
"""A student with fewer photos than the others."""


def enrol(register: Register, person: int, photos: int) -> None:
    """Enrol photos of a person, each a little different."""
    consent = Consent(given_at=register.clock.now(), recorded_by="office", how="signed form")
    shots = {
        f"{number}.png": photo_of(person, blend=number % 4, side=60 + number) for number in range(photos)
    }
    result = register.enrolment.enrol(
        NewStudent(str(person), f"Person {person}"), shots, consent, EnrolmentTerms(allow_look_alike=True)
    )
    assert not result.reason, result.reason


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        config=tmp_path / "config", models=tmp_path / "models", data=tmp_path / "data", matcher="svm"
    )


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def register(settings: Settings, clock: FrozenClock) -> Register:
    register = open_fake_register(settings, clock=clock)
    for person in PEOPLE:
        enrol(register, person, 10)
    enrol(register, FEW, 2)
    return register


def trains(register: Register, **options: float) -> TrainingReport:
    given: dict[str, float] = {"min_images": 10, "split": 0.2} | options
    return train_classifier(
        register.store,
        register.classifier,
        engine="fake-1",
        detector="fake",
        min_images=int(given["min_images"]),
        split=given["split"],
        fpir=0.01,
    )


def current(register: Register) -> StudentSvm | None:
    return register.classifier.current("fake-1", "fake")


def test_it_is_trained_on_students_with_enough_photos_and_names_the_others(register: Register) -> None:
    report = trains(register)
    assert (report.students, report.photos) == (5, 50)
    assert [(student.roll_number, count) for student, count in report.too_few] == [(str(FEW), 2)]
    assert report.accepted_strangers == 0
    assert report.split is not None
    assert (report.split.right, report.split.wrong, report.split.unsure) == (10, 0, 0)
    svm = current(register)
    assert svm is not None
    assert len(svm.student_ids) == 5


def test_the_file_is_in_the_data_folder_for_its_owner_only(register: Register, settings: Settings) -> None:
    trains(register)
    path = settings.data / FILE_NAME
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"Person" not in path.read_bytes(), "no names are in it"


def test_a_check_in_is_decided_by_it(register: Register, caplog: pytest.LogCaptureFixture) -> None:
    trains(register)
    matcher = register._matcher()
    svm = current(register)
    assert svm is not None
    decision = matcher.identify(embedding_of(3), GENERAL_COURSE)
    assert isinstance(decision, Match)
    assert register.students.by_id(decision.student_id).roll_number == "3"
    register.classifier.save(replace(svm, accepts_at=1.0))
    assert isinstance(matcher.identify(embedding_of(3), GENERAL_COURSE), Doubtful)
    assert caplog.text == ""


def test_with_another_matcher_it_decides_nothing(register: Register, settings: Settings) -> None:
    trains(register)
    assert Classifier(register.store, replace(settings, matcher="cosine")).current("fake-1", "fake") is None
    assert current(register) is not None


def test_it_is_stale_after_a_change_which_is_logged_once(
    register: Register, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    trains(register)
    enrol(register, 15, 1)
    with caplog.at_level(logging.WARNING):
        assert current(register) is None
        assert current(register) is None
    assert caplog.text.count("There is no classifier for the faces enrolled now") == 1
    assert "train-classifier" in caplog.text
    assert not (settings.data / FILE_NAME).exists()
    trains(register)
    assert current(register) is not None


def test_a_server_notices_a_classifier_that_another_process_trains(
    register: Register, settings: Settings
) -> None:
    server = Classifier(register.store, settings, files_of(register.store))
    assert server.current("fake-1", "fake") is None
    trains(register)
    first = server.current("fake-1", "fake")
    assert first is not None
    assert register.classifier.save(replace(first, accepts_at=0.9))
    second = server.current("fake-1", "fake")
    assert second is not None
    assert second.accepts_at == 0.9


def test_it_is_for_one_engine_and_detector(register: Register) -> None:
    trains(register)
    assert register.classifier.current("fake-2", "fake") is None
    assert register.classifier.current("fake-1", "other") is None
    assert current(register) is not None


def test_an_erased_student_leaves_no_classifier(register: Register, settings: Settings) -> None:
    trains(register)
    register.students.remove("3")
    assert not (settings.data / FILE_NAME).exists()


def test_withdrawn_consent_leaves_no_classifier(register: Register, settings: Settings) -> None:
    trains(register)
    student = register.students.get("3")
    register.students.withdraw_consent(student.id, Withdrawal(register.clock.now(), "office"))
    assert not (settings.data / FILE_NAME).exists()


def test_an_erased_photo_leaves_no_classifier(register: Register, settings: Settings) -> None:
    student = register.students.get("3")
    trains(register)
    register.photos.erase(student, register.photos.of(student)[0].id, by="office")
    assert not (settings.data / FILE_NAME).exists()
    trains(register, min_images=9)
    register.photos.erase_all(student, by="office")
    assert not (settings.data / FILE_NAME).exists()


def test_two_photos_of_each_are_enough_for_a_training_without_warnings(register: Register) -> None:
    for person in PEOPLE:
        student = register.students.get(str(person))
        for photo in register.photos.of(student)[2:]:
            register.photos.erase(student, photo.id, by="office")
    report = trains(register, min_images=2, split=0.5)
    assert (report.students, report.photos) == (6, 12)


def test_a_student_without_a_face_can_be_erased_without_training_again(
    register: Register, settings: Settings
) -> None:
    trains(register)
    register.students.add(NewStudent("99", "Without Face"))
    register.students.remove("99")
    assert (settings.data / FILE_NAME).exists()


def test_photos_erased_elsewhere_are_noticed_when_a_register_is_tidied(
    register: Register, settings: Settings, clock: FrozenClock
) -> None:
    trains(register)
    register.tidy()
    register.store.replace_templates(register.students.get("3").id, [])
    clock.advance(hours=25)
    register.tidy()
    assert not (settings.data / FILE_NAME).exists()


def test_a_damaged_file_is_deleted(register: Register, settings: Settings) -> None:
    trains(register)
    path = settings.data / FILE_NAME
    path.write_bytes(path.read_bytes()[:1000])
    assert current(register) is None
    assert not path.exists()


def test_faces_that_change_during_the_training_are_an_error(
    register: Register, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Classifier.save

    def erased_meanwhile(classifier: Classifier, svm: StudentSvm) -> bool:
        register.students.remove("3")
        return write(classifier, svm)

    with monkeypatch.context() as patch:
        patch.setattr(Classifier, "save", erased_meanwhile)
        with pytest.raises(ClassifierTrainingError, match="during the training"):
            trains(register)
    assert not (settings.data / FILE_NAME).exists()


def test_too_few_students_with_enough_photos_are_an_error(register: Register) -> None:
    with pytest.raises(ClassifierTrainingError, match="0 of 6 students with faces have 11 photos or more"):
        trains(register, min_images=11)


def test_without_scikit_learn_the_error_says_how_to_install_it(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(
        name: str,
        globals: Mapping[str, object] | None = None,  # noqa: A002 - as Python calls them
        locals: Mapping[str, object] | None = None,  # noqa: A002 - the same
        fromlist: Sequence[str] = (),
        level: int = 0,
    ) -> ModuleType:
        if name.partition(".")[0] == "sklearn":
            raise ImportError(name)
        return real(name, globals, locals, fromlist, level)

    for name in [each for each in sys.modules if each.partition(".")[0] == "sklearn"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ClassifierTrainingError, match=r"-m pip install 'scikit-learn>=1\.9,<2'"):
        trains(register)
