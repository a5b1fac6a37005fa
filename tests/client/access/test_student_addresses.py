"""Who learns or changes what about a student: every address of both apps, for every role and every token.

``student_pages.txt`` and ``student_calls.txt`` are the specification: change them on purpose. A new route
fails until it has its row, unless it is below one of ``WITHOUT_STUDENTS``.
"""

from __future__ import annotations

import base64
import io
import re
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from attendance.accounts.api_tokens import Scope
from attendance.classes.general_course import GENERAL_COURSE
from attendance.people.new_student import NewStudent
from attendance.register import Register
from attendance.values import Consent, Course, MarkStatus, Role, Session, SpotCheck, Student
from client.software.lazy_api_app import software_of
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.site import COLLINS, STRANGER
from tests.attendance.store.builders import review
from tests.client.signed_in import SignedIn, SignIn

NAME = "Eileen Collins"
SECRETS = (
    "eileen@private.example",
    "guardian@private.example",
    "303 555 0199",
    "A Secret Department",
    "the third year",
    "a secret form",
)
REVIEW = "r1"
SNAPSHOT = b"\xff\xd8 of a check-in"

PAGES, CALLS = (Path(__file__).with_name(name) for name in ("student_pages.txt", "student_calls.txt"))

WITHOUT_STUDENTS = (
    "/admin/accounts/",
    "/admin/tokens/",
    "/docs",
    "/healthz",
    "/login",
    "/logout",
    "/metrics",
    "/own-address/",
    "/readyz",
    "/setup/",
    "/static/",
    "/teach/account/",
    "/teach/days-off",
    "/teach/tunnel/",
    "/welcome/",
)
"""What is below these knows accounts, tokens and files of the program, and no student."""

ROLES = ("nobody", "other", "other enrols", "teacher", "enrols", "admin")


@dataclass(frozen=True)
class World:
    """A school with two courses, each with a session that is open.

    Attributes:
        student: the one whom everything is about: on the roster of ``course``.
        course: Physics, with a teacher and a teacher who enrols.
        session: of that course; the student has a mark in it, and a check-in that needs review.
        other_course: of two other teachers.
    """

    register: Register
    student: Student
    course: Course
    session: Session
    other_course: Course
    browsers: dict[str, SignedIn]

    def state(self) -> object:
        """Everything about students that must not change where somebody is refused."""
        store = self.register.store
        return (
            store.students(),
            [template.id for template in store.templates()],
            store.portrait_of(self.student.id) is not None,
            [course.roster for course in store.courses()],
            store.marks(self.session.id),
            store.reviews(undecided_only=False),
        )


@pytest.fixture
def world(register: Register, sign_in: SignIn) -> World:
    people = {
        "other": sign_in(),
        "other enrols": sign_in(enrols=True),
        "teacher": sign_in(),
        "enrols": sign_in(enrols=True),
        "admin": sign_in(role=Role.ADMIN),
    }
    details = NewStudent("1", NAME, *SECRETS[:1], phone=SECRETS[2], department=SECRETS[3], year=SECRETS[4])
    student = register.students.get("1")
    register.students.change(student.id, replace(details, guardian_email=SECRETS[1]), active=True)
    student = register.students.get("1")
    assert student.consent is not None
    secret = Consent(student.consent.given_at, "office", SECRETS[5])
    register.store.update_student(replace(student, consent=secret))
    student = register.students.get("1")
    ids = {role: browser.user.id for role, browser in people.items()}
    course = register.courses.add(
        "Physics", teachers=[ids["teacher"], ids["enrols"]], roster=["1"], static_code=True
    )
    other = register.courses.add("History", teachers=[ids["other"], ids["other enrols"]], roster=["2"])
    missed = register.class_sessions.open_now(course.id, by="office")  # for reports and notices
    register.closing.close(missed.id, by="office")
    register.clock.advance(minutes=1)  # type: ignore[attr-defined]  # a FrozenClock
    session = register.class_sessions.open_now(course.id, by="office")
    register.class_sessions.open_now(other.id, by="office")
    register.marking.mark("1", MarkStatus.PRESENT, by="office", session=session)
    check = SpotCheck(register.clock.now(), ids["teacher"], (student.id,))
    called = replace(session, spot_checks=(check,), version=session.version + 1)
    assert register.store.replace_session(called)
    snapshot = register.snapshots.save(REVIEW, SNAPSHOT)
    register.store.hold_review(review(REVIEW, student.id, session_id=session.id, snapshot=snapshot))
    return World(register, student, course, session, other, people)


def values_of(world: World, rule: Rule) -> dict[str, Any]:
    """The parts of a rule's address, about the student where it can be."""
    photos = world.register.photos.of(world.student)
    known = {
        "student_id": world.student.id,
        "student": world.student.id,
        "course_id": world.course.id,
        "course": world.course.id,
        "session_id": world.session.id,
        "session": world.session.id,
        "kind": "csv",
        "number": 1,
        "address": world.session.token,
        "poster": world.session.token,
        "photo": photos[0].id if photos else "none",
        "photo_id": photos[0].id if photos else "none",
    }
    return {name: known.get(name, "unknown") for name in rule.arguments}


def receipt_of(world: World) -> str:
    """The line of the student's receipt."""
    issued = world.register.receipts.issue(
        world.session.id, world.student.id, MarkStatus.PRESENT, world.register.clock.now()
    )
    assert issued is not None
    return issued.line


def form_of(world: World, rule: Rule) -> dict[str, str]:
    """What is sent to an address that changes something: what would change the student."""
    details = {"roll_number": "1", "name": "Somebody Else", "active": "y"}
    course = {"course": world.course.id}
    forms = {
        "students.add": {"roll_number": "77", "name": "Student Seventy-Seven", **course},
        "students.edit": details,
        "students.remove": {"roll_number": "1"},
        "student_photos.consent": {"how": "by word"},
        "consents.record": {"students": world.student.id, "how": "by word"},
        "roster_upload.preview": course,
        "roster_upload.take": {
            "list": base64.b64encode(b"roll_no,name\n1,Somebody Else\n").decode(),
            **course,
        },
        "course_roster.add": {"roll_numbers": "2"},
        "course_roster.remove": {"student": "1"},
        "corrections.mark_by_hand": {"student": world.student.id, "status": "late"},
        "corrections.undo": {"student": world.student.id, "version": "1"},
        "room.answer": {"student": world.student.id, "asked": "calling", "here": "no"},
        "room.habit": {"on": "yes"},
        "sessions.open_session": course,
        "sessions.plan": course,
        "receipts.check": {"text": receipt_of(world)},
        "reviews.accept": {"review": REVIEW, "student": world.student.id},
        "reviews.refuse": {"review": REVIEW},
        "reviews.refuse_alike": {"review": REVIEW},
    }
    return forms.get(rule.endpoint, {})


def body_of(world: World, rule: Rule) -> dict[str, object]:
    """The same as JSON for other software; what is empty changes nothing and must read nothing."""
    picture = base64.b64encode(photo_of(COLLINS)).decode()
    person = {"roll_no": "78", "serial_number": "79", "username": "Student", "name": "Student"}
    bodies: dict[str, dict[str, object]] = {
        "api_students.add_student": {"roll_number": "77", "name": "Student Seventy-Seven"},
        "api_photos.add_photos": {"images": [picture]},
        "api_photos.add_templates": {"images": [picture]},
        "api_courses.add_course": {"name": "Chemistry", "roster": ["1"]},
        "api_courses.change_roster": {"add": ["1"]},
        "api_sessions.open_session": {"course": world.course.id},
        "api_marks.mark_student": {"status": "late"},
        "api_marks.mark_students": {"marks": [{"student": "1", "status": "late"}]},
        "api_room.answer_in_room": {"student": "1", "here": False},
        "api_faces.detect_faces": {"image": picture},
        "api_faces.recognise_faces": {"image": picture},
        "api_faces.verify_student": {"image": picture, "roll_number": "1"},
        "known_people.create_student": {
            **person,
            "image_data": base64.b64encode(photo_of(STRANGER)).decode(),
        },
        "known_people.register_student": {**person, "face_image": picture},
        "known_faces.detect_face": {"image": picture, "session": world.session.id},
        "known_faces.recognize": {"image": picture, "session": world.session.id},
    }
    return bodies.get(rule.endpoint, {})


def query_of(world: World, rule: Rule) -> dict[str, str]:
    queries = {
        "reviews.portrait": {"review": REVIEW, "student": world.student.id},
        "reviews.snapshot": {"review": REVIEW},
        "students.index": {"q": "collins"},
        "consents.form": {"student": world.student.id},
        "courses.show": {"q": "e"},
        "student_changes.index": {"student": world.student.id},
    }
    return queries.get(rule.endpoint, {})


def rules_of(app: Flask) -> list[tuple[Flask, str, Rule]]:
    """App, method and rule of every route that may be about students."""
    return [
        (one, method, rule)
        for one in (app, software_of(app))
        for rule in one.url_map.iter_rules()
        if not rule.rule.startswith(WITHOUT_STUDENTS)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def rows_of(table: Path) -> dict[tuple[str, str], list[str]]:
    """Method and rule to the cells of a row."""
    lines = table.read_text(encoding="utf-8").splitlines()
    rows = [re.split(r"\s*\|\s*", line.strip()) for line in lines if not line.startswith("#")]
    found = {(method, path): cells for first, *cells in rows for method, path in [first.split()]}
    assert len(found) == len(rows), "two rows for one route"
    return found


def address_of(one: Flask, world: World, rule: Rule) -> str:
    with one.test_request_context():
        url: str = one.url_map.bind("localhost").build(rule.endpoint, values_of(world, rule))
    return url


def level_of(answer: TestResponse, world: World) -> str:
    """Which word of the table an answer is."""
    if answer.status_code == 401 or answer.headers.get("Location", "").startswith("/login"):
        return "login"
    if answer.status_code == 403:
        return "no"
    if answer.mimetype == "text/event-stream":
        content: object = next(iter(answer.response))
        answer.close()
    else:
        content = answer.data
    if answer.mimetype == "application/zip":
        with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
            content = b"".join(book.read(name) for name in book.namelist())
    portrait = world.register.store.portrait_of(world.student.id)
    if content == SNAPSHOT or (portrait is not None and content == portrait.jpeg):
        return "picture"
    text = content.decode("utf-8", "replace") if isinstance(content, bytes) else str(content)
    if any(secret in text for secret in SECRETS):
        return "details"
    return "name" if NAME in text else "-"


def ask(browser: SignedIn | FlaskClient, world: World, one: Flask, method: str, rule: Rule) -> TestResponse:
    """Open an address, or send it what would change the student."""
    client, form = browser, {}
    if isinstance(browser, SignedIn):
        client = browser.client
        form = {} if method == "GET" else {"csrf_token": browser.token()}
    assert isinstance(client, FlaskClient)
    return client.open(
        address_of(one, world, rule),
        method=method,
        query_string=query_of(world, rule),
        data=None if method == "GET" else form_of(world, rule) | form,
        buffered=False,
    )


def pages_of(app: Flask) -> list[tuple[Flask, str, Rule]]:
    """What changes something comes after what only shows; cancelling the session, and erasing, come last."""
    pages = [each for each in rules_of(app) if each[0] is app]
    last = ("/cancel", "/restore", "/remove")
    return sorted(pages, key=lambda each: (each[1] != "GET", each[2].rule.endswith(last), each[2].rule))


def walk(app: Flask, world: World, role: str) -> dict[tuple[str, str], str]:
    """What a role gets at each page; fails where somebody who is refused changed something."""
    browser = app.test_client() if role == "nobody" else world.browsers[role]
    found = {}
    for one, method, rule in pages_of(app):
        before = world.state()
        level = level_of(ask(browser, world, one, method, rule), world)
        found[method, rule.rule] = level
        assert level not in ("no", "login") or world.state() == before, (method, rule.rule)
    return found


def test_every_address_has_its_row(app: Flask) -> None:
    asked = {(method, rule.rule) for one, method, rule in rules_of(app)}
    written = {**rows_of(PAGES), **rows_of(CALLS)}
    assert asked - set(written) == set(), "add a row: who may learn what about a student there?"
    assert set(written) - asked == set(), "these routes are gone"


@pytest.mark.parametrize("general", [False, True], ids=["", "General is open too"])
@pytest.mark.parametrize("role", ROLES)
def test_each_role_learns_and_changes_what_the_table_says(
    app: Flask, world: World, role: str, *, general: bool
) -> None:
    if general:
        world.register.courses.change(GENERAL_COURSE.id, active=True)
    expected = {route: cells[ROLES.index(role)] for route, cells in rows_of(PAGES).items()}
    assert walk(app, world, role) == expected


def test_a_kiosk_learns_and_changes_nothing(app: Flask, world: World) -> None:
    kiosk = world.browsers["teacher"]
    locked = kiosk.post(f"/realtime/{world.session.id}/kiosk", {"pin": "739152", "again": "739152"})
    assert locked.status_code == 303
    before = world.state()
    for one, method, rule in pages_of(app):
        answer = ask(kiosk.client, world, one, method, rule)
        assert level_of(answer, world) in ("no", "-", "login"), (method, rule.rule)
    assert world.state() == before


@pytest.mark.parametrize("scope", [None, *Scope], ids=str)
def test_each_token_learns_what_the_table_says(app: Flask, world: World, scope: Scope | None) -> None:
    headers = {}
    if scope is not None:
        new = world.register.api_tokens.make("one scope", [scope.value], by="admin")
        headers = {"Authorization": f"Bearer {new.text}"}
    expected, found = {}, {}
    rows = rows_of(CALLS)
    calls = [each for each in rules_of(app) if each[0] is not app]
    for one, method, rule in sorted(calls, key=lambda each: (each[1] == "DELETE", each[1] != "GET")):
        nobody, *scopes = rows[method, rule.rule]
        levels = dict(cell.split("=") for cell in scopes[0].split())
        expected[method, rule.rule] = (
            nobody if scope is None else levels.get(scope.value, levels.get("any", "no"))
        )
        answer = app.test_client().open(
            address_of(one, world, rule),
            method=method,
            headers=headers,
            json=body_of(world, rule) if method != "GET" else None,
        )
        found[method, rule.rule] = level_of(answer, world)
    assert found == expected
