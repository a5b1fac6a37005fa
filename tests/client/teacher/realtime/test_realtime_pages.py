"""The live page: whom it is for, which session it opens, and that a kiosk opens nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from attendance.errors import StoreUnavailableError
from attendance.register import Register
from attendance.store.sqlite.store import SQLiteStore
from attendance.values import Course, MarkStatus, Role, Session
from tests.attendance.frozen_clock import FrozenClock
from tests.client.access.test_access import routes
from tests.client.signed_in import PASSWORD, SignedIn, SignIn

PIN = "2580"
COOKIE = "attendance_login"
JSON = {"Accept": "application/json"}


@pytest.fixture
def course(register: Register) -> Course:
    return register.courses.add("Physics", roster=["1", "2"])


@pytest.fixture
def session(register: Register, course: Course) -> Session:
    return register.class_sessions.open_now(course.id, by="teacher")


@pytest.fixture
def kiosk(teacher: SignedIn, session: Session) -> SignedIn:
    """A teacher's browser that is locked."""
    return locked(teacher, session)


def at(session: Session) -> str:
    """The address of a session's live page, as links have it."""
    return f"/realtime/{quote(session.id, safe='')}"


def locked(browser: SignedIn, session: Session, pin: str = PIN) -> SignedIn:
    answer = browser.post(f"/realtime/{session.id}/kiosk", {"pin": pin, "again": pin})
    assert answer.headers["Location"] == "/realtime/kiosk"
    return browser


def unlock(browser: SignedIn, **typed: str) -> int:
    """Type something at the kiosk; the status."""
    return browser.client.post(
        "/realtime/kiosk/open", data={"csrf_token": token_of(browser), **typed}
    ).status_code


def token_of(browser: SignedIn) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/realtime/kiosk").text)
    assert found is not None
    return found[1]


# --- which session ------------------------------------------------------------------------------


def test_generals_session_makes_no_choice_of_the_one_that_somebody_opened(
    teacher: SignedIn, register: Register
) -> None:
    general = register.sessions.today()
    assert teacher.get("/realtime/").headers["Location"] == at(general)
    course = register.courses.add("Physics", roster=["1", "2"])
    opened = register.class_sessions.open_now(course.id, by="teacher")
    assert general.is_open(register.clock.now())
    assert teacher.get("/realtime/").headers["Location"] == at(opened)


@pytest.mark.parametrize("path", ["/realtime", "/realtime/"])
def test_the_one_session_that_is_open_is_opened(teacher: SignedIn, session: Session, path: str) -> None:
    answer = teacher.get(path)
    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert answer.headers["Location"] == at(session)


def test_of_several_sessions_one_is_chosen(teacher: SignedIn, session: Session, register: Register) -> None:
    other = register.class_sessions.open_now(register.courses.add("Chemistry").id, by="teacher")
    page = teacher.get("/realtime").text
    assert page.index("Chemistry") < page.index("Physics")
    assert at(session) in page
    assert at(other) in page


def test_general_opens_by_itself_where_there_is_no_course(teacher: SignedIn, register: Register) -> None:
    assert (
        teacher.get("/realtime")
        .headers["Location"]
        .endswith(register.sessions.today().id.replace("|", "%7C"))
    )


def test_without_an_open_session_the_page_says_what_to_do(teacher: SignedIn, course: Course) -> None:
    page = teacher.get("/realtime").text
    assert "No session is open" in page
    assert 'href="/teach/"' in page


def test_another_teachers_session_is_neither_offered_nor_shown(
    sign_in: SignIn, teacher: SignedIn, register: Register
) -> None:
    theirs = sign_in(role=Role.TEACHER)
    physics = register.courses.add("Physics", teachers=(theirs.user.id,))
    session = register.class_sessions.open_now(physics.id, by=theirs.user.id)
    assert "No session is open" in teacher.get("/realtime").text
    for path in (f"/realtime/{session.id}", f"/realtime/{session.id}/counts"):
        assert teacher.get(path).status_code == HTTPStatus.FORBIDDEN
    assert teacher.post(f"/realtime/{session.id}/kiosk", {"pin": PIN, "again": PIN}).status_code == 403
    assert theirs.get("/realtime").headers["Location"] == at(session)


def test_an_unknown_session_is_told(teacher: SignedIn) -> None:
    assert teacher.get("/realtime/unknown").status_code == HTTPStatus.NOT_FOUND


def test_whoever_is_not_logged_in_is_asked_first_and_comes_back(
    client: FlaskClient, session: Session
) -> None:
    path = f"/realtime/{session.id}"
    answer = client.get(path)
    assert answer.headers["Location"].startswith("/login?next=/realtime/")
    assert client.get(f"{path}/counts", headers=JSON).status_code == HTTPStatus.UNAUTHORIZED


def test_a_closed_session_has_no_camera(teacher: SignedIn, session: Session, register: Register) -> None:
    register.closing.close(session.id, by="teacher")
    page = teacher.get(f"/realtime/{session.id}").text
    assert "This one is closed." in page
    assert "realtime.js" not in page


def test_the_board_of_an_open_session_leads_there(
    teacher: SignedIn, session: Session, register: Register
) -> None:
    link = f'href="{at(session)}"'
    assert link in teacher.get(f"/teach/sessions/{session.id}/board").text
    register.closing.close(session.id, by="teacher")
    assert link not in teacher.get(f"/teach/sessions/{session.id}/board").text


def test_the_page_runs_scripts_of_ours_alone(teacher: SignedIn, session: Session) -> None:
    answer = teacher.get(f"/realtime/{session.id}")
    assert "nonce" not in answer.headers["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]* src=)", answer.text)
    assert " style=" not in answer.text
    assert "camera=(self)" in answer.headers["Permissions-Policy"]


def test_the_counts_follow_the_register_and_keep_no_login_alive(
    teacher: SignedIn, session: Session, register: Register, clock: FrozenClock
) -> None:
    path = f"/realtime/{session.id}/counts"
    assert teacher.get(path).get_json() == {"here": 0, "of": 2, "open": True}
    register.marking.mark("1", MarkStatus.PRESENT, by="teacher", session=session)
    clock.advance(minutes=5)
    answer = teacher.get(path)
    assert answer.get_json() == {"here": 1, "of": 2, "open": True}
    assert "Set-Cookie" not in answer.headers
    register.closing.close(session.id, by="teacher")
    assert teacher.get(path).get_json()["open"] is False


# --- the kiosk ------------------------------------------------------------------------------------


def test_a_kiosk_shows_the_camera_and_no_way_out(kiosk: SignedIn, session: Session) -> None:
    page = kiosk.get("/realtime/kiosk").text
    assert f'data-session="{session.id}"' in page
    assert "data-kiosk" in page
    assert not re.search(r'href="/(teach|admin|realtime|wall)', page)
    assert "Log out" not in page
    assert "In view" not in page
    assert kiosk.get(f"/realtime/{session.id}/counts").status_code == HTTPStatus.OK


def test_the_two_pins_have_to_be_the_same_and_good(teacher: SignedIn, session: Session) -> None:
    path = f"/realtime/{session.id}/kiosk"
    answer = teacher.post(path, {"pin": "2580", "again": "2581"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "The two PINs don&#39;t match." in answer.text
    assert "easy to guess" in teacher.post(path, {"pin": "1234", "again": "1234"}).text
    assert "4 to 8 digits" in teacher.post(path, {}).text
    assert teacher.get("/teach/").status_code == HTTPStatus.OK


def addresses(app: Flask) -> list[tuple[str, str]]:
    """Method and address of every page of teachers and admins, but those of the kiosk itself."""
    own = {"/realtime/kiosk", "/realtime/kiosk/open"}
    return [(method, path) for method, path, guarded in routes(app) if guarded and path not in own]


def test_no_other_page_opens_whatever_is_asked_for(kiosk: SignedIn, app: Flask) -> None:
    opened = []
    token = token_of(kiosk)
    for method, path in addresses(app):
        answer = kiosk.client.open(
            path,
            method=method,
            headers={"X-Kiosk": token},
            data={"csrf_token": token} if method == "POST" else None,
        )
        if answer.headers.get("Location") != "/realtime/kiosk" and answer.status_code != HTTPStatus.FORBIDDEN:
            opened.append((method, path, answer.status_code))
    assert opened == []
    assert len(addresses(app)) > 60


def test_a_script_of_another_tab_hears_that_this_is_a_kiosk(kiosk: SignedIn, session: Session) -> None:
    board = f"/teach/sessions/{session.id}/board"
    for path, accepted in (
        (f"{board}/changes", "application/json"),
        (f"/teach/sessions/{session.id}/events", "text/event-stream"),
    ):
        answer = kiosk.get(path, headers={"Accept": accepted})
        assert answer.status_code == HTTPStatus.FORBIDDEN
        assert answer.get_json()["title"] == "This browser is a kiosk"
    token = {"X-CSRFToken": token_of(kiosk), **JSON}
    marked = kiosk.client.post(
        f"/teach/sessions/{session.id}/marks", data={"roll_number": "1", "status": "present"}, headers=token
    )
    assert marked.status_code == HTTPStatus.FORBIDDEN


def test_the_known_names_of_other_systems_are_shut_too(
    teacher: SignedIn, session: Session, register: Register
) -> None:
    ours = {"Sec-Fetch-Site": "same-origin"}
    assert teacher.get("/student_attendance", headers=ours).status_code == HTTPStatus.OK
    locked(teacher, session)
    assert teacher.get("/student_attendance", headers=ours).status_code == HTTPStatus.UNAUTHORIZED
    students = len(register.students.all())
    sent = {"Origin": "http://localhost"}
    for path in ("/register", "/create-student", "/recognize", "/mark-attendance"):
        answer = teacher.client.post(path, json={"name": "Somebody"}, headers=sent)
        assert answer.status_code == HTTPStatus.UNAUTHORIZED, path
    assert len(register.students.all()) == students


def test_nothing_is_marked_by_a_form_of_a_page_from_before(
    teacher: SignedIn, session: Session, register: Register
) -> None:
    page = teacher.get(f"/teach/sessions/{session.id}/board").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    action = re.search(r'<form id="as-present" method="post" action="([^"]+)"', page)
    assert action is not None
    locked(teacher, session)
    form = {"csrf_token": token[1], "roll_number": "1", "status": "present"}
    assert teacher.client.post(action[1], data=form).headers["Location"] == "/realtime/kiosk"
    assert register.store.marks(session.id) == []


def test_a_cookie_from_before_the_lock_is_locked_too(teacher: SignedIn, session: Session) -> None:
    before = teacher.client.get_cookie(COOKIE)
    assert before is not None
    locked(teacher, session)
    teacher.client.set_cookie(COOKIE, before.value)
    assert teacher.get("/teach/").headers["Location"] == "/realtime/kiosk"
    page = teacher.get("/realtime/kiosk").text
    assert "data-session" not in page
    assert "This browser is a kiosk" in page
    assert unlock(teacher, pin=PIN) == HTTPStatus.SEE_OTHER
    assert teacher.get("/teach/").status_code == HTTPStatus.OK


def test_logging_out_or_in_as_somebody_else_is_no_way_out(kiosk: SignedIn, sign_in: SignIn) -> None:
    other = sign_in(role=Role.ADMIN)
    token = token_of(kiosk)
    for path, form in (
        ("/logout", {}),
        ("/login", {"username": other.user.username, "password": PASSWORD}),
    ):
        answer = kiosk.client.post(path, data={"csrf_token": token, **form})
        assert answer.headers["Location"] == "/realtime/kiosk"
    assert kiosk.get("/teach/").headers["Location"] == "/realtime/kiosk"


def test_without_its_cookies_the_browser_is_nobodys(kiosk: SignedIn) -> None:
    kiosk.client.delete_cookie(COOKIE)
    assert kiosk.get("/teach/").headers["Location"].startswith("/login")
    assert kiosk.get("/realtime/kiosk").headers["Location"].startswith("/login")


def test_other_browsers_of_the_same_teacher_go_on(kiosk: SignedIn, app: Flask) -> None:
    assert SignedIn(app, kiosk.user).get("/teach/").status_code == HTTPStatus.OK


def test_another_sessions_page_counts_and_kiosk_stay_shut(
    kiosk: SignedIn, register: Register, session: Session
) -> None:
    other = register.class_sessions.open_now(register.courses.add("Chemistry").id, by="teacher")
    assert kiosk.get(f"/realtime/{other.id}").headers["Location"] == "/realtime/kiosk"
    assert kiosk.get(f"/realtime/{other.id}/counts").status_code == HTTPStatus.FORBIDDEN
    form = {"csrf_token": token_of(kiosk), "pin": "7391", "again": "7391"}
    answer = kiosk.client.post(f"/realtime/{other.id}/kiosk", data=form)
    assert answer.headers["Location"] == "/realtime/kiosk"
    assert f'data-session="{session.id}"' in kiosk.get("/realtime/kiosk").text


def test_a_phones_pages_stay_what_they_are_for_everybody(kiosk: SignedIn) -> None:
    assert kiosk.get("/c").status_code == HTTPStatus.OK
    with kiosk.get("/static/realtime.css") as style:
        assert style.status_code == HTTPStatus.OK


def test_the_pin_opens_it_and_the_teacher_is_back(kiosk: SignedIn, session: Session) -> None:
    answer = kiosk.client.post("/realtime/kiosk/open", data={"csrf_token": token_of(kiosk), "pin": PIN})
    assert answer.headers["Location"] == at(session)
    assert kiosk.get("/teach/").status_code == HTTPStatus.OK
    assert kiosk.get("/realtime/kiosk").headers["Location"] == "/realtime/"


def test_a_forgotten_pin_is_answered_by_the_password_of_this_teacher_alone(
    kiosk: SignedIn, register: Register
) -> None:
    register.accounts.add("other", "Other", Role.ADMIN, password="another good one")
    assert unlock(kiosk, password="another good one") == HTTPStatus.FORBIDDEN
    assert kiosk.get("/teach/").headers["Location"] == "/realtime/kiosk"
    assert unlock(kiosk, password=PASSWORD) == HTTPStatus.SEE_OTHER
    assert kiosk.get("/teach/").status_code == HTTPStatus.OK


def test_guesses_get_slower_and_slow_no_login_down(kiosk: SignedIn, app: Flask, clock: FrozenClock) -> None:
    for guess in range(5):
        assert unlock(kiosk, pin=f"739{guess}") == HTTPStatus.FORBIDDEN
        assert unlock(kiosk, password=f"wrong {guess}") == HTTPStatus.FORBIDDEN
        clock.advance(milliseconds=10)
    assert unlock(kiosk, pin=PIN) == HTTPStatus.TOO_MANY_REQUESTS
    assert unlock(kiosk, password=PASSWORD) == HTTPStatus.TOO_MANY_REQUESTS
    SignedIn(app, kiosk.user)  # at once
    clock.advance(seconds=2)
    assert unlock(kiosk, pin=PIN) == HTTPStatus.SEE_OTHER


def test_the_kiosks_script_is_told_what_is_wrong_and_where_to_go(kiosk: SignedIn, session: Session) -> None:
    token = token_of(kiosk)

    def send(pin: str) -> tuple[int, dict[str, str]]:
        form = {"csrf_token": token, "pin": pin}
        answer = kiosk.client.post("/realtime/kiosk/open", data=form, headers=JSON)
        return answer.status_code, answer.get_json()

    status, told = send("7391")
    assert (status, told["status"]) == (403, "error")
    assert "Wrong PIN" in told["message"]
    assert send(PIN) == (200, {"status": "ok", "next": at(session)})


def test_without_its_token_no_form_opens_a_kiosk(kiosk: SignedIn) -> None:
    assert kiosk.client.post("/realtime/kiosk/open", data={"pin": PIN}).status_code == HTTPStatus.BAD_REQUEST
    assert kiosk.get("/teach/").headers["Location"] == "/realtime/kiosk"


def test_a_kiosk_whose_login_ended_asks_for_the_login(
    kiosk: SignedIn, register: Register, clock: FrozenClock
) -> None:
    register.accounts.set_password(kiosk.user.id, "quite another one")
    clock.advance(seconds=1)
    assert kiosk.get("/realtime/kiosk").headers["Location"].startswith("/login")
    assert kiosk.get("/login").status_code == HTTPStatus.OK
    assert kiosk.get("/realtime/kiosk", headers=JSON).status_code == HTTPStatus.UNAUTHORIZED


def test_a_kiosk_of_a_session_that_is_closed_stays_locked(
    kiosk: SignedIn, session: Session, register: Register
) -> None:
    register.closing.close(session.id, by="teacher")
    assert kiosk.get(f"/realtime/{session.id}/counts").get_json()["open"] is False
    assert kiosk.get("/teach/").headers["Location"] == "/realtime/kiosk"
    assert unlock(kiosk, pin=PIN) == HTTPStatus.SEE_OTHER


def test_a_kiosk_of_a_course_that_is_somebody_elses_now_can_still_be_opened(
    kiosk: SignedIn, course: Course, sign_in: SignIn, register: Register
) -> None:
    register.courses.change(course.id, teachers=(sign_in(role=Role.TEACHER).user.id,))
    page = kiosk.get("/realtime/kiosk")
    assert page.status_code == HTTPStatus.OK
    assert "data-session" not in page.text
    form = {"csrf_token": token_of(kiosk), "pin": PIN}
    assert kiosk.client.post("/realtime/kiosk/open", data=form).headers["Location"] == "/realtime/"
    assert kiosk.get("/teach/").status_code == HTTPStatus.OK


def test_while_nobody_can_tell_whether_a_browser_is_locked_it_opens_nothing(
    kiosk: SignedIn, store: SQLiteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> bool:
        raise StoreUnavailableError("no answer within 5 s")

    monkeypatch.setattr(store, "has_link", away)
    for path in ("/teach/", "/teach/students/", "/realtime/kiosk"):
        assert kiosk.get(path).status_code == HTTPStatus.SERVICE_UNAVAILABLE, path
    monkeypatch.undo()
    assert kiosk.get("/teach/").headers["Location"] == "/realtime/kiosk"


def test_a_kiosk_whose_teacher_needs_a_better_password_can_still_be_opened(
    kiosk: SignedIn, register: Register
) -> None:
    user = register.accounts.get(kiosk.user.id)
    weak = replace(user, strong_password=False, version=user.version + 1)
    assert register.store.replace_user(weak)
    assert kiosk.get("/teach/").headers["Location"] == "/realtime/kiosk"
    assert kiosk.get("/realtime/kiosk").status_code == HTTPStatus.OK
    assert unlock(kiosk, pin=PIN) == HTTPStatus.SEE_OTHER
    assert kiosk.get("/realtime/").headers["Location"].startswith("/teach/account/safer")
