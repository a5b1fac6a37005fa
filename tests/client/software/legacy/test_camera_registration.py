"""/register with the server's own camera, as clients of other systems call it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from attendance.register import Register
from attendance.settings.settings import Settings
from client.software.legacy.people import IMAGES, MOST_IMAGES
from face_detection.problems import PhotoProblem
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.site import COLLINS, HOPPER, STRANGER
from tests.client.software.legacy.conftest import (
    OldClient,
    failed,
    film,
    is_alone,
)

JOHNSON = 12
FORM: Mapping[str, str] = {"enrollment": "17", "name": "Katherine Johnson"}


def before_the_camera(person: int, *, problem: PhotoProblem | None = None) -> bytes:
    """A camera's picture of a person."""
    return photo_of(person, side=128, problem=problem)


def test_the_servers_camera_takes_the_pictures(
    settings: Settings, old_client: OldClient, register: Register
) -> None:
    film(settings, before_the_camera(JOHNSON))
    answer = old_client.form("/register", **FORM, num_images="3")
    assert answer.status_code == 200, answer.text
    told, student = answer.get_json(), register.students.get("17")
    assert told["success"] is True
    assert told["message"].startswith("Katherine Johnson is registered with ")
    assert told["message"].endswith(" of 3 pictures.")
    assert told["images"] == len(register.store.templates_of(student.id)) >= 1
    assert told["student"]["roll_no"] == "17"


@pytest.mark.parametrize(
    ("asked", "taken"), [({}, IMAGES), ({"num_images": ""}, IMAGES), ({"num_images": "1000"}, MOST_IMAGES)]
)
def test_without_a_number_it_takes_twenty_and_never_more_than_forty(
    settings: Settings, old_client: OldClient, asked: dict[str, str], taken: int
) -> None:
    film(settings, before_the_camera(JOHNSON), tenths=150)
    told = old_client.form("/register/", **FORM, **asked).get_json()
    assert told["message"].endswith(f" of {taken} pictures.")


def test_a_form_with_parts_is_a_form_too(settings: Settings, old_client: OldClient) -> None:
    film(settings, before_the_camera(JOHNSON))
    assert old_client.files("/register", **FORM).status_code == 200


def test_nobody_before_the_camera_adds_nobody(
    settings: Settings, old_client: OldClient, register: Register
) -> None:
    film(settings, before_the_camera(JOHNSON, problem=PhotoProblem.NO_FACE))
    assert failed(old_client.form("/register", **FORM), 422, "photo-unusable", "No face was found.")
    assert is_alone(register)


def test_two_people_one_after_the_other_are_not_one_student(
    settings: Settings, old_client: OldClient, register: Register
) -> None:
    film(settings, before_the_camera(JOHNSON), before_the_camera(STRANGER))
    assert old_client.form("/register", **FORM).status_code in (409, 422)
    assert is_alone(register)


def test_somebody_elses_face_before_the_camera_is_refused(
    settings: Settings, old_client: OldClient, register: Register
) -> None:
    film(settings, before_the_camera(HOPPER))
    assert failed(old_client.form("/register", **FORM), 409, "conflict")
    assert is_alone(register)


def test_a_server_without_a_camera_says_so(old_client: OldClient, register: Register) -> None:
    answer = old_client.form("/register", **FORM)
    assert failed(answer, 409, "conflict", "This server has no camera", "ATTENDANCE_CAMERA")
    assert is_alone(register)


def test_a_film_that_is_none_says_so(settings: Settings, old_client: OldClient) -> None:
    Path(settings.camera).write_bytes(b"no film")
    assert failed(old_client.form("/register", **FORM), 409, "conflict", "This server has no camera")


@pytest.mark.parametrize(
    "wrong",
    [
        {"num_images": "0"},
        {"num_images": "-3"},
        {"num_images": "many"},
        {"num_images": "2.5"},
        {"num_images": "nan"},
        {"num_images": "9" * 5000},
        {"enrollment": ""},
        {"enrollment": "1" * 65},
        {"name": ""},
    ],
)
def test_a_form_with_wrong_fields_is_refused_before_the_camera_is_touched(
    settings: Settings, old_client: OldClient, register: Register, wrong: dict[str, str]
) -> None:
    film(settings, before_the_camera(JOHNSON))
    (field,) = wrong
    answer = old_client.form("/register", **{**FORM, **wrong})
    assert failed(answer, 422, "not-as-described", field)
    assert is_alone(register)


def test_a_roll_number_that_can_not_be_is_refused_before_the_camera_is_touched(
    old_client: OldClient,
) -> None:
    taken = old_client.form("/register", **{**FORM, "enrollment": "1"})
    assert failed(taken, 409, "conflict", "roll number '1'")
    same = old_client.form("/register", **{**FORM, "enrollment": "\u0661"})
    assert failed(same, 409, "conflict", "is the same as '1' of another student")
    unseen = old_client.form("/register", **{**FORM, "enrollment": "1\u202e7"})
    assert failed(unseen, 422, "not-possible", "can't be seen")


def test_files_are_not_passed_over_in_silence(
    settings: Settings, old_client: OldClient, register: Register
) -> None:
    film(settings, before_the_camera(STRANGER))
    for files in ([photo_of(JOHNSON)], [photo_of(JOHNSON), photo_of(COLLINS)]):
        answer = old_client.files("/register", *files, **FORM)
        assert failed(answer, 422, "not-as-described", "takes no files")
    assert is_alone(register)


def test_a_field_that_comes_twice_is_refused(old_client: OldClient) -> None:
    form = b"enrollment=17&enrollment=18&name=Katherine&x=1&x=2"
    answer = old_client.body("/register", form, "application/x-www-form-urlencoded")
    assert failed(answer, 422, "not-as-described", "more than once: enrollment.")


def test_a_broken_or_a_huge_form_is_refused(old_client: OldClient) -> None:
    broken = old_client.body("/register", b"--x\r\nno part", "multipart/form-data; boundary=x")
    assert broken.status_code in (400, 422)
    no_boundary = old_client.body("/register", b"--x--", "multipart/form-data")
    assert no_boundary.status_code in (400, 422)
    huge = old_client.files("/register", b"x" * 20_000_000, **FORM)
    assert failed(huge, 413, "too-large")
    long = old_client.form("/register", **{**FORM, "name": "x" * 2_000_000})
    assert failed(long, 422, "not-as-described", "name: ")
