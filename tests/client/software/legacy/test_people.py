"""/register and /create-student, as clients of other systems call them."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import pytest
from PIL import Image

from attendance.accounts.api_tokens import Scope
from attendance.register import Register
from attendance.values import Consent, Withdrawal
from face_detection.problems import PhotoProblem
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.site import COLLINS
from tests.client.signed_in import SignedIn
from tests.client.software.legacy.conftest import (
    ELSEWHERE,
    OldClient,
    WithScopes,
    data_url,
    failed,
    is_alone,
    page_of,
)

JOHNSON = 12
FACE = data_url(photo_of(JOHNSON))
REGISTER: Mapping[str, Any] = {
    "username": "Katherine Johnson",
    "email": "katherine@example.org",
    "serial_number": 17,
    "phone": 3035550117,
    "face_image": FACE,
}
CREATE: Mapping[str, Any] = {
    "image_id": 4,
    "name": "Katherine Johnson",
    "department": "Mathematics",
    "year": 2,
    "roll_no": "MA-17",
    "email": "katherine@example.org",
    "phone": "303 555 0117",
    "image_data": FACE,
}
BY_JSON = {"/register": REGISTER, "/create-student": CREATE}
ROLL = {"/register": "serial_number", "/create-student": "roll_no"}
NAME = {"/register": "username", "/create-student": "name"}
IMAGE = {"/register": "face_image", "/create-student": "image_data"}
each_path = pytest.mark.parametrize("path", BY_JSON)


def test_a_student_is_registered_with_a_picture(old_client: OldClient, register: Register) -> None:
    answer = old_client.json("/register", **REGISTER)
    assert answer.status_code == 200
    student = register.students.get("17")
    assert answer.get_json() == {
        "success": True,
        "message": "Katherine Johnson is registered.",
        "status": "success",
        "embeddings_saved": 1,
        "student": {
            "id": student.id,
            "roll_no": "17",
            "name": "Katherine Johnson",
            "email": "katherine@example.org",
            "phone": "3035550117",
            "department": None,
            "year": None,
        },
    }
    assert len(register.store.templates_of(student.id)) == 1
    assert old_client.json("/recognize", image=FACE).get_json()["student_info"]["roll_no"] == "17"


def test_a_student_is_created_with_a_picture(old_client: OldClient, register: Register) -> None:
    answer = old_client.json("/create-student", **CREATE)
    assert answer.status_code == 201
    student = register.students.get("MA-17")
    assert student.image_id == "4"
    assert answer.get_json() == {
        "status": "success",
        "student_id": student.id,
        "id": student.id,
        "image_id": "4",
        "roll_no": "MA-17",
        "name": "Katherine Johnson",
        "email": "katherine@example.org",
        "phone": "303 555 0117",
        "department": "Mathematics",
        "year": "2",
    }
    assert len(register.store.templates_of(student.id)) == 1


@each_path
def test_consent_is_noted_in_the_name_of_whoever_enrols(
    path: str, old_client: OldClient, register: Register
) -> None:
    old_client.json(path, **BY_JSON[path])
    consent = register.students.get(str(BY_JSON[path][ROLL[path]])).consent
    assert consent is not None
    assert (consent.recorded_by, consent.given_at) == ("api:client 0", register.clock.now())
    assert "api:client 0" in consent.how


@each_path
def test_how_consent_was_given_can_be_said(path: str, old_client: OldClient, register: Register) -> None:
    old_client.json(path, **BY_JSON[path], consent="signed form")
    consent = register.students.get(str(BY_JSON[path][ROLL[path]])).consent
    assert consent == Consent(register.clock.now(), "api:client 0", "signed form")


@each_path
def test_a_page_of_ours_may_too_and_another_sites_may_not(
    path: str, enroller: SignedIn, register: Register
) -> None:
    stolen = page_of(enroller, ELSEWHERE).json(path, **BY_JSON[path])
    assert failed(stolen, 401, "token-missing", "another site")
    assert is_alone(register)
    assert page_of(enroller).json(path, **BY_JSON[path]).status_code < 300


@each_path
def test_a_roll_number_that_is_taken_is_refused(path: str, old_client: OldClient, register: Register) -> None:
    given = dict(BY_JSON[path]) | {ROLL[path]: " 1 "}
    assert failed(old_client.json(path, **given), 409, "conflict", "roll number")
    assert is_alone(register)
    assert len(register.store.templates_of(register.students.get("1").id)) == 1


@each_path
def test_a_face_that_is_somebody_elses_is_refused(
    path: str, old_client: OldClient, register: Register
) -> None:
    given = dict(BY_JSON[path]) | {IMAGE[path]: data_url(photo_of(COLLINS))}
    assert failed(old_client.json(path, **given), 409, "conflict")
    assert is_alone(register)


@each_path
@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        (PhotoProblem.NO_FACE, "No face was found."),
        (PhotoProblem.SEVERAL_FACES, "There is more than one face."),
        (PhotoProblem.TOO_DARK, "The face is too dark."),
    ],
)
def test_a_picture_that_will_not_do_adds_nobody(
    path: str, old_client: OldClient, register: Register, problem: PhotoProblem, sentence: str
) -> None:
    given = dict(BY_JSON[path]) | {IMAGE[path]: data_url(photo_of(JOHNSON, problem=problem))}
    assert failed(old_client.json(path, **given), 422, "photo-unusable", sentence)
    assert is_alone(register)


@each_path
@pytest.mark.parametrize(
    "roll_number",
    [None, True, [], ["17"], {}, "", "   ", "1\u202e7", "\ud800", "1" * 65, "1\x007"],
)
def test_what_is_no_roll_number_is_refused(
    path: str, old_client: OldClient, register: Register, roll_number: object
) -> None:
    answer = old_client.json(path, **(dict(BY_JSON[path]) | {ROLL[path]: roll_number}))
    assert answer.status_code == 422, answer.text
    assert answer.get_json()["success"] is False
    assert is_alone(register)


@each_path
@pytest.mark.parametrize("roll_number", ["\u0661\u0667", "Δ-17", "17/2026 ß", "学号17"])
def test_a_roll_number_may_hold_any_letter(
    path: str, old_client: OldClient, register: Register, roll_number: str
) -> None:
    assert old_client.json(path, **(dict(BY_JSON[path]) | {ROLL[path]: roll_number})).status_code < 300
    assert register.students.get(roll_number).name == "Katherine Johnson"


@each_path
@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "x" * 201), ("name", []), ("email", {}), ("email", "x" * 201), ("phone", [1])],
)
def test_other_fields_of_a_wrong_kind_are_named(
    path: str, old_client: OldClient, register: Register, field: str, value: object
) -> None:
    field = NAME[path] if field == "name" else field
    answer = old_client.json(path, **(dict(BY_JSON[path]) | {field: value}))
    assert failed(answer, 422, "not-as-described", field)
    assert is_alone(register)


@each_path
def test_an_email_that_is_no_address_is_refused(path: str, old_client: OldClient, register: Register) -> None:
    answer = old_client.json(path, **(dict(BY_JSON[path]) | {"email": "n/a"}))
    assert answer.status_code == 422
    assert "'n/a', is not a valid address" in answer.get_json()["message"]
    assert is_alone(register)


@each_path
def test_what_is_missing_is_named(path: str, old_client: OldClient, register: Register) -> None:
    answer = old_client.json(path, **{ROLL[path]: "17", NAME[path]: ""})
    assert failed(answer, 422, "not-as-described", NAME[path], IMAGE[path])
    assert is_alone(register)


@each_path
def test_empty_fields_say_nothing_and_unknown_ones_are_passed_over(
    path: str, old_client: OldClient, register: Register
) -> None:
    given = dict(BY_JSON[path]) | {"email": "", "phone": None, "password": "secret", "class": ["5b"]}
    assert old_client.json(path, **given).status_code < 300
    student = register.students.get(str(BY_JSON[path][ROLL[path]]))
    assert (student.email, student.phone) == (None, None)


@each_path
def test_broken_pictures_are_refused(path: str, old_client: OldClient, register: Register) -> None:
    for image in ("", "no base64!", "data:,", [FACE], {"data": FACE}, 17):
        answer = old_client.json(path, **(dict(BY_JSON[path]) | {IMAGE[path]: image}))
        assert failed(answer, 422, "not-as-described", IMAGE[path])
    answer = old_client.json(path, **(dict(BY_JSON[path]) | {IMAGE[path]: data_url(b"no picture")}))
    assert failed(answer, 422, "photo-unusable")
    assert is_alone(register)


@each_path
def test_twenty_megabytes_are_too_many(path: str, old_client: OldClient) -> None:
    given = dict(BY_JSON[path]) | {IMAGE[path]: data_url(b"x" * 15_000_000)}
    assert failed(old_client.json(path, **given), 413, "too-large")


@each_path
def test_a_slash_at_the_end_changes_nothing(path: str, old_client: OldClient, register: Register) -> None:
    assert old_client.json(f"{path}/", **BY_JSON[path]).status_code < 300
    assert not is_alone(register)


@each_path
def test_who_may_not_call_hears_why(
    path: str, nobody: OldClient, with_scopes: WithScopes, register: Register
) -> None:
    assert failed(nobody.json(path, **BY_JSON[path]), 401, "token-missing", "students:write")
    reader = with_scopes(Scope.STUDENTS_READ, Scope.MARKS_WRITE)
    assert failed(reader.json(path, **BY_JSON[path]), 403, "scope-missing")
    nobody.headers = {"Authorization": "Bearer fa_wrong"}
    assert failed(nobody.json(path, **BY_JSON[path]), 401, "token-invalid")
    assert is_alone(register)


def test_who_withdrew_consent_stays_out(old_client: OldClient, register: Register) -> None:
    hopper = register.students.get("2")
    register.students.withdraw_consent(hopper.id, Withdrawal(register.clock.now(), "office"))
    again = old_client.json("/register", **dict(REGISTER) | {"serial_number": 2})
    assert failed(again, 409, "conflict")
    assert register.store.templates_of(hopper.id) == []


def test_another_content_type_is_named(old_client: OldClient) -> None:
    for content_type, word in (("text/plain", "text/plain"), (None, "without a content type")):
        answer = old_client.body("/register", b"enrollment=17", content_type)
        assert failed(answer, 415, "wrong-content-type", "application/json, or a form", word)
    answer = old_client.body("/create-student", b"<name>Katherine</name>", "application/xml")
    assert failed(answer, 415, "wrong-content-type", "application/xml")


def test_two_students_may_have_the_same_picture_number(old_client: OldClient, register: Register) -> None:
    other = dict(CREATE) | {"roll_no": "MA-18", "image_data": data_url(photo_of(14))}
    for given in (CREATE, other):
        assert old_client.json("/create-student", **given).get_json()["image_id"] == "4"
    assert [register.students.get(roll).image_id for roll in ("MA-17", "MA-18")] == ["4", "4"]


@pytest.mark.parametrize("image_id", ["x" * 201, ["4"], "1\u202e7"])
def test_what_is_no_picture_number_is_refused(
    old_client: OldClient, register: Register, image_id: object
) -> None:
    answer = old_client.json("/create-student", **dict(CREATE) | {"image_id": image_id})
    assert answer.status_code == 422
    assert is_alone(register)


def test_a_picture_as_large_as_a_phones_is_taken(old_client: OldClient, register: Register) -> None:
    out = io.BytesIO()
    Image.open(io.BytesIO(photo_of(JOHNSON))).resize((4000, 3000)).save(out, "JPEG")
    answer = old_client.json("/register", **dict(REGISTER) | {"face_image": data_url(out.getvalue())})
    assert answer.status_code == 200, answer.text
