"""Every address that changes a student's details, consent, photos or rosters notes it for admins."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from attendance.accounts.api_tokens import Scope
from attendance.enrolment.enrolment_result import EnrolmentResult
from attendance.errors import StoreUnavailableError
from attendance.people.new_student import NewStudent
from attendance.register import Register
from attendance.values import ChangeKind, NotedChange, ReviewReason, Student
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.site import COLLINS
from tests.attendance.store.builders import review
from tests.client.access.test_student_addresses import World, address_of, body_of, form_of, rules_of
from tests.client.access.test_student_addresses import world as world  # noqa: PLC0414 - a fixture
from tests.client.signed_in import SignedIn

WELCOME = "r2"
HISTORY = 10_000

PAGES = {
    "consents.record": {"consent"},
    "course_roster.add": {"roster"},
    "course_roster.remove": {"roster"},
    "courses.edit": {"roster"},
    "exemptions.set_exemption": {"details"},
    "reviews.accept": {"roster"},
    "roster_upload.take": {"roster", "details"},
    "student_photos.consent": {"consent"},
    "student_photos.erase": {"photos"},
    "student_photos.photos": {"photos"},
    "students.add": {"roster", "details"},
    "students.edit": {"details"},
    "students.remove": {"erased"},
    "objections.record": {"consent", "photos"},
    "objections.undo": {"consent"},
}
CALLS = {
    "api_courses.add_course": {"roster"},
    "api_courses.change_course": {"roster"},
    "api_courses.change_roster": {"roster"},
    "api_students.add_student": {"details", "consent", "photos"},
    "api_photos.add_photos": {"photos"},
    "api_photos.add_templates": {"photos"},
    "api_photos.erase_photo": {"photos"},
    "api_photos.erase_photos": {"photos"},
    "api_photos.erase_templates": {"photos"},
    "api_students.change_student": {"details"},
    "api_students.erase_student": {"erased"},
    "api_consents.record_consent": {"consent"},
    "api_consents.record_objection": {"consent"},
    "api_consents.undo_objection": {"consent"},
    "known_people.create_student": {"details", "consent", "photos"},
    "known_people.register_student": {"details", "consent", "photos"},
}
"""What each address changes when it is asked with the forms and bodies below; all others change nothing."""

NOTES = {
    "details": {
        ChangeKind.ADDED,
        ChangeKind.DETAILS,
        ChangeKind.MOVEMENT_EXEMPTED,
        ChangeKind.MOVEMENT_ASKED,
    },
    "consent": {
        ChangeKind.CONSENT_RECORDED,
        ChangeKind.CONSENT_WITHDRAWN,
        ChangeKind.OBJECTION_UNDONE,
    },
    "photos": {
        ChangeKind.PHOTOS_ADDED,
        ChangeKind.PHOTOS_ERASED,
        ChangeKind.PHOTO_ERASED,
        ChangeKind.CONSENT_WITHDRAWN,
    },
    "roster": {ChangeKind.ROSTER_ADDED, ChangeKind.ROSTER_REMOVED},
    "erased": {ChangeKind.ERASED},
}
"""What notes each change; withdrawing consent erases the photos."""

ORDER = (
    "reviews.accept",
    "course_roster.remove",
    "course_roster.add",
    "",  # all that are not named
    "objections.record",
    "objections.undo",
    "student_photos.consent",
    "student_photos.photos",
    "student_photos.erase",
    "courses.edit",
    "api_photos.erase_photo",
    "api_photos.add_photos",
    "api_photos.erase_templates",
    "api_photos.add_templates",
    "api_photos.erase_photos",
    "api_consents.record_consent",
    "api_consents.record_objection",
    "api_consents.undo_objection",
    "api_courses.change_course",
    "students.remove",
    "api_students.erase_student",
)


class Facts:
    """What the register has of students besides their marks."""

    def __init__(self, register: Register) -> None:
        students = register.students.all()
        self.students = {student.id for student in students}
        self.notes = register.student_history.latest(HISTORY)
        self._facts: dict[str, object] = {
            "details": {student.id: _details(student) for student in students},
            "consent": {
                student.id: (student.consents, student.objections)
                for student in students
                if student.consents or student.objections
            },
            "photos": {
                student.id: templates
                for student in students
                if (templates := [one.id for one in register.store.templates_of(student.id)])
            },
            "roster": {
                (course.id, student_id)
                for course in register.courses.all(hidden=True)
                for student_id in course.roster or ()
            },
        }

    def changed(self, after: Facts) -> set[str]:
        """The kinds of facts that are others now; what an erased student takes along is one."""
        if self.students - after.students:
            return {"erased"}
        return {kind for kind, fact in self._facts.items() if after._facts[kind] != fact}


def _details(student: Student) -> Student:
    return replace(
        student, consent=None, withdrawn=None, other_consents=(), other_objections=(), guardian_name=None
    )


def picture(person: int, side: int = 64) -> str:
    return base64.b64encode(photo_of(person, side=side)).decode()


def form_that_changes(world: World, rule: Rule) -> dict[str, Any]:
    """A form for a page; ``form_of`` has those that change something as they are."""
    forms: dict[str, dict[str, Any]] = {
        "course_roster.remove": {"student": "2"},
        "courses.edit": {
            "name": "Physics",
            "closes_after": "90",
            "code_interval": "15",
            "everybody": "yes",
            "active": "yes",
        },
        "reviews.accept": {"review": WELCOME, "student": world.register.students.get("2").id},
        "roster_upload.take": {
            "list": base64.b64encode(b"roll_no,name\n1,A Third Name\n88,Student Eighty-Eight\n"),
            "course": world.course.id,
        },
        "student_photos.photos": {"photos": (io.BytesIO(photo_of(COLLINS, side=72)), "1.png")},
        "exemptions.set_exemption": {"exempt": "yes"},
        "student_photos.consent": {"how": "by word, alone", "alone": "yes"},
        "objections.record": {"objector": "guardian"},
        "objections.undo": {"objector": "guardian"},
        "consents.record": {"students": world.student.id, "how": "by word", "renew": "yes"},
    }
    return forms.get(rule.endpoint) or form_of(world, rule)


def body_that_changes(world: World, rule: Rule) -> dict[str, object]:
    """A body for a call, likewise."""
    person = {"name": "Student", "username": "Student"}
    bodies: dict[str, dict[str, object]] = {
        "api_courses.change_course": {"everybody": True},
        "api_courses.change_roster": {"add": ["2"]},
        "api_students.add_student": {
            "roll_number": "77",
            "name": "Student Seventy-Seven",
            "consent": "by word",
            "images": [picture(7)],
        },
        "api_consents.record_consent": {"how": "by word", "giver": "guardian"},
        "api_consents.record_objection": {"objector": "guardian"},
        "api_consents.undo_objection": {"objector": "guardian"},
        "api_photos.add_photos": {"images": [picture(COLLINS, side=72)]},
        "api_photos.add_templates": {"images": [picture(COLLINS, side=72)]},
        "api_students.change_student": {"email": "another@private.example"},
        "known_people.create_student": {**person, "roll_no": "78", "image_data": picture(11)},
        "known_people.register_student": {**person, "serial_number": "79", "face_image": picture(13)},
    }
    return bodies.get(rule.endpoint) or body_of(world, rule)


def walk(
    world: World, one: Flask, client: FlaskClient, rules: list[tuple[str, Rule]], **sent: Any
) -> dict[str, set[str]]:
    """What each address changed; fails for a change without its note."""
    found: dict[str, set[str]] = {}
    named = {endpoint: place for place, endpoint in enumerate(ORDER)}
    for method, rule in sorted(rules, key=lambda each: named.get(each[1].endpoint, named[""])):
        before = Facts(world.register)
        options = {name: make(world, rule) for name, make in sent.items() if callable(make)}
        fixed = {name: value for name, value in sent.items() if not callable(value)}
        client.open(address_of(one, world, rule), method=method, **options, **fixed)
        after = Facts(world.register)
        changed = before.changed(after)
        kinds = {note.kind for note in after.notes if note not in before.notes}
        for kind in changed:
            assert kinds & NOTES[kind], f"{method} {rule.rule} changes {kind}, and nobody reads of it"
        assert bool(kinds) <= bool(changed), f"{method} {rule.rule} notes {kinds}, and changes nothing"
        if changed:
            found[rule.endpoint] = changed
    return found


def writing(app: Flask, *, pages: bool) -> list[tuple[Flask, str, Rule]]:
    return [each for each in rules_of(app) if each[1] != "GET" and (each[0] is app) is pages]


def test_every_page_that_changes_a_student_notes_it(app: Flask, world: World) -> None:
    second = world.register.students.get("2").id
    waiting = review(WELCOME, second, session_id=world.session.id, reason=ReviewReason.NOT_ON_ROSTER)
    world.register.store.hold_review(replace(waiting, snapshot=None))
    admin = world.browsers["admin"]
    rules = [(method, rule) for _one, method, rule in writing(app, pages=True)]

    def data(world: World, rule: Rule) -> dict[str, Any]:
        return form_that_changes(world, rule) | {"csrf_token": admin.token()}

    assert walk(world, app, admin.client, rules, data=data) == PAGES


def test_every_call_that_changes_a_student_notes_it(app: Flask, world: World) -> None:
    token = world.register.api_tokens.make("all scopes", [scope.value for scope in Scope], by="admin")
    calls = writing(app, pages=False)
    found = walk(
        world,
        calls[0][0],
        app.test_client(),
        [(method, rule) for _one, method, rule in calls],
        json=body_that_changes,
        headers={"Authorization": f"Bearer {token.text}"},
    )
    assert found == CALLS


def _notes(world: World) -> list[NotedChange]:
    return world.register.student_history.latest(HISTORY)


@pytest.mark.parametrize("reason", [ReviewReason.NOT_ON_ROSTER, ReviewReason.CODE])
@pytest.mark.parametrize("role", ["teacher", "enrols"])
def test_a_review_changes_the_roster_only_for_those_who_enrol(
    world: World, role: str, reason: ReviewReason
) -> None:
    stranger = world.register.students.get("2")
    waiting = review(WELCOME, stranger.id, session_id=world.session.id, reason=reason)
    world.register.store.hold_review(replace(waiting, snapshot=None))
    browser: SignedIn = world.browsers[role]
    board = browser.get(f"/teach/sessions/{world.session.id}/board").text
    assert (f"Add {stranger.name} to the roster" in board) is (role == "enrols")
    browser.post("/teach/reviews/accept", {"review": WELCOME, "student": stranger.id})
    mark = world.register.store.mark(world.session.id, stranger.id)
    assert mark is not None
    assert mark.counts_as_there
    roster = world.register.courses.get(world.course.id).roster or ()
    assert (stranger.id in roster) is (role == "enrols")
    noted = [(each.kind, each.by, each.student_id, each.course_id) for each in _notes(world)]
    expected = (ChangeKind.ROSTER_ADDED, browser.user.id, stranger.id, world.course.id)
    assert noted == ([expected] if role == "enrols" else [])


@pytest.mark.parametrize("reason", [ReviewReason.NOT_ON_ROSTER, ReviewReason.CODE])
@pytest.mark.parametrize("role", ["teacher", "enrols", "admin"])
def test_a_guest_of_today_is_marked_and_on_no_roster(world: World, role: str, reason: ReviewReason) -> None:
    stranger = world.register.students.get("2")
    waiting = review(WELCOME, stranger.id, session_id=world.session.id, reason=reason)
    world.register.store.hold_review(replace(waiting, snapshot=None))
    browser: SignedIn = world.browsers[role]
    board = f"/teach/sessions/{world.session.id}/board"
    assert f"{stranger.name} is a guest today" in browser.get(board).text
    form = {"review": WELCOME, "student": stranger.id, "as": "guest"}
    answer = browser.post("/teach/reviews/accept", form, headers={"Accept": "application/json"})
    assert "was marked as a guest of this session" in answer.text
    world.register.reviews.finish_decided()  # as after a crash
    mark = world.register.store.mark(world.session.id, stranger.id)
    assert mark is not None
    assert mark.counts_as_there
    assert stranger.id not in (world.register.courses.get(world.course.id).roster or ())
    assert _notes(world) == []
    assert "not on the roster" in browser.get(board).text


def test_a_course_for_everybody_and_back_is_no_way_around_the_list(world: World) -> None:
    admin = world.browsers["admin"]
    form = {"name": "Physics", "closes_after": "90", "code_interval": "15", "active": "yes"}
    for more in ({"everybody": "yes"}, {}):
        answer = admin.post(f"/teach/courses/{world.course.id}/edit", form | more)
        assert answer.status_code == 303
    noted = [(each.kind, each.student_id, each.course_id) for each in _notes(world)]
    assert noted == [(ChangeKind.ROSTER_REMOVED, world.student.id, world.course.id)]


def test_a_list_that_is_read_in_part_is_noted_in_part(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    enrol, names = world.register.enrolment.enrol, []

    def fails_at_the_second(person: NewStudent, *arguments: Any) -> EnrolmentResult:
        names.append(person.name)
        if len(names) == 2:
            raise StoreUnavailableError("no answer within 5 s")
        return enrol(person, *arguments)

    monkeypatch.setattr(world.register.enrolment, "enrol", fails_at_the_second)
    text = base64.b64encode(b"roll_no,name\n88,Student Eighty-Eight\n89,Student Eighty-Nine\n")
    answer = world.browsers["enrols"].post(
        "/teach/students/roster/take", {"list": text, "course": world.course.id}
    )
    assert answer.status_code == 503
    added = world.register.students.get("88")
    assert [(each.kind, each.student_id) for each in _notes(world)] == [(ChangeKind.ADDED, added.id)]
