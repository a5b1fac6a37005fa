"""A client that has a response already gets 304, and every read can be asked so."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from attendance.people.new_student import NewStudent
from attendance.register import Register
from client.serving.software_addresses import DOCUMENT
from client.web.compression import SMALLEST
from tests.client.software.conftest import BASE, Software, is_problem
from tests.client.software.protocol.headers.every_call import every_call, reads

Ask = Callable[..., TestResponse]
SAME = ("ETag", "Vary", "Cache-Control")


@pytest.fixture
def every_read(app: Flask, register: Register) -> list[str]:
    """The addresses of all reads with a tag, and of the document."""
    found = [call.path for call in reads(app, register)]
    assert len(found) > 10
    return [*found, DOCUMENT.removeprefix(BASE)]


@pytest.fixture
def many(register: Register) -> None:
    """Enough students for a list that is worth compressing."""
    for number in range(20, 60):
        register.students.add(NewStudent(str(number), f"Student {number}"))


def asked(software: Software, path: str, method: str = "GET", **headers: str) -> TestResponse:
    return software.call(method, path, headers={name.replace("_", "-"): v for name, v in headers.items()})


def test_every_read_that_can_be_the_same_again_has_a_tag(app: Flask, register: Register) -> None:
    without = [
        call.address
        for call in every_call(app, register)
        if call.method == "GET" and "304" not in call.told["responses"]
    ]
    assert without == [f"{BASE}/about", f"{BASE}/changes", f"{BASE}/changes/stream"]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("coding", ["identity", "gzip", "gzip, identity;q=0"])
def test_every_read_is_304_for_who_has_it(
    every_read: list[str], software: Software, method: str, coding: str
) -> None:
    for path in every_read:
        whole = asked(software, path, method, Accept_Encoding=coding)
        tag = whole.headers["ETag"]
        plain = tag.removeprefix("W/")
        for sent in (tag, plain, f"W/{plain}", f'"other", W/"another", {tag}', "*"):
            answer = asked(software, path, method, Accept_Encoding=coding, If_None_Match=sent)
            assert (answer.status_code, answer.data) == (304, b""), (path, sent)
            assert [answer.headers[name] for name in SAME] == [whole.headers[name] for name in SAME]
            assert "Content-Encoding" not in answer.headers
            assert "Content-Type" not in answer.headers
        for sent in ('"other"', 'W/"other", "another"', f'"{plain}x"', ""):
            answer = asked(software, path, method, Accept_Encoding=coding, If_None_Match=sent)
            assert answer.status_code == 200, (path, sent)


def test_a_change_changes_the_tag(software: Software, register: Register) -> None:
    student = register.students.get("1").id
    paths = ("/students", f"/students/{student}")
    before = [software.get(path).headers["ETag"] for path in paths]
    assert software.patch(f"/students/{student}", {"name": "Eileen M. Collins"}).status_code == 200
    for path, tag in zip(paths, before, strict=True):
        answer = asked(software, path, If_None_Match=tag)
        assert answer.status_code == 200
        assert answer.headers["ETag"] != tag
        assert "Eileen M. Collins" in answer.text


def test_an_error_is_never_not_modified(software: Software) -> None:
    assert is_problem(asked(software, "/students/nobody", If_None_Match="*"), 404, "not-found")
    assert is_problem(asked(software, "/students?limit=0", If_None_Match="*"), 422, "not-as-described")
    assert (
        asked(Software(software.client.application, None), "/students", If_None_Match="*").status_code == 401
    )


def test_a_tag_does_not_depend_on_who_reads(software: Software, register: Register) -> None:
    other = register.api_tokens.make("other", ["students:read"], by="admin").text
    tag = software.get("/students").headers["ETag"]
    assert Software(software.client.application, other).get("/students").headers["ETag"] == tag


def test_the_same_content_has_one_tag_weak_when_it_is_compressed(software: Software, many: None) -> None:
    plain, packed = (asked(software, "/students", Accept_Encoding=how) for how in ("identity", "gzip"))
    assert packed.headers["ETag"] == f"W/{plain.headers['ETag']}"
    assert gzip.decompress(packed.data) == plain.data
    assert (
        asked(software, "/students", Accept_Encoding="gzip", If_None_Match=plain.headers["ETag"]).status_code
        == 304
    )
    assert asked(software, "/students", If_None_Match=packed.headers["ETag"]).status_code == 304


def test_a_records_tag_stays_strong_because_changes_ask_for_it(
    software: Software, register: Register
) -> None:
    """Most libraries accept gzip without being asked."""
    path = f"/students/{register.students.get('1').id}"
    long = {"department": "é" * 100, "year": "é" * 100, "email": "a@example.org", "phone": "é" * 30}
    software.patch(path, {key: value for key, value in long.items() if key != "phone"})
    answer = asked(software, path, Accept_Encoding="gzip")
    tag = answer.headers["ETag"]
    assert not tag.startswith("W/")
    changed = software.patch(path, {"name": "Eileen M. Collins"}, headers={"If-Match": tag})
    assert changed.status_code == 200
    assert software.patch(path, {"name": "Eileen"}, headers={"If-Match": tag}).status_code == 412


@pytest.mark.parametrize(
    ("wanted", "coding"),
    [
        ("gzip", "gzip"),
        ("*", "gzip"),
        ("br;q=1, gzip;q=0.001", "gzip"),
        ("gzip;q=0.5, identity;q=0.5", "gzip"),
        ("gzip;q=0.5, identity;q=0.6", None),
        ("gzip;q=0.5, *;q=0.6", None),
        ("gzip;q=0", None),
        ("gzip;q=0, *", None),
        ("br, deflate", None),
        ("identity;q=0", None),
        ("", None),
    ],
)
def test_lists_and_the_document_are_compressed_as_the_client_wishes(
    software: Software, many: None, wanted: str, coding: str | None
) -> None:
    for path in ("/students", "/openapi.json"):
        whole = asked(software, path, Accept_Encoding="identity")
        answer = asked(software, path, Accept_Encoding=wanted)
        assert len(whole.data) >= SMALLEST
        assert answer.headers.get("Content-Encoding") == coding
        assert (gzip.decompress(answer.data) if coding else answer.data) == whole.data
        assert int(answer.headers["Content-Length"]) == len(answer.data)
        assert "accept-encoding" in answer.vary
        assert "accept-encoding" in whole.vary
        head = asked(software, path, "HEAD", Accept_Encoding=wanted)
        assert head.data == b""
        for name in ("Content-Encoding", "Content-Length", "Content-Type", "ETag"):
            assert head.headers.get(name) == answer.headers.get(name)


def test_short_answers_are_compressed_only_for_who_takes_nothing_else(
    every_read: list[str], software: Software
) -> None:
    for path in every_read:
        plain = asked(software, path, Accept_Encoding="identity")
        usual = asked(software, path, Accept_Encoding="gzip")
        assert (usual.headers.get("Content-Encoding") == "gzip") == (len(plain.data) >= SMALLEST)
        for wanted in ("gzip, identity;q=0", "gzip, *;q=0"):
            packed = asked(software, path, Accept_Encoding=wanted)
            assert packed.headers["Content-Encoding"] == "gzip", path
            assert gzip.decompress(packed.data) == plain.data


def test_what_names_people_is_stored_nowhere_and_the_document_is_asked_for_again(
    app: Flask, register: Register, software: Software
) -> None:
    for call in every_call(app, register):
        answer = call.send(software)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "authorization" in answer.vary
    document = software.get("/openapi.json")
    assert document.headers["Cache-Control"] == "no-cache"
    assert "authorization" not in document.vary


@pytest.mark.parametrize(("method", "path"), [("GET", "/student_attendance"), ("POST", "/recognize")])
def test_known_names_take_logins_too_and_vary_by_them(app: Flask, method: str, path: str) -> None:
    answer = app.test_client().open(path, method=method)
    assert all(name in answer.vary for name in ("authorization", "cookie", "origin", "sec-fetch-site"))
    assert answer.headers["Cache-Control"] == "no-store"


def test_nothing_of_a_request_comes_back_in_what_is_compressed(software: Software, many: None) -> None:
    guess = "guess-of-a-secret"
    for path in (f"/students?search={guess}", "/students", "/marks", "/openapi.json"):
        answer = asked(software, path, X_Request_Id=guess, Referer=f"https://{guess}.example", Cookie=guess)
        assert answer.status_code == 200
        assert guess not in answer.text


def test_a_condition_that_a_call_does_not_check_is_refused(
    app: Flask, register: Register, software: Software
) -> None:
    """Done regardless, the change would be lost that the condition was to protect."""
    calls = every_call(app, register)
    checked = {"PATCH /api/v1/students/{student}", "DELETE /api/v1/students/{student}"}
    for call in calls:
        if call.method == "GET":
            continue
        for name in ("If-Match", "If-None-Match"):
            if name == "If-Match" and f"{call.method} {call.address}" in checked:
                continue
            answer = call.send(software, headers={name: '"a-tag"'})
            assert is_problem(answer, 422, "not-as-described"), call
            assert name in answer.get_json(force=True)["detail"]
