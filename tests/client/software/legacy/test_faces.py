"""/detect_face and /recognize, as clients of other systems call them."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace

import pytest
from PIL import Image

from attendance.accounts.api_tokens import Scope
from attendance.people.new_student import NewStudent
from attendance.recognition import recogniser
from attendance.register import Register
from attendance.values import MarkMethod, MarkStatus, Role
from face_detection.decoding.decode_slots import DecodeSlots
from face_detection.problems import PhotoProblem
from tests.attendance.fake_pipeline import FULL_BLEND, photo_of, room_of
from tests.attendance.site import COLLINS, HOPPER, STRANGER
from tests.client.signed_in import SignedIn, SignIn
from tests.client.software.legacy.conftest import ELSEWHERE, OldClient, WithScopes, data_url, failed, page_of

PATHS = ("/detect_face", "/recognize")
ROOM = room_of(photo_of(COLLINS), photo_of(STRANGER, side=80))


@pytest.mark.parametrize("body", [b"", b"no JSON", b"x" * 9_000_000])
def test_without_a_token_nothing_is_even_read(nobody: OldClient, body: bytes) -> None:
    answer = nobody.body("/detect_face", body, "application/json")
    assert failed(answer, 401, "token-missing", "recognise", "ATTENDANCE_ANONYMOUS_FACES=on")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.usefixtures("open_to_all")
def test_where_it_is_open_anybody_hears_where_faces_are_and_nobody_whose(nobody: OldClient) -> None:
    answer = nobody.json("/detect_face", image=data_url(ROOM))
    assert answer.status_code == 200
    assert answer.get_json() == {
        "success": True,
        "faces": [
            {"x": 112, "y": 16, "width": 80, "height": 80, "name": None, "status": "detected"},
            {"x": 16, "y": 16, "width": 64, "height": 64, "name": None, "status": "detected"},
        ],
        "total_faces": 2,
    }


@pytest.mark.usefixtures("open_to_all")
def test_anonymous_pictures_wait_for_each_other_and_nobody_for_them(
    nobody: OldClient, old_client: OldClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    slots = DecodeSlots(1, wait_seconds=0.01)
    monkeypatch.setattr(recogniser, "ANONYMOUS_SLOTS", slots)
    picture = data_url(ROOM)
    with ThreadPoolExecutor(1) as elsewhere, ExitStack() as held:
        elsewhere.submit(held.enter_context, slots.slot()).result()
        assert failed(nobody.json("/detect_face", image=picture), 503, "try-later")
        assert old_client.json("/detect_face", image=picture).status_code == 200
        assert old_client.json("/recognize", image=data_url(photo_of(COLLINS))).status_code == 200
        elsewhere.submit(held.close).result()
    assert nobody.json("/detect_face", image=picture).status_code == 200


@pytest.mark.usefixtures("open_to_all")
def test_a_large_picture_is_answered_in_its_own_pixels(nobody: OldClient) -> None:
    room = Image.new("RGB", (2560, 1920), (255, 255, 255))
    room.paste(Image.open(io.BytesIO(photo_of(COLLINS, side=400))), (1200, 800))
    out = io.BytesIO()
    room.save(out, "PNG")
    (face,) = nobody.json("/detect_face", image=data_url(out.getvalue())).get_json()["faces"]
    for name, place in {"x": 1200, "y": 800, "width": 400, "height": 400}.items():
        assert face[name] == pytest.approx(place, abs=8)


def test_a_token_hears_names(with_scopes: WithScopes) -> None:
    picture = room_of(
        photo_of(COLLINS),
        photo_of(STRANGER),
        photo_of(HOPPER, blend=FULL_BLEND),
        photo_of(HOPPER, problem=PhotoProblem.BLURRED),
    )
    told = with_scopes(Scope.RECOGNISE).json("/detect_face", image=data_url(picture)).get_json()
    assert [(face["name"], face["status"]) for face in told["faces"]] == [
        ("Eileen Collins", "recognized"),
        (None, "unknown"),
        (None, "doubtful"),
        (None, "unfit"),
    ]
    assert told["faces"][3]["problem"] == "blurred"


def test_a_page_of_ours_hears_names_too(teacher: SignedIn) -> None:
    told = page_of(teacher).json("/detect_face", image=data_url(ROOM)).get_json()
    assert [face["name"] for face in told["faces"]] == [None, "Eileen Collins"]


def test_nothing_is_marked_by_looking(old_client: OldClient, register: Register) -> None:
    old_client.json("/detect_face", image=data_url(ROOM))
    assert register.store.marks(register.sessions.today().id) == []


def test_a_teacher_hears_the_names_of_their_own_students_alone(sign_in: SignIn, register: Register) -> None:
    hers, other = sign_in(), sign_in()
    course = register.courses.add("Physics", roster=["2"], teachers=[hers.user.id])
    both = data_url(room_of(photo_of(COLLINS), photo_of(HOPPER)))

    def names(client: OldClient, **more: str) -> list[str | None]:
        faces = client.json("/detect_face", image=both, **more).get_json()["faces"]
        return [face["name"] for face in faces]

    assert names(page_of(hers)) == [None, "Grace Hopper"], "no session is open"
    assert names(page_of(other)) == [None, None]
    assert names(page_of(sign_in(role=Role.ADMIN))) == ["Eileen Collins", "Grace Hopper"]
    session = register.class_sessions.open_now(course.id, by="Ada")
    assert names(page_of(hers)) == [None, "Grace Hopper"]
    assert names(page_of(hers), session=session.id) == [None, "Grace Hopper"]
    answer = page_of(other).json("/detect_face", image=both, session=session.id)
    assert failed(answer, 404, "not-found")


def test_one_face_is_marked(old_client: OldClient, register: Register) -> None:
    answer = old_client.json("/recognize", image=data_url(photo_of(COLLINS)))
    assert answer.status_code == 200
    student = register.students.get("1")
    assert answer.get_json() == {
        "success": True,
        "message": "Eileen Collins is marked present.",
        "student_info": {
            "id": student.id,
            "roll_no": "1",
            "name": "Eileen Collins",
            "email": None,
            "phone": None,
            "department": None,
            "year": None,
            "status": "present",
            "time": "2026-11-23T09:02:00+01:00",
        },
    }
    (mark,) = register.store.marks(register.sessions.today().id)
    assert (mark.status, mark.method, mark.score) == (MarkStatus.PRESENT, MarkMethod.FACE, 1.0)
    assert mark.history[0].by == "api:client 0"


@pytest.mark.parametrize(
    ("more", "names", "details"),
    [((), False, False), ((Scope.MARKS_READ,), True, False), ((Scope.STUDENTS_READ,), True, True)],
)
def test_a_client_hears_only_what_its_token_may_read(
    with_scopes: WithScopes, register: Register, more: tuple[Scope, ...], *, names: bool, details: bool
) -> None:
    person = NewStudent("1", "Eileen Collins", phone="303 555 0117")
    register.students.change(register.students.get("1").id, person, active=True)
    register.sessions.today()
    client = with_scopes(Scope.MARKS_WRITE, *more)
    told = client.json("/recognize", image=data_url(photo_of(COLLINS))).get_json()
    info = told["student_info"]
    assert info["status"] == "present"
    assert info["name"] == ("Eileen Collins" if names else None)
    assert info["phone"] == ("303 555 0117" if details else None)
    assert ("Eileen Collins" in told["message"]) is names


def test_a_teacher_hears_details_of_their_own_students_only(sign_in: SignIn, register: Register) -> None:
    for roll_number in ("1", "2"):
        student = register.students.get(roll_number)
        register.store.update_student(replace(student, phone="303 555 0117"))
    hers, session = sign_in(enrols=True), register.sessions.today().id
    register.courses.add("Physics", teachers=[hers.user.id], roster=["2"])
    phones = [
        page_of(hers)
        .json("/recognize", image=data_url(photo_of(person)), session=session)
        .get_json()["student_info"]["phone"]
        for person in (COLLINS, HOPPER)
    ]
    assert phones == [None, "303 555 0117"]


def test_a_second_time_the_mark_stays(old_client: OldClient, register: Register) -> None:
    picture = data_url(photo_of(COLLINS))
    first = old_client.json("/recognize", image=picture).get_json()
    second = old_client.json("/recognize", image=picture)
    assert second.get_json()["message"] == "Eileen Collins was already marked present."
    assert second.get_json()["student_info"] == first["student_info"]
    assert len(register.store.marks(register.sessions.today().id)) == 1


@pytest.mark.parametrize(
    ("status", "words"),
    [("absent", "marked you absent"), ("excused", "excused you"), ("withdrawn", "removed your mark")],
)
def test_polling_changes_nothing_that_a_teacher_decided(
    old_client: OldClient, register: Register, status: str, words: str
) -> None:
    session = register.sessions.today()
    register.marking.mark("1", MarkStatus(status), by="teacher", session=session)
    for _ in range(3):
        answer = old_client.json("/recognize", image=data_url(photo_of(COLLINS)))
        assert answer.status_code == 409
        assert answer.get_json() == {
            "success": False,
            "code": "conflict",
            "message": f"Eileen Collins was recognised. Your teacher {words}: ask your teacher.",
        }
    mark = register.store.mark(session.id, register.students.get("1").id)
    assert mark is not None
    assert (mark.status.value, mark.version) == (status, 2)  # and one note that she was seen


def test_general_is_meant_only_while_no_other_session_is_open(
    old_client: OldClient, register: Register
) -> None:
    general = register.sessions.today()
    course = register.courses.add("Physics", roster=["1"])
    session = register.class_sessions.open_now(course.id, by="t")
    assert old_client.json("/recognize", image=data_url(photo_of(COLLINS))).status_code == 200
    assert len(register.store.marks(session.id)) == 1
    assert register.store.marks(general.id) == []


def test_a_page_of_ours_marks_in_its_users_name(teacher: SignedIn, register: Register) -> None:
    assert page_of(teacher).json("/recognize", image=data_url(photo_of(HOPPER))).status_code == 200
    (mark,) = register.store.marks(register.sessions.today().id)
    assert mark.history[0].by == teacher.user.id


@pytest.mark.parametrize(
    ("picture", "failure"),
    [
        (photo_of(COLLINS, problem=PhotoProblem.NO_FACE), (422, "no-face", "No face")),
        (photo_of(COLLINS, problem=PhotoProblem.SEVERAL_FACES), (422, "several-faces", "several faces")),
        (photo_of(COLLINS, problem=PhotoProblem.TOO_DARK), (422, "photo-unusable", "too_dark")),
        (photo_of(STRANGER), (404, "not-found", "No student of General")),
        (photo_of(COLLINS, blend=FULL_BLEND), (409, "conflict", "one of several")),
    ],
)
def test_who_is_not_recognised_for_sure_is_not_marked(
    old_client: OldClient, register: Register, picture: bytes, failure: tuple[int, str, str]
) -> None:
    assert failed(old_client.json("/recognize", image=data_url(picture)), *failure)
    assert register.store.marks(register.sessions.today().id) == []


def test_where_not_just_one_session_is_open_the_client_has_to_say_which(
    old_client: OldClient, register: Register
) -> None:
    picture = data_url(photo_of(HOPPER))
    physics, maths = (register.courses.add(name, roster=["2"]) for name in ("Physics", "Maths"))
    assert failed(old_client.json("/recognize", image=picture), 409, "conflict", "No session is open")
    one = register.class_sessions.open_now(physics.id, by="Ada")
    assert old_client.json("/recognize", image=picture).status_code == 200
    two = register.class_sessions.open_now(maths.id, by="Ada")
    answer = old_client.json("/recognize", image=picture)
    assert failed(answer, 409, "conflict", one.id, two.id)
    assert old_client.json("/recognize", image=picture, session=two.id).status_code == 200
    assert len(register.store.marks(two.id)) == 1
    unknown = old_client.json("/recognize", image=picture, session="nowhere")
    assert failed(unknown, 404, "not-found", "nowhere")


def test_a_closed_session_takes_no_mark(old_client: OldClient, register: Register) -> None:
    session = register.sessions.today()
    register.closing.close(session.id, by="Ada")
    picture = data_url(photo_of(COLLINS))
    answer = old_client.json("/recognize", image=picture, session=session.id)
    assert failed(answer, 409, "conflict", "not open")
    register.cancelling.cancel(session.id, by="Ada")
    answer = old_client.json("/recognize", image=picture, session=session.id)
    assert failed(answer, 409, "conflict", "was cancelled")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "image",
    [None, 17, "", "no base64!", "====", [], ["a"], {}, "data:,", "data:image/png;base64,", "\ud800", True],
)
def test_what_is_no_picture_in_base64_is_refused(old_client: OldClient, path: str, image: object) -> None:
    assert failed(old_client.json(path, image=image), 422, "not-as-described", "image")


@pytest.mark.parametrize("path", PATHS)
def test_what_is_no_picture_is_refused(old_client: OldClient, path: str) -> None:
    assert failed(old_client.json(path, image=data_url(b"GIF89a, or not")), 422, "photo-unusable")
    assert failed(old_client.json(path, image=data_url(photo_of(1)[:60])), 422, "photo-unusable")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b'"image"',
        b"{",
        b"\xff\xfe",
        b'{"image": NaN}',
        b"[" * 200_000,
        b'{"a":' * 90_000,
    ],
)
def test_what_is_no_json_object_is_refused(old_client: OldClient, path: str, body: bytes) -> None:
    assert failed(old_client.body(path, body, "application/json"), 400, "bad-request", "one JSON object")


@pytest.mark.parametrize("path", PATHS)
def test_another_content_type_is_named(old_client: OldClient, path: str) -> None:
    picture = photo_of(COLLINS)
    assert failed(old_client.body(path, picture, "image/png"), 415, "wrong-content-type", "image/png")
    assert failed(old_client.body(path, picture, None), 415, "wrong-content-type", "without a content type")
    wanted = b'{"image": "%s"}' % data_url(photo_of(COLLINS)).encode()
    assert old_client.body(path, wanted, "application/json; charset=utf-8").status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_twenty_megabytes_are_too_many(old_client: OldClient, path: str) -> None:
    assert failed(old_client.json(path, image=data_url(b"x" * 15_000_000)), 413, "too-large", "10 MB")


@pytest.mark.parametrize("path", PATHS)
def test_further_fields_are_passed_over(old_client: OldClient, path: str) -> None:
    picture = data_url(photo_of(COLLINS))
    assert old_client.json(path, image=picture, timestamp=1, session="", course=[]).status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_a_slash_at_the_end_changes_nothing(old_client: OldClient, path: str) -> None:
    picture = data_url(photo_of(COLLINS))
    with_slash = old_client.json(f"{path}/", image=picture)
    assert with_slash.status_code == 200
    assert with_slash.get_json()["success"] is True


@pytest.mark.parametrize("path", PATHS)
def test_who_may_not_call_hears_why(
    path: str, nobody: OldClient, with_scopes: WithScopes, teacher: SignedIn
) -> None:
    picture = data_url(photo_of(COLLINS))
    nobody.headers = {"Authorization": "Bearer fa_nobody-made-this"}
    wrong = nobody.json(path, image=picture)
    assert failed(wrong, 401, "token-invalid")
    assert wrong.headers["WWW-Authenticate"].startswith("Bearer")
    nobody.headers = {"Authorization": "Basic YTpi"}
    assert failed(nobody.json(path, image=picture), 401, "token-missing")
    reader = with_scopes(Scope.STUDENTS_READ, Scope.LIVE)
    assert failed(reader.json(path, image=picture), 403, "scope-missing")
    for origin in (ELSEWHERE, "null", "http://localhost.other.example", "https://localhost"):
        stolen = page_of(teacher, origin).json(path, image=picture)
        assert failed(stolen, 401, "token-missing", "another site"), origin
    no_page = page_of(teacher)
    no_page.headers = {}
    assert failed(no_page.json(path, image=picture), 401, "token-missing")
    no_page.headers = {"Sec-Fetch-Site": "same-origin"}
    assert failed(no_page.json(path, image=picture), 401, "token-missing"), "a browser names its page"


def test_recognizing_needs_somebody(nobody: OldClient, register: Register) -> None:
    answer = nobody.json("/recognize", image=data_url(photo_of(COLLINS)))
    assert failed(answer, 401, "token-missing", "marks:write")
    assert register.store.marks(register.sessions.today().id) == []


@pytest.mark.parametrize("path", PATHS)
def test_no_token_is_taken_where_others_can_read_it(old_client: OldClient, path: str) -> None:
    answer = old_client.client.post(
        path,
        json={"image": data_url(photo_of(COLLINS))},
        headers=old_client.headers,
        environ_base={"REMOTE_ADDR": "192.168.1.7"},
    )
    assert failed(answer, 403, "not-secure")


@pytest.mark.parametrize("path", PATHS)
def test_there_is_nothing_to_read(old_client: OldClient, path: str) -> None:
    assert old_client.get(path).status_code == 405
