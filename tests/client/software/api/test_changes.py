"""Other software reads what has changed instead of reading days again."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from attendance.accounts.api_tokens import Scope
from attendance.register import Register
from attendance.values import MarkStatus, Session
from client.software.api.change_models import KindOfChange
from client.software.api.changes import KINDS
from tests.client.examples import DOCS, blocks, shop
from tests.client.software.conftest import Software, WithScopes, is_problem


@pytest.fixture
def session(register: Register) -> Session:
    """An open session of a course with the students 1 and 2."""
    course = register.courses.add("Physics", roster=["1", "2"])
    return register.class_sessions.open_now(course.id, by="office")


def changes(software: Software, after: str | None = None, **query: object) -> dict[str, Any]:
    page = software.get("/changes", query_string={**({} if after is None else {"after": after}), **query})
    assert page.status_code == 200, page.text
    body: dict[str, Any] = page.get_json()
    return body


def told(page: dict[str, Any]) -> list[tuple[str, str]]:
    return [(item["kind"], item["what"]) for item in page["items"]]


def now(software: Software) -> str:
    cursor: str = changes(software, "now")["next"]
    return cursor


def test_a_copy_is_kept_by_reading_on(software: Software, register: Register, session: Session) -> None:
    copy: dict[tuple[str, str], Any] = {}
    cursor: str | None = None

    def follow() -> None:
        nonlocal cursor
        more = True
        while more:
            page = changes(software, cursor, limit=2)
            cursor, more = page["next"], page["more"]
            for item in page["items"]:
                copy[item["kind"], item["id"]] = item["student"] or item["session"] or item["mark"]

    follow()
    student = software.get("/students?roll_number=1").get_json()["items"][0]
    assert copy["student", student["id"]] == student
    assert copy["session", session.id] == software.get(f"/sessions/{session.id}").get_json()
    register.marking.mark("1", MarkStatus.LATE, by="office", session=session)
    software.patch(f"/students/{student['id']}", {"name": "Another Name"})
    follow()
    assert copy["student", student["id"]]["name"] == "Another Name"
    [mark] = software.get("/marks").get_json()["items"]
    assert copy["mark", f"{session.id}|{student['id']}"] == mark
    assert changes(software, cursor)["items"] == []


def test_each_change_says_what_happened_and_carries_the_state(
    software: Software, register: Register, session: Session
) -> None:
    cursor = now(software)
    register.marking.mark("1", MarkStatus.PRESENT, by="office", session=session)
    page = changes(software, cursor)
    [item] = page["items"]
    assert (item["kind"], item["what"], item["version"], item["etag"]) == ("mark", "created", 1, None)
    assert item["mark"]["status"] == "present"
    assert (item["student"], item["session"]) == (None, None)
    assert datetime.fromisoformat(item["at"]).tzinfo is not None
    assert changes(software, item["cursor"])["items"] == []
    student_id = item["mark"]["student"]
    assert software.delete(f"/sessions/{session.id}/marks/{student_id}").status_code == 200
    page = changes(software, page["next"])
    assert told(page) == [("mark", "removed")]
    assert page["items"][0]["version"] == 2
    software.post(f"/sessions/{session.id}/cancel", {})
    page = changes(software, page["next"])
    assert sorted(told(page)) == [("mark", "removed"), ("session", "cancelled")]
    software.post(f"/sessions/{session.id}/restore")
    assert ("session", "changed") in told(changes(software, page["next"]))


def test_the_etag_of_a_student_is_good_for_a_change(software: Software) -> None:
    [item, *_] = changes(software, kinds="students")["items"]
    path = f"/students/{item['id']}"
    assert item["etag"] == software.get(path).headers["ETag"].strip('"')
    matching = {"If-Match": f'"{item["etag"]}"'}
    without_quotes = {"If-Match": item["etag"]}
    assert software.patch(path, {}, headers=without_quotes).status_code == 200
    assert software.patch(path, {"year": "3"}, headers=matching).status_code == 200
    assert software.patch(path, {"year": "4"}, headers=matching).status_code == 412


def test_of_an_erased_student_only_the_id_is_told(
    software: Software, register: Register, session: Session
) -> None:
    register.marking.mark("1", MarkStatus.PRESENT, by="office", session=session)
    cursor = now(software)
    student = register.students.get("1")
    assert software.delete(f"/students/{student.id}").status_code == 200
    [item] = changes(software, cursor)["items"]
    assert (item["kind"], item["what"], item["id"]) == ("student", "erased", student.id)
    assert (item["student"], item["session"], item["mark"]) == (None, None, None)
    everything = json.dumps(changes(software, limit=500))
    assert everything.count(student.id) == 1
    assert student.name not in everything


def test_only_some_kinds_or_one_course(software: Software, register: Register, session: Session) -> None:
    register.marking.mark("1", MarkStatus.PRESENT, by="office", session=session)
    assert {kind for kind, _ in told(changes(software, kinds="sessions"))} == {"session"}
    assert {kind for kind, _ in told(changes(software, kinds=["marks", "students"]))} == {"mark", "student"}
    other = register.courses.add("History")
    mine = register.class_sessions.open_now(other.id, by="office")
    page = changes(software, course=other.id)
    assert [item["id"] for item in page["items"]] == [mine.id]
    assert is_problem(software.get("/changes?course=nowhere"), 404, "not-found")
    both = software.get(f"/changes?kinds=students&course={other.id}")
    assert is_problem(both, 422, "not-as-described")


@pytest.mark.parametrize("kind", KINDS)
def test_a_token_reads_what_its_scopes_allow(
    kind: KindOfChange, with_scopes: WithScopes, register: Register, session: Session
) -> None:
    register.marking.mark("1", MarkStatus.PRESENT, by="office", session=session)
    software = with_scopes(KINDS[kind][0], Scope.COURSES_READ)
    assert {each + "s" for each, _ in told(changes(software))} == {kind.value}
    for other in KINDS.keys() - {kind}:
        refused = software.get(f"/changes?kinds={kind}&kinds={other}")
        assert is_problem(refused, 403, "scope-missing")
        assert KINDS[other][0].value in refused.get_json()["detail"]
    register.students.remove("1")
    erased = [("student", "erased")] if kind is not KindOfChange.SESSIONS else []
    assert [each for each in told(changes(software)) if each[1] == "erased"] == erased


def test_a_token_that_only_writes_reads_nothing(with_scopes: WithScopes) -> None:
    others = [scope for scope in Scope if scope not in {needed for needed, _ in KINDS.values()}]
    for path in ("/changes", "/changes/stream"):
        assert is_problem(with_scopes(*others).get(path), 403, "scope-missing")


@pytest.mark.parametrize(
    "query",
    [
        "after=",
        "after=zzz",
        "limit=0",
        "limit=501",
        "kinds=",
        "kinds=marks,sessions",
        "kinds=faces",
        "unknown=1",
    ],
)
def test_what_is_not_as_described_is_a_422(software: Software, query: str) -> None:
    for path in ("/changes", "/changes/stream"):
        assert is_problem(software.get(f"{path}?{query}"), 422, "not-as-described")


def test_a_cursor_that_is_too_old_is_a_410_that_says_to_begin_again(
    software: Software, register: Register
) -> None:
    cursor = now(software)
    register.students.remove("1")
    register.store.forget_erased(datetime.now(UTC) + timedelta(days=1))
    for address in (f"/changes?after={cursor}", f"/changes/stream?after={cursor}"):
        answer = software.get(address)
        assert is_problem(answer, 410, "gone")
        assert "omit after" in answer.get_json()["detail"]
    assert changes(software)["items"]


def test_a_stream_has_what_there_is_and_where_to_go_on(
    software: Software, register: Register, session: Session
) -> None:
    cursor = now(software)
    register.marking.mark("1", MarkStatus.PRESENT, by="office", session=session)
    answer = software.get(f"/changes/stream?after={cursor}")
    assert answer.content_type == "text/event-stream; charset=utf-8"
    retry, event, place, rest = answer.text.split("\n\n")
    assert (retry, rest) == ("retry: 2000", "")
    lines = dict(line.split(": ", 1) for line in event.splitlines())
    [item] = changes(software, cursor)["items"]
    assert json.loads(lines["data"]) | {"cursor": ""} == item | {"cursor": ""}
    assert changes(software, lines["id"])["items"] == []
    assert changes(software, place.removeprefix("id: "))["items"] == []
    headers = {"Last-Event-ID": lines["id"]}
    again = software.get(f"/changes/stream?after={cursor}", headers=headers)
    assert "data:" not in again.text, "the header counts, and not the address"


MIRROR = """
import sys

def load_cursor():
    return None

def apply(item):
    print(item["kind"], item["what"], flush=True)
    seen.append(item["kind"])

def store_cursor(cursor):
    if "mark" in seen:
        sys.exit()

seen = []
"""


@pytest.mark.server
def test_the_program_in_the_docs_keeps_a_copy(
    app: Flask, software: Software, register: Register, session: Session, tmp_path: Path
) -> None:
    [code] = blocks((DOCS / "changes.md").read_text(encoding="utf-8"), "python")
    later = threading.Timer(1, register.marking.mark, ["1", MarkStatus.LATE], {"by": "b", "session": session})
    with shop(app, software.token or "", tmp_path) as here:
        later.start()
        shown = here.run("python", MIRROR + code)
    assert shown.split("\n")[:-1] == [
        *["student created"] * len(register.students.all()),
        "session created",
        "mark created",
    ]


def test_a_stream_needs_a_token(software: Software) -> None:
    software.token = None
    for path in ("/changes", "/changes/stream"):
        assert is_problem(software.get(path), 401, "token-missing")
