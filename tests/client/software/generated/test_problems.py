"""A generated client understands every problem that the document says a call can have."""

from __future__ import annotations

import io
import json
from typing import Any, cast

import pytest
from flask import Flask

from attendance.accounts.api_tokens import Scope
from attendance.classes.session_doubts import DoubtKind
from attendance.people.new_student import NewStudent
from attendance.register import Register
from attendance.settings.settings import Settings
from attendance.store.protocol import Store
from attendance.values import ConsentParty, MarkStatus, Withdrawal
from client import create_app
from client.serving.early_answers import TOO_SLOW
from tests.attendance.fake_engines import FakeEngines
from tests.attendance.fake_pipeline import FakePipeline, fake_policy, photo_of
from tests.attendance.frozen_clock import FrozenClock
from tests.attendance.site import HOPPER
from tests.client.software.conftest import Document
from tests.client.software.generated.conftest import MakeProgram
from tests.client.software.generated.described import calls_with, each, keyed, operations, understood
from tests.client.software.generated.driver import Generated, sends
from tests.client.software.generated.world import Arguments, World

ELSEWHERE = "192.0.2.7"  # no private connection, since it is plain http
OF_OLD_CURSORS = "list_changes"  # its 410 comes after weeks
KEY = {"idempotency_key": "key-1"}
TOO_MANY_BYTES = 11_000_000


def test_broken_json_and_a_broken_key(make_program: MakeProgram, world: World, document: Document) -> None:
    bodies = [name for name, call in operations(document).items() if "requestBody" in call]
    for exchange in each(bodies, make_program(alter=sends(content=b'{"name": ')), world):
        understood(exchange, 400, document)
    broken = make_program(alter=sends(headers={"Idempotency-Key": "two words"}))
    for exchange in each(keyed(document), broken, world):
        understood(exchange, 400, document)
    assert sorted({*bodies, *keyed(document)}) == sorted(calls_with(400, document))


def test_a_token_that_nobody_made(make_program: MakeProgram, world: World, document: Document) -> None:
    for exchange in each(calls_with(401, document), make_program(token="fa_nobody"), world):
        understood(exchange, 401, document)


def test_a_token_without_the_scope_and_one_in_the_open(
    make_program: MakeProgram, world: World, document: Document
) -> None:
    scoped = [name for name in operations(document) if name != "get_about"]
    for exchange in each(scoped, make_program(Scope.LIVE), world):
        understood(exchange, 403, document)
    for exchange in each(calls_with(403, document), make_program(address=ELSEWHERE), world):
        understood(exchange, 403, document)


def test_what_nobody_has(make_program: MakeProgram, world: World, document: Document) -> None:
    software = make_program()
    models = software.models
    named: dict[str, dict[str, Any]] = {
        "list_students": {"course": "nothing"},
        "list_sessions": {"course": "nothing"},
        "list_marks": {"course": "nothing"},
        "list_changes": {"course": "nothing"},
        "open_session": {"body": models.NewSessionBody("nothing")},
        "add_course": {"body": models.NewCourseBody("Chemistry", roster=["99"])},
        "recognise_faces": {"body": models.RecogniseBody("AAAA", course="nothing")},
        "verify_student": {"body": models.VerifyBody("AAAA", roll_number="99")},
    }
    for name in calls_with(404, document):
        path, same = world.calls(software)[name]
        assert path or name in named, f"Nothing that {name} names can be missing."
        exchange = software.call(name, *["nothing" for _ in path], **named.get(name, same))
        understood(exchange, 404, document)


def test_what_conflicts(
    make_program: MakeProgram, world: World, document: Document, register: Register
) -> None:
    software = make_program()
    models = software.models
    other, ride = register.students.get("2").id, register.students.add(NewStudent("3", "Sally Ride")).id

    def photo() -> Any:
        return software.types.File(io.BytesIO(photo_of(HOPPER, side=80)), "face.png", "image/png")

    objection = Withdrawal(register.clock.now(), "office", ConsentParty.GUARDIAN)
    objecting = register.students.add(NewStudent("4", "Student Four")).id
    register.students.withdraw_consent(objecting, objection)
    register.courses.add("Chemistry", roster=["1"])
    register.days_off.add("Snow", "2026-11-23", "", by="admin")
    conflicts = {
        "add_student": Arguments(named={"body": models.NewStudentBody("1", name="Sally Ride")}),
        "change_student": Arguments((other,), {"body": models.StudentChange(roll_number="1")}),
        "add_templates": Arguments((ride,), {"body": models.PhotosForm([photo()], consent="signed form")}),
        "add_photos": Arguments((ride,), {"body": models.PhotosForm([photo()], consent="signed form")}),
        "open_session": Arguments(named={"body": models.NewSessionBody("chemistry")}),
        "record_consent": Arguments((objecting,), {"body": models.ConsentBody("signed form")}),
        "verify_student": Arguments(named={"body": models.VerifyBody("AAAA", roll_number="3")}),
    }
    cancelled = register.class_sessions.open_now("chemistry", by="teacher", confirmed=list(DoubtKind)).id
    register.marking.mark(
        "1", MarkStatus.PRESENT, by="teacher", session=register.class_sessions.get(cancelled)
    )
    register.cancelling.cancel(cancelled, by="teacher")
    marks = (cancelled, world.student)
    conflicts["mark_student"] = Arguments(marks, {"body": models.MarkBody(models.MarkBodyStatus.LATE)})
    conflicts["withdraw_mark"] = Arguments(marks)
    line = models.MarkLine(models.MarkLineStatus.LATE, student="1")
    conflicts["mark_students"] = Arguments(marks[:1], {"body": models.MarksBody([line])})
    assert set(conflicts) == set(calls_with(409, document))
    for name, (path, named) in conflicts.items():
        understood(software.call(name, *path, **named), 409, document)


def test_a_record_that_has_changed(make_program: MakeProgram, world: World, document: Document) -> None:
    def stale(arguments: Arguments) -> Arguments:
        return Arguments(arguments.path, {**arguments.named, "if_match": '"of yesterday"'})

    for exchange in each(calls_with(412, document), make_program(), world, stale):
        understood(exchange, 412, document)


def test_too_many_bytes(make_program: MakeProgram, world: World, document: Document) -> None:
    software = make_program(alter=sends(content=b'{"name": "%s"}' % (b"x" * TOO_MANY_BYTES)))
    for exchange in each(calls_with(413, document), software, world):
        understood(exchange, 413, document)


def test_a_body_of_another_type(make_program: MakeProgram, world: World, document: Document) -> None:
    software = make_program(alter=sends(headers={"content-type": "text/plain"}))
    for exchange in each(calls_with(415, document), software, world):
        understood(exchange, 415, document)


def test_what_the_document_does_not_describe(
    make_program: MakeProgram, world: World, document: Document
) -> None:
    twice = make_program(alter=sends(query=[("x", "1"), ("x", "2")]))
    for exchange in each(calls_with(422, document), twice, world):
        understood(exchange, 422, document)
    unknown = make_program(alter=sends(content=b'{"shoe_size": 39}'))
    bodies = [name for name, call in operations(document).items() if "requestBody" in call]
    for exchange in each(bodies, unknown, world):
        understood(exchange, 422, document)
        assert "shoe_size" in [part.where for part in exchange.parsed.errors]


def with_key(arguments: Arguments) -> Arguments:
    """The same call under the test's one key."""
    return Arguments(arguments.path, {**arguments.named, **KEY})


def test_a_key_of_another_request(make_program: MakeProgram, world: World, document: Document) -> None:
    software = make_program()
    software.call("add_day_off", **with_key(world.calls(software)["add_day_off"]).named)
    others = [name for name in keyed(document) if name != "add_day_off"]
    for exchange in each(others, software, world, with_key):
        understood(exchange, 422, document)
        assert exchange.parsed.code.value == "key-reused"


def test_a_stored_response_that_named_a_student_who_was_erased(
    make_program: MakeProgram, world: World, document: Document, register: Register
) -> None:
    software = make_program()
    arguments = world.calls(software)
    assert {*keyed(document), OF_OLD_CURSORS} == set(calls_with(410, document))
    for name in [name for name in arguments if name in keyed(document)]:
        key = {"idempotency_key": f"key of {name}".replace(" ", "-")}
        first = software.call(name, *arguments[name].path, **arguments[name].named, **key)
        assert first.status < 300
        register.students.add(NewStudent("5", "e"))  # a name that all responses contain
        register.students.remove("5")
        path, named = world.calls(software)[name]
        understood(software.call(name, *path, **named, **key), 410, document)


def test_too_many_requests(make_program: MakeProgram, world: World, document: Document) -> None:
    software = make_program()
    while software.call("get_student", "nobody").status != 429:
        pass
    for exchange in each(calls_with(429, document), software, world):
        understood(exchange, 429, document)
        assert int(exchange.response.headers["Retry-After"]) > 0


class BrokenStore:
    """A database that fails, whatever is asked."""

    name = "mongodb"

    def __getattr__(self, question: str) -> Any:
        def broken(*_: object, **__: object) -> None:
            raise RuntimeError(question)

        return broken


@pytest.fixture
def broken(settings: Settings, clock: FrozenClock) -> Flask:
    """The app of a site with a fault in it."""
    store = cast("Store", BrokenStore())
    return create_app(
        register=Register(
            settings, store, clock, engines=FakeEngines(store, FakePipeline()), policy=fake_policy
        )
    )


@pytest.mark.parametrize(("status", "site"), [(503, "away"), (500, "broken")])
def test_a_server_in_trouble(
    status: int,
    site: str,
    *,
    make_program: MakeProgram,
    world: World,
    document: Document,
    request: pytest.FixtureRequest,
) -> None:
    software = make_program(of=request.getfixturevalue(site))
    for exchange in each(calls_with(status, document), software, world):
        understood(exchange, status, document)
    assert len(calls_with(status, document)) == len(operations(document))


def test_a_body_that_took_too_long(generated: Generated, document: Document) -> None:
    assert set(calls_with(408, document)) == set(calls_with(415, document))
    _, answer = TOO_SLOW.content("/api/v1/students", as_json=False, request_id="id-1")
    problem = generated.models.Problem.from_dict(json.loads(answer))
    assert problem.to_dict() == json.loads(answer)
    assert problem.code.value == "too-slow"


def test_no_other_problem_is_documented(document: Document) -> None:
    tested = {400, 401, 403, 404, 408, 409, 410, 412, 413, 415, 422, 429, 500, 503}
    found = {int(status) for call in operations(document).values() for status in call["responses"]}
    assert {status for status in found if status >= 400} == tested
