"""Detecting, recognising and verifying faces, with pictures sent in both forms."""

from __future__ import annotations

import base64
import io

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from attendance.accounts.api_tokens import Scope
from attendance.people.new_student import NewStudent
from attendance.register import Register
from attendance.values import Course
from client.software.protocol.guard import JSON
from client.web.parsing.upload import MULTIPART
from face_detection.problems import PhotoProblem
from tests.attendance.fake_pipeline import FULL_BLEND, photo_of, room_of
from tests.attendance.site import COLLINS, HOPPER, STRANGER
from tests.client.software.conftest import Software, WithScopes, is_problem

CALLS = ("/detect", "/recognise", "/verify")


def base64_of(picture: bytes) -> str:
    return base64.b64encode(picture).decode()


def sent(software: Software, path: str, picture: bytes, **more: str) -> TestResponse:
    """Send a picture as JSON."""
    return software.post(path, {"image": base64_of(picture), **more})


def as_form(software: Software, path: str, *pictures: bytes, **more: str) -> TestResponse:
    """Send a picture as a form, in memory."""
    parts: MultiDict[str, object] = MultiDict(more)
    for number, picture in enumerate(pictures):
        parts.add("image", FileStorage(io.BytesIO(picture), f"{number}.jpg"))
    boundary, body = encode_multipart(parts)
    return software.call("POST", path, data=body, content_type=f"{MULTIPART}; boundary={boundary}")


def test_faces_are_found_without_names(software: Software) -> None:
    found = sent(software, "/detect", room_of(photo_of(COLLINS), photo_of(STRANGER, side=80))).get_json()
    assert [round(face["box"][2] - face["box"][0]) for face in found["faces"]] == [80, 64]
    assert all(len(face["landmarks"]) == 5 for face in found["faces"])
    assert found["width"] > found["height"]
    assert "Collins" not in str(found)


def test_both_forms_and_a_data_url_say_the_same(software: Software) -> None:
    picture = room_of(photo_of(COLLINS))
    plain = sent(software, "/recognise", picture)
    url = software.post("/recognise", {"image": f"data:image/png;base64,{base64_of(picture)}"})
    assert plain.status_code == 200
    assert plain.get_json() == url.get_json() == as_form(software, "/recognise", picture).get_json()


def test_all_faces_are_named(software: Software) -> None:
    picture = room_of(
        photo_of(COLLINS),
        photo_of(STRANGER),
        photo_of(HOPPER, blend=FULL_BLEND),
        photo_of(HOPPER, problem=PhotoProblem.BLURRED),
    )
    faces = sent(software, "/recognise", picture).get_json()["faces"]
    assert [face["outcome"] for face in faces] == ["match", "unknown", "doubtful", "unfit"]
    (match,) = faces[0]["candidates"]
    assert (match["roll_number"], match["name"], match["score"]) == ("1", "Eileen Collins", 1.0)
    assert faces[1]["candidates"] == []
    assert faces[2]["candidates"][0]["name"] == "Grace Hopper"
    assert faces[3]["problem"] == "blurred"


def test_one_course_can_be_searched(software: Software, register: Register) -> None:
    hopper_only: Course = register.courses.add("Physics", roster=["2"])
    told = sent(software, "/recognise", room_of(photo_of(COLLINS)), course=hopper_only.id).get_json()
    assert [face["outcome"] for face in told["faces"]] == ["unknown"]
    assert is_problem(
        sent(software, "/recognise", room_of(photo_of(COLLINS)), course="none"), 404, "not-found"
    )


def test_exactly_one_face_may_be_asked_for(software: Software) -> None:
    told = sent(software, "/recognise", photo_of(COLLINS), faces="one").get_json()
    assert told["faces"][0]["candidates"][0]["name"] == "Eileen Collins"
    several = photo_of(COLLINS, problem=PhotoProblem.SEVERAL_FACES)
    assert is_problem(sent(software, "/recognise", several, faces="one"), 422, "several-faces")
    none = photo_of(COLLINS, problem=PhotoProblem.NO_FACE)
    assert is_problem(sent(software, "/recognise", none, faces="one"), 422, "no-face")
    dark = photo_of(COLLINS, problem=PhotoProblem.TOO_DARK)
    assert is_problem(sent(software, "/recognise", dark, faces="one"), 422, "photo-unusable")
    assert is_problem(sent(software, "/recognise", dark, faces="two"), 422, "not-as-described")


@pytest.mark.parametrize(
    ("picture", "claim"),
    [
        (photo_of(COLLINS), "confirmed"),
        (photo_of(COLLINS, blend=FULL_BLEND), "unsure"),
        (photo_of(HOPPER), "refuted"),
    ],
)
def test_a_claim_is_verified(software: Software, picture: bytes, claim: str) -> None:
    assert sent(software, "/verify", picture, roll_number="1").get_json()["claim"] == claim
    assert as_form(software, "/verify", picture, roll_number="\uff11").get_json()["claim"] == claim


@pytest.mark.parametrize("path", ["/recognise", "/verify"])
def test_scores_have_four_decimals(software: Software, path: str) -> None:
    picture = photo_of(COLLINS, blend=FULL_BLEND)
    more = {"student": "1"} if path == "/verify" else {}
    answer = sent(software, path, picture, **more).get_json()
    faces = answer.get("faces", [])
    scores = [answer["score"]] if path == "/verify" else [face["best_score"] for face in faces]
    scores += [each["score"] for face in faces for each in face["candidates"]]
    assert scores
    assert all(score == round(score, 4) for score in scores)


def test_what_can_not_be_verified_says_why(software: Software, register: Register) -> None:
    several = photo_of(COLLINS, problem=PhotoProblem.SEVERAL_FACES)
    assert is_problem(sent(software, "/verify", several, roll_number="1"), 422, "several-faces")
    assert is_problem(sent(software, "/verify", photo_of(COLLINS), roll_number="77"), 404, "not-found")
    assert is_problem(sent(software, "/verify", photo_of(COLLINS)), 422, "not-as-described")
    register.students.add(NewStudent("3", "Katherine Johnson"))
    assert is_problem(sent(software, "/verify", photo_of(COLLINS), roll_number="3"), 409, "conflict")


@pytest.mark.parametrize("path", CALLS)
@pytest.mark.parametrize("image", [None, 1, "", "no base64!", "====", [], {}, "data:image/png;base64,"])
def test_what_is_no_base64_is_refused(software: Software, path: str, image: object) -> None:
    answer = software.post(
        path, {"image": image, "roll_number": "1"} if path == "/verify" else {"image": image}
    )
    assert is_problem(answer, 422, "not-as-described")
    assert answer.get_json(force=True)["errors"][0]["where"] == "image"


@pytest.mark.parametrize("path", CALLS)
def test_what_is_no_picture_is_refused(software: Software, path: str) -> None:
    more = {"roll_number": "1"} if path == "/verify" else {}
    assert is_problem(sent(software, path, b"no picture", **more), 422, "photo-unusable")
    assert is_problem(as_form(software, path, b"no picture", **more), 422, "photo-unusable")


@pytest.mark.parametrize("path", CALLS)
def test_a_form_has_one_picture(software: Software, path: str) -> None:
    more = {"roll_number": "1"} if path == "/verify" else {}
    assert is_problem(as_form(software, path, **more), 422, "not-as-described")
    two = as_form(software, path, photo_of(COLLINS), photo_of(HOPPER), **more)
    assert is_problem(two, 422, "not-as-described")
    assert is_problem(as_form(software, path, b"", **more), 422, "not-as-described")


@pytest.mark.parametrize("path", CALLS)
def test_twenty_megabytes_are_too_many(software: Software, path: str) -> None:
    assert is_problem(sent(software, path, b"x" * 15_000_000), 413, "too-large")
    assert is_problem(as_form(software, path, b"x" * 20_000_000), 413, "too-large")


@pytest.mark.parametrize("path", CALLS)
def test_another_scope_sees_nothing(with_scopes: WithScopes, path: str) -> None:
    reader = with_scopes(Scope.STUDENTS_READ, Scope.LIVE)
    assert is_problem(sent(reader, path, photo_of(COLLINS)), 403, "scope-missing")


def test_nothing_is_kept(software: Software, register: Register) -> None:
    sent(software, "/recognise", room_of(photo_of(COLLINS)))
    assert register.store.marks(register.sessions.today().id) == []
    assert register.snapshots.names() == []


def test_the_document_shows_both_forms(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").get_json()
    content = document["paths"]["/api/v1/verify"]["post"]["requestBody"]["content"]
    for kind, name, picture in ((JSON, "VerifyBody", "byte"), (MULTIPART, "VerifyForm", "binary")):
        assert content[kind]["schema"] == {"$ref": f"#/components/schemas/{name}"}
        schema = document["components"]["schemas"][name]
        assert schema["properties"]["image"]["format"] == picture
        assert schema["properties"]["roll_number"]["deprecated"] is True
        assert schema["required"] == ["image"]
