"""Other software, such as a school's portal, records consents and objections."""

from __future__ import annotations

from attendance.register import Register
from tests.client.software.conftest import Software

GIVEN = {
    "how": "portal, form 17",
    "giver": "guardian",
    "form": "online",
    "given_on": "2026-11-20",
    "valid_until": "2027-07-31",
    "guardian": "Ann Collins",
}


def test_consents_and_objections_are_recorded_and_taken_back(software: Software, register: Register) -> None:
    path = f"/students/{register.students.get('1').id}"
    answer = software.post(f"{path}/consents", GIVEN)
    about = answer.get_json()
    assert (answer.status_code, answer.headers["ETag"]) == (200, software.get(path).headers["ETag"])
    assert about["guardian_name"] == "Ann Collins"
    [other] = about["other_consents"]
    assert {name: other[name] for name in other if name != "given_at"} == {
        name: GIVEN[name] for name in GIVEN if name != "guardian"
    }
    objected = software.post(f"{path}/objections", {"objector": "guardian", "how": "by e-mail"}).get_json()
    assert (objected["consent"], [each["objector"] for each in objected["objections"]]) == (
        None,
        ["guardian"],
    )
    assert register.students.details("1").templates == 0
    refused = software.post(f"{path}/consents", {"how": "signed", "giver": "student"})
    assert (refused.status_code, "A guardian objects" in refused.get_json()["detail"]) == (409, True)
    back = software.post(f"{path}/objections/undo", {"objector": "guardian"})
    assert (back.status_code, back.get_json()["objections"]) == (200, [])
    assert back.get_json()["consent"]["how"] == "signed form"


def test_what_is_wrong_is_refused(software: Software) -> None:
    for body, status in [
        ({"how": "", "giver": "guardian"}, 422),
        ({"how": "form", "giver": "teacher"}, 422),
        ({"how": "form", "valid_until": "2020-01-01"}, 422),
        ({"how": "form", "given_on": "soon"}, 422),
    ]:
        assert software.post("/students/1/consents", body).status_code == status, body
    assert software.post("/students/99/objections", {"objector": "student"}).status_code == 404
    assert software.post("/students/1/objections/undo", {"objector": "teacher"}).status_code == 422


def test_consent_in_the_old_form_is_one_of_nobody_in_particular(software: Software) -> None:
    body = {"roll_number": "77", "name": "Student", "consent": "signed form"}
    student = software.post("/students", body).get_json()["student"]
    consent = student["consent"]
    assert (consent["how"], consent["giver"], consent["form"]) == ("signed form", "unstated", "unstated")
    assert (consent["given_on"], consent["valid_until"]) == (None, None)
