"""Students through the API: created with pictures in both forms, read, changed, erased."""

from __future__ import annotations

import base64
import io
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from attendance.accounts.api_tokens import Scope
from attendance.audit.receipts.findings import ReceiptFinding
from attendance.audit.receipts.receipts import Receipts
from attendance.errors import SettingsError
from attendance.register import Register
from attendance.values import ChangeKind, MarkStatus
from client.web.parsing.upload import MULTIPART
from face_detection.problems import PhotoProblem
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.site import COLLINS, STRANGER
from tests.client.software.conftest import Software, WithScopes, is_problem

JOHNSON = {"roll_number": "3", "name": "Katherine Johnson"}
FORM_OF_SEPTEMBER = "signed form of 2 September"


def base64_of(picture: bytes) -> str:
    return base64.b64encode(picture).decode()


def posted_form(software: Software, path: str, *pictures: bytes, **fields: str) -> TestResponse:
    parts: MultiDict[str, object] = MultiDict(fields)
    for number, picture in enumerate(pictures):
        parts.add("images", FileStorage(io.BytesIO(picture), f"{number}.jpg"))
    boundary, body = encode_multipart(parts)
    return software.call("POST", path, data=body, content_type=f"{MULTIPART}; boundary={boundary}")


def id_of(register: Register, roll_number: str = "1") -> str:
    return register.students.get(roll_number).id


def test_students_are_listed_page_by_page(software: Software, register: Register) -> None:
    first = software.get("/students?limit=1").get_json()
    assert [student["name"] for student in first["items"]] == ["Eileen Collins"]
    register.students.remove("1")  # removing a student doesn't shift pages
    second = software.get(f"/students?limit=1&after={first['next']}").get_json()
    assert [student["name"] for student in second["items"]] == ["Grace Hopper"]
    assert second["next"] is None


@pytest.mark.parametrize("path", ["/students", "/sessions", "/marks"])
def test_a_page_begins_only_where_another_ended(software: Software, register: Register, path: str) -> None:
    register.marking.mark("1", MarkStatus.PRESENT, by="t", session=register.sessions.today())
    cursor = software.get("/students?limit=1").get_json()["next"]
    for after in ("garbage", "17", "", "%00", "=", f"{cursor}=", cursor[:-1], "ü", "c3R1ZGVudHM"):
        assert is_problem(software.get(f"{path}?after={after}"), 422, "not-as-described"), after
    assert (software.get(f"{path}?after={cursor}").status_code == 200) == (path == "/students")


def test_a_parameter_that_comes_twice_is_refused(software: Software) -> None:
    for query in ("roll_number=1&roll_number=2", "limit=1&limit=1", "active=true&search=x&active=false"):
        answer = software.get(f"/students?{query}")
        assert is_problem(answer, 422, "not-as-described")
        assert query.partition("=")[0] in answer.get_json(force=True)["detail"]


def test_students_are_found(software: Software, register: Register) -> None:
    register.courses.add("Physics", roster=["2"])

    def found(query: str) -> list[str]:
        return [student["roll_number"] for student in software.get(f"/students{query}").get_json()["items"]]

    assert found("?roll_number=2") == ["2"]
    assert found("?roll_number=%EF%BC%92") == ["2"], "in full-width digits"
    assert found("?roll_number=22") == []
    assert found("?search=collins,+\u00c9ileen") == ["1"]
    assert found("?course=physics") == ["2"]
    assert found("?active=false") == []
    assert is_problem(software.get("/students?course=none"), 404, "not-found")
    for wrong in ("?limit=0", "?limit=501", "?limit=x", "?nothing=1", "?active=perhaps"):
        assert is_problem(software.get(f"/students{wrong}"), 422, "not-as-described")


def test_a_student_is_added_without_a_face(software: Software, register: Register) -> None:
    answer = software.post("/students", {**JOHNSON, "guardian_email": "parent@example.com"})
    assert answer.status_code == 201
    student = answer.get_json()["student"]
    assert student["consent"] is None
    assert register.students.get("3").guardian_email == "parent@example.com"
    path = answer.headers["Location"].removeprefix("/api/v1")
    assert software.get(path).get_json() == student


def test_a_student_is_added_with_pictures_in_both_forms(software: Software, register: Register) -> None:
    picture = photo_of(STRANGER)
    added = software.post(
        "/students", {**JOHNSON, "consent": FORM_OF_SEPTEMBER, "images": [base64_of(picture)]}
    )
    assert added.status_code == 201
    assert [photo["status"] for photo in added.get_json()["photos"]] == ["used"]
    other = posted_form(
        software,
        "/students",
        photo_of(6),
        photo_of(6, side=80),
        roll_number="4",
        name="Mary Jackson",
        consent=FORM_OF_SEPTEMBER,
    )
    assert other.status_code == 201
    assert len(other.get_json()["photos"]) == 2
    consent = register.students.get("4").consent
    assert consent is not None
    assert (consent.how, consent.recorded_by) == (FORM_OF_SEPTEMBER, "api:software 0")
    templates = software.get(f"/students/{id_of(register, '4')}/templates").get_json()["items"]
    assert {template["engine"] for template in templates} == {"fake-1"}
    assert "embedding" not in str(templates)


def test_a_roll_number_is_given_once(software: Software) -> None:
    assert is_problem(software.post("/students", {"roll_number": "1"}), 409, "conflict")
    software.post("/students", {"roll_number": "cs-17", "name": "Mae Jemison"})
    twin = software.post("/students", {"roll_number": "CS-17", "name": "Somebody Else"})
    assert is_problem(twin, 409, "conflict")
    assert "is the same as 'cs-17' of another student" in twin.get_json()["detail"]
    taken = {"roll_number": " 1 ", "consent": "x", "images": [base64_of(photo_of(STRANGER))]}
    assert is_problem(software.post("/students", taken), 409, "conflict")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"roll_number": ""},
        {"roll_number": 3},
        {"roll_number": "x" * 65},
        {"roll_number": "3", "name": "x" * 201},
        {"roll_number": "3", "wrong": 1},
        {"roll_number": "3", "images": "x"},
        {"roll_number": "3", "consent": "x", "images": ["no base64!"]},
        {"roll_number": "3", "consent": ""},
    ],
)
def test_what_is_not_as_described_adds_nobody(
    software: Software, register: Register, body: dict[str, object]
) -> None:
    assert is_problem(software.post("/students", body), 422, "not-as-described")
    assert len(register.students.all()) == 2


def test_pictures_without_consent_add_nobody(software: Software, register: Register) -> None:
    answer = software.post("/students", {**JOHNSON, "images": [base64_of(photo_of(STRANGER))]})
    assert is_problem(answer, 422, "not-possible")
    assert len(register.students.all()) == 2


@pytest.mark.parametrize(
    ("picture", "status", "code"),
    [
        (photo_of(STRANGER, problem=PhotoProblem.BLURRED), 422, "photo-unusable"),
        (b"no picture", 422, "photo-unusable"),
        (photo_of(COLLINS), 409, "conflict"),  # it is another student's face
    ],
)
def test_pictures_that_wont_do_add_nobody(
    software: Software, register: Register, picture: bytes, status: int, code: str
) -> None:
    body = {**JOHNSON, "consent": FORM_OF_SEPTEMBER, "images": [base64_of(picture)]}
    answer = software.post("/students", body)
    assert is_problem(answer, status, code)
    assert answer.get_json(force=True)["errors"][0]["where"] == "image 1"
    assert len(register.students.all()) == 2


def test_a_student_is_changed_where_the_call_says_so(software: Software, register: Register) -> None:
    path = f"/students/{id_of(register)}"
    changed = software.patch(path, {"roll_number": "11", "department": "Shuttle"}).get_json()
    assert (changed["roll_number"], changed["name"], changed["department"]) == (
        "11",
        "Eileen Collins",
        "Shuttle",
    )
    assert software.patch(path, {"department": None}).get_json()["department"] is None
    assert software.patch(path, {"active": False}).get_json()["active"] is False
    assert software.patch(path, {}).get_json()["roll_number"] == "11"
    assert is_problem(software.patch(path, {"roll_number": "2"}), 409, "conflict")
    for field in ("email", "guardian_email"):
        assert is_problem(software.patch(path, {field: "no address"}), 422, "not-possible")
        taken = software.post("/students", {**JOHNSON, field: "no address"})
        assert is_problem(taken, 422, "not-possible")
    assert is_problem(software.patch(path, {"id": "x"}), 422, "not-as-described")
    assert is_problem(software.patch("/students/none", {}), 404, "not-found")


@pytest.mark.parametrize("field", ["name", "roll_number", "active"])
def test_null_is_refused_where_nothing_can_be_cleared(
    software: Software, register: Register, field: str
) -> None:
    path, before = f"/students/{id_of(register)}", register.students.get("1")
    answer = software.patch(path, {field: None, "phone": "303 555 0117"})
    assert is_problem(answer, 422, "not-as-described")
    assert answer.get_json(force=True)["errors"][0]["where"] == field
    assert is_problem(software.patch(path, {"name": " "}), 422, "not-as-described")
    assert register.students.get("1") == before


def test_an_exemption_is_read_set_and_noted(software: Software, register: Register) -> None:
    path = f"/students/{id_of(register)}"
    assert software.get(path).get_json()["movement_exempt"] is False
    assert software.patch(path, {"movement_exempt": True}).get_json()["movement_exempt"] is True
    assert software.patch(path, {"phone": "1"}).get_json()["movement_exempt"] is True
    assert software.patch(path, {"movement_exempt": False, "year": "2"}).get_json()["year"] == "2"
    kinds = [each.kind for each in register.student_history.latest(9)]
    assert kinds.count(ChangeKind.MOVEMENT_EXEMPTED) == kinds.count(ChangeKind.MOVEMENT_ASKED) == 1
    assert kinds.count(ChangeKind.DETAILS) == 2


def test_a_change_of_one_field_leaves_the_others(software: Software, register: Register) -> None:
    path = f"/students/{id_of(register)}"
    all_of_them = {
        "email": "e@example.org",
        "phone": "1",
        "department": "Flight",
        "year": "2",
        "image_id": "4",
    }
    software.patch(path, all_of_them)
    changed = software.patch(path, {"name": "Eileen M. Collins"}).get_json()
    assert {field: changed[field] for field in all_of_them} == all_of_them
    cleared = software.patch(path, dict.fromkeys(all_of_them)).get_json()
    assert {cleared[field] for field in all_of_them} == {None}


def test_a_student_is_erased_for_good(software: Software, register: Register) -> None:
    path = f"/students/{id_of(register)}"
    assert software.delete(path).status_code == 200
    assert is_problem(software.delete(path), 404, "not-found")
    assert is_problem(software.get(path), 404, "not-found")


def test_an_erasure_is_certified_as_on_the_page(software: Software, register: Register) -> None:
    student = register.students.get("1")
    headers = {"Idempotency-Key": "k1"}
    first, again = (software.delete(f"/students/{student.id}", headers=headers) for _ in range(2))
    certificate = first.get_json()["certificate"]
    assert again.get_json() == first.get_json(), "a lost answer can be asked for again"
    assert register.receipts.verify(certificate).finding is ReceiptFinding.CERTIFICATE
    assert "Records with details and consent" in certificate
    assert re.search(r"Face templates +1\n", certificate)
    assert f"Head of the audit trail: {register.audit.head()}" in certificate
    assert not any(each in certificate for each in (student.id, student.name))


def test_a_token_that_may_only_write_erases_and_reads_no_counts(
    with_scopes: WithScopes, register: Register
) -> None:
    erased = with_scopes(Scope.STUDENTS_WRITE).delete(f"/students/{id_of(register)}")
    assert (erased.status_code, erased.data) == (204, b"")
    assert register.store.student_by_roll("1") is None


def test_nobody_is_erased_where_nothing_can_be_signed(software: Software, register: Register) -> None:
    student = id_of(register)
    register.receipts = Receipts(register.store, register.clock, None, no_secret)
    assert software.delete(f"/students/{student}").status_code >= 500
    assert register.store.student(student) is not None


def no_secret() -> bytes:
    raise SettingsError("The signing secret is damaged.")


def test_stored_faces_are_in_no_answer_and_go_with_the_templates(
    software: Software, register: Register
) -> None:
    student = id_of(register)
    (crop,) = register.store.crops_of(student)
    for path in (f"/students/{student}", f"/students/{student}/templates", "/students"):
        answer = software.get(path).text
        assert base64_of(crop.jpeg)[40:80] not in answer
        assert not {"crop", "jpeg", "landmarks"} & set(re.findall(r'"(\w+)":', answer))
    assert software.delete(f"/students/{student}/templates").status_code == 204
    assert register.store.crops_of(student) == []


def test_faces_are_added_and_erased(software: Software, register: Register) -> None:
    path = f"/students/{id_of(register)}/templates"
    more = {"images": [base64_of(photo_of(COLLINS, side=90))]}
    assert [photo["status"] for photo in software.post(path, more).get_json()["photos"]] == ["used"]
    assert [photo["status"] for photo in software.post(path, more).get_json()["photos"]] == ["known"]
    assert len(software.get(path).get_json()["items"]) == 2
    assert is_problem(software.post(path, {"images": []}), 422, "not-as-described")
    someone_else = {"images": [base64_of(photo_of(STRANGER))]}
    assert is_problem(software.post(path, someone_else), 422, "photo-unusable")
    assert software.delete(path).status_code == 204
    assert software.get(path).get_json()["items"] == []
    assert register.store.portrait_of(id_of(register)) is None
    assert software.delete(path).status_code == 204


def test_the_same_key_adds_a_student_once(software: Software, register: Register) -> None:
    first = software.post("/students", JOHNSON, key="k1")
    again = software.post("/students", JOHNSON, key="k1")
    assert first.get_json() == again.get_json()
    assert len(register.students.all()) == 3


def test_who_may_read_may_not_write(with_scopes: WithScopes, register: Register) -> None:
    reader = with_scopes(Scope.STUDENTS_READ)
    student = f"/students/{id_of(register)}"
    assert reader.get(student).status_code == 200
    assert is_problem(reader.post("/students", JOHNSON), 403, "scope-missing")
    assert is_problem(reader.patch(student, {}), 403, "scope-missing")
    assert is_problem(reader.delete(student), 403, "scope-missing")
    assert is_problem(reader.post(f"{student}/templates", {}), 403, "scope-missing")
    assert is_problem(with_scopes(Scope.MARKS_READ).get("/students"), 403, "scope-missing")


def test_a_change_for_another_state_is_refused_and_changes_nothing(
    software: Software, register: Register
) -> None:
    student = register.students.get("1").id
    read = software.get(f"/students/{student}")
    tag = read.headers["ETag"]
    first = software.patch(f"/students/{student}", {"phone": "1"}, headers={"If-Match": tag})
    assert (first.status_code, first.headers["ETag"] != tag) == (200, True)
    second = software.patch(f"/students/{student}", {"phone": "2"}, headers={"If-Match": tag})
    assert is_problem(second, 412, "changed-meanwhile")
    erased = software.delete(f"/students/{student}", headers={"If-Match": f'"x", {tag}'})
    assert is_problem(erased, 412, "changed-meanwhile")
    assert software.get(f"/students/{student}").headers["ETag"] == first.headers["ETag"]
    for match in (f'"x", {first.headers["ETag"]}', "*"):
        changed = software.patch(f"/students/{student}", {"year": "2"}, headers={"If-Match": match})
        assert changed.status_code == 200
    assert (
        software.delete(f"/students/{student}", headers={"If-Match": changed.headers["ETag"]}).status_code
        == 200
    )


@pytest.mark.parametrize("match", ["", "x", '"', "W/", 'W/"x"', "\u00e9", "," * 1000])
def test_a_condition_that_no_state_meets_changes_nothing(
    software: Software, register: Register, match: str
) -> None:
    student = register.students.get("1").id
    answer = software.patch(f"/students/{student}", {"phone": "1"}, headers={"If-Match": match})
    assert is_problem(answer, 412, "changed-meanwhile")
    assert register.students.get("1").phone is None


def test_a_tag_that_a_proxy_made_weak_is_refused_with_the_remedy(
    software: Software, register: Register
) -> None:
    path = f"/students/{register.students.get('1').id}"
    tag = software.get(path).headers["ETag"]
    weak = software.patch(path, {"phone": "1"}, headers={"If-Match": f"W/{tag}"})
    assert is_problem(weak, 412, "changed-meanwhile")
    assert "without W/" in weak.get_json()["detail"]
    assert software.patch(path, {"phone": "1"}, headers={"If-Match": tag}).status_code == 200


def test_who_adds_a_student_hears_its_first_tag(software: Software) -> None:
    added = software.post("/students", {"roll_number": "17"}, key="k")
    again = software.post("/students", {"roll_number": "17"}, key="k")
    read = software.get(f"/students/{added.get_json()['student']['id']}")
    assert added.headers["ETag"] == again.headers["ETag"] == read.headers["ETag"]


def test_changes_of_several_fields_at_once_are_all_kept(
    app: Flask, software: Software, register: Register
) -> None:
    student = register.students.get("1").id
    fields = ["name", "email", "phone", "department", "year"]

    def send(field: str) -> int:
        other = Software(app, software.token)
        return max(
            other.patch(f"/students/{student}", {field: f"{n}@example.org"}).status_code for n in range(4)
        )

    with ThreadPoolExecutor(len(fields)) as pool:
        assert set(pool.map(send, fields)) == {200}
    changed = register.students.by_id(student)
    assert [getattr(changed, field) for field in fields] == ["3@example.org"] * len(fields)
