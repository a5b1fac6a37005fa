"""What a program with a generated client changes, and what it leaves as it was."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from attendance.register import Register
from face_detection.problems import PhotoProblem
from tests.attendance.fake_pipeline import FULL_BLEND, photo_of, room_of
from tests.attendance.site import COLLINS, HOPPER, STRANGER
from tests.client.examples import DOCS, blocks
from tests.client.served_app import serving
from tests.client.software.conftest import Document, Software
from tests.client.software.generated.conftest import MakeProgram
from tests.client.software.generated.driver import Generated, Program
from tests.client.software.generated.world import COURSE, World

JOHNSON = 12  # not enrolled


def file_of(program: Program, photo: bytes, name: str | None = "face.png") -> Any:
    """A photo as a generated client uploads it."""
    return program.types.File(io.BytesIO(photo), name, "image/png")


def test_a_change_of_one_field_leaves_a_students_others(make_program: MakeProgram, world: World) -> None:
    software = make_program()
    before = software.call("get_student", world.student).parsed
    change = software.models.StudentChange(phone="303 555 0117")
    after = software.call("change_student", world.student, body=change).parsed
    assert after.to_dict() == {**before.to_dict(), "phone": "303 555 0117"}
    assert before.email == "eileen@example.org"
    cleared = software.call(
        "change_student", world.student, body=software.models.StudentChange(email=None)
    ).parsed
    assert cleared.to_dict() == {**after.to_dict(), "email": None}


def test_a_change_of_one_field_leaves_a_courses_others(make_program: MakeProgram, world: World) -> None:
    software = make_program()
    models = software.models
    meeting = models.Meeting(weekday=0, start="09:00", minutes=90)
    change = models.CourseChange(schedule=[meeting], late_after_minutes=10)
    before = software.call("change_course", COURSE, body=change).parsed
    after = software.call("change_course", COURSE, body=models.CourseChange(name="Physics I")).parsed
    assert after.to_dict() == {**before.to_dict(), "name": "Physics I"}
    assert (after.schedule, after.students) == ([meeting], 2)
    unchecked = models.CourseChange(liveness=models.LivenessMode.OFF, spot_check=True)
    loose = software.call("change_course", COURSE, body=unchecked).parsed
    assert loose.to_dict() == {**after.to_dict(), "liveness": "off", "spot_check": True}
    cleared = software.call("change_course", COURSE, body=models.CourseChange(late_after_minutes=None)).parsed
    assert cleared.to_dict() == {**loose.to_dict(), "late_after_minutes": None}


def test_an_empty_change_changes_nothing(make_program: MakeProgram, world: World) -> None:
    software = make_program()
    for name, change, of in (
        ("student", software.models.StudentChange(), world.student),
        ("course", software.models.CourseChange(), COURSE),
    ):
        before = software.call(f"get_{name}", of)
        answer = software.call(f"change_{name}", of, body=change)
        assert answer.request.content == b"{}"
        assert answer.parsed == before.parsed


def test_a_form_sends_what_was_given_and_no_more(make_program: MakeProgram, register: Register) -> None:
    software = make_program()
    form = software.models.NewStudentForm(
        "17",
        name="Katherine Johnson",
        consent="signed form",
        images=[file_of(software, photo_of(JOHNSON, side=side)) for side in (64, 65)],
    )
    added = software.call("add_student", body=form).parsed
    assert [photo.status.value for photo in added.photos] == ["used", "used"]
    student = register.students.get("17")
    assert (student.name, student.email, student.phone, student.image_id) == (
        "Katherine Johnson",
        None,
        None,
        None,
    )
    assert len(software.call("list_templates", student.id).parsed.items) == 2


def test_a_form_has_no_field_that_would_be_sent_as_the_word_none(document: Document) -> None:
    forms = {
        content["multipart/form-data"]["schema"]["$ref"].rpartition("/")[2]
        for path in document["paths"].values()
        for call in path.values()
        if "multipart/form-data" in (content := call.get("requestBody", {}).get("content", {}))
    }
    assert forms == {"NewStudentForm", "PhotosForm", "DetectForm", "RecogniseForm", "VerifyForm"}
    for name in forms:
        for field, schema in document["components"]["schemas"][name]["properties"].items():
            assert "anyOf" not in schema, f"{name}.{field}"


def test_a_file_without_a_name_is_refused_with_the_remedy(make_program: MakeProgram) -> None:
    software = make_program()
    body = software.models.DetectForm(file_of(software, photo_of(COLLINS), None))
    problem = software.call("detect_faces", body=body).parsed
    assert problem.status == 422
    assert problem.errors[0].where == "image"
    assert "file name" in problem.errors[0].message


def test_a_picture_in_base64_is_the_same_picture(make_program: MakeProgram) -> None:
    software = make_program()
    photo = photo_of(COLLINS)
    text = base64.b64encode(photo).decode()
    of_file = software.call("detect_faces", body=software.models.DetectForm(file_of(software, photo)))
    assert software.call("detect_faces", body=software.models.DetectBody(text)).parsed == of_file.parsed


def test_every_outcome_of_a_face_is_of_its_class(make_program: MakeProgram) -> None:
    software = make_program()
    models = software.models
    room = room_of(
        photo_of(COLLINS),
        photo_of(HOPPER, blend=FULL_BLEND),
        photo_of(STRANGER),
        photo_of(COLLINS, problem=PhotoProblem.BLURRED),
    )
    named = software.call("recognise_faces", body=models.RecogniseForm(file_of(software, room))).parsed
    assert {face.outcome for face in named.faces} == set(models.Outcome)
    assert {face.problem for face in named.faces} == {None, models.PhotoProblem.BLURRED}
    assert all(type(each) is models.StudentScore for face in named.faces for each in face.candidates)
    assert all(len(face.box) == 4 and len(face.landmarks[0]) == 2 for face in named.faces)


def test_a_page_leads_to_the_next(make_program: MakeProgram, world: World) -> None:
    software = make_program()
    first = software.call("list_students", limit=1).parsed
    second = software.call("list_students", limit=1, after=first.next_).parsed
    assert [student.roll_number for page in (first, second) for student in page.items] == ["1", "2"]
    assert second.next_ is None


def test_the_tag_of_a_response_is_the_condition_of_a_change(make_program: MakeProgram, world: World) -> None:
    software = make_program()
    tag = software.call("get_student", world.student).response.headers["ETag"]
    change = software.models.StudentChange(year="3")
    assert software.call("change_student", world.student, body=change, if_match=tag).parsed.year == "3"
    again = software.call("change_student", world.student, body=change, if_match=tag).parsed
    assert again.code is software.models.ProblemCode.CHANGED_MEANWHILE


def test_a_key_does_a_write_once(make_program: MakeProgram, world: World, register: Register) -> None:
    software = make_program()
    body = software.models.NewStudentBody("17", name="Katherine Johnson")
    first, again = (software.call("add_student", body=body, idempotency_key="key-1") for _ in range(2))
    assert first.parsed == again.parsed
    assert again.response.headers["Idempotency-Replayed"] == "true"
    assert len(register.students.all()) == 3


def test_without_the_added_line_the_generated_code_is_broken(generated: Generated) -> None:
    """The generator forgets to import a name. Once it doesn't, docs/api.md and the fixture need no line."""
    module = generated.calls["detect_faces"]
    line, _, source = Path(module.__file__ or "").read_text("utf-8").partition("\n")
    assert line == "from __future__ import annotations"
    with pytest.raises(NameError, match="Unset"):
        exec(compile(source, "detect_faces", "exec", dont_inherit=True), {"__package__": module.__package__})


@pytest.mark.server
def test_the_example_in_the_docs_works_as_it_is(
    generated: Generated, app: Flask, software: Software, world: World, register: Register
) -> None:
    (code,) = blocks((DOCS / "api.md").read_text("utf-8"), "py")
    with serving(app) as port:
        given = {"SERVER": f"http://127.0.0.1:{port}", "TOKEN": software.token, "student": world.student}
        exec(code, given)
    assert register.students.by_id(world.student).phone == "303 555 0117"
