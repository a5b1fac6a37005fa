"""What each role may see: the table in docs/accounts.md against every route of the app."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import IntegerConverter, Rule
from werkzeug.test import TestResponse

from attendance.register import Register
from attendance.values import Course, Role
from client.access.roles import Access, Pages, may_teach, require_course
from client.software.lazy_api_app import software_of
from tests.client.signed_in import SignedIn, SignIn

TABLE = Path(__file__).parents[3] / "docs" / "accounts.md"
ROW = re.compile(r"^\| `(/[^`]*)` \|[^|]*\| ([\w ]+) \| ([\w ]+) \| ([\w ]+) \| ([\w ]+) \|$", re.MULTILINE)
ROLES = ("anonymous", "teacher", "enrols", "admin")
ELSEWHERE = "https://attendance.example"
HERE = "http://localhost"


def table() -> dict[str, dict[str, str]]:
    """Path to role to what the docs say."""
    rows = ROW.findall(TABLE.read_text(encoding="utf-8"))
    return {path: dict(zip(ROLES, answers, strict=True)) for path, *answers in rows}


def row_for(path: str) -> str | None:
    """The longest path of the table that fits."""
    return max((row for row in table() if fits(row, path)), key=len, default=None)


def fits(row: str, path: str) -> bool:
    """Whether a row speaks of a path; a slash at its end means all below."""
    rest = ".*" if row.endswith("/") and row != "/" else ""
    return re.fullmatch(re.escape(row).replace("…", "[^/]+") + rest, path) is not None


def address(app: Flask, rule: Rule) -> str:
    """An address that the rule answers, of something that does not exist."""
    values = {
        name: 1 if isinstance(converter, IntegerConverter) else "unknown"
        for name, converter in rule._converters.items()
    }
    with app.test_request_context():
        url: str = app.url_map.bind("localhost").build(rule.endpoint, values, force_external=False)
    return url


def routes(app: Flask) -> list[tuple[str, str, bool]]:
    """Method, address and whether it is one of the teacher's pages, for each route."""
    found = []
    for one in (app, software_of(app)):
        for rule in one.url_map.iter_rules():
            guarded = isinstance(one.blueprints.get(rule.endpoint.rpartition(".")[0]), Pages)
            methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
            found += [(method, address(one, rule), guarded) for method in methods]
    return found


def ask(client: FlaskClient, method: str, path: str, base: str) -> TestResponse:
    """Without a CSRF token, so that nothing is changed whoever asks."""
    return client.open(path, method=method, base_url=base, buffered=False)


def says(answer: TestResponse) -> str:
    """Which of the table's words the answer is."""
    if answer.status_code == 401 or (
        answer.status_code in (302, 303) and answer.headers["Location"].startswith("/login")
    ):
        return "log in"
    return "no" if answer.status_code == 403 else "yes"


@pytest.fixture
def browsers(app: Flask, sign_in: SignIn) -> dict[str, FlaskClient]:
    """One for each role, known at both addresses of the server."""
    app.testing = False  # a page of something that does not exist may fail; who may see it is the question
    made = {"anonymous": app.test_client()}
    accounts = {role.value: sign_in(role=role) for role in Role} | {"enrols": sign_in(enrols=True)}
    for role, browser in accounts.items():
        made[role] = browser.client
        cookie = made[role].get_cookie("attendance_login")
        assert cookie is not None
        made[role].set_cookie("__Host-attendance_login", cookie.value, domain="attendance.example")
    return made


def test_every_route_stands_in_the_table(app: Flask) -> None:
    assert {path for _, path, _ in routes(app) if row_for(path) is None} == set()


def test_every_row_of_the_table_has_a_route(app: Flask) -> None:
    assert set(table()) - {row_for(path) for _, path, _ in routes(app)} == set()


@pytest.mark.parametrize("role", ROLES)
def test_each_role_sees_what_the_table_says(app: Flask, browsers: dict[str, FlaskClient], role: str) -> None:
    wrong = []
    for method, path, guarded in routes(app):
        if path == "/logout":
            continue  # would log them out
        expected = table()[row_for(path) or ""][role]
        if expected == "here":
            # A form without its token is refused before it is asked where it comes from.
            if ask(browsers[role], method, path, ELSEWHERE).status_code != (403 if method == "GET" else 400):
                wrong.append((method, path, "is open to others than the server's computer"))
            continue
        said = says(ask(browsers[role], method, path, ELSEWHERE))
        if not guarded and said == "no":
            said = "yes"  # a phone without a grant: that is no question of roles
        if said != expected:
            wrong.append((method, path, said))
    assert wrong == []


def test_every_form_of_the_teachers_pages_asks_for_its_token(
    app: Flask, browsers: dict[str, FlaskClient]
) -> None:
    unsafe = [(method, path) for method, path, guarded in routes(app) if guarded and method != "GET"]
    assert len(unsafe) > 5
    taken = {
        path: answer.status_code
        for method, path in unsafe
        if (answer := ask(browsers["admin"], method, path, HERE)).status_code != 400
    }
    assert taken == {}


def test_over_plain_http_from_elsewhere_no_page_of_a_teacher_is_shown(
    app: Flask, browsers: dict[str, FlaskClient]
) -> None:
    cookie = browsers["admin"].get_cookie("attendance_login")
    assert cookie is not None
    browsers["admin"].set_cookie("attendance_login", cookie.value, domain="192.168.1.20")
    shown = [
        path
        for method, path, guarded in routes(app)
        if guarded and says(ask(browsers["admin"], method, path, "http://192.168.1.20")) != "no"
    ]
    assert shown == []


def test_the_first_admins_link_is_for_the_servers_own_computer(app: Flask, register: Register) -> None:
    token = register.first_admin.new_link()
    browser = app.test_client()
    through_the_tunnel = {"X-Forwarded-For": "203.0.113.5", "X-Forwarded-Proto": "https"}
    app.extensions["tunnel"] = lambda: True
    assert browser.get(f"/setup/{token}", base_url=HERE).status_code == 200
    assert browser.get(f"/setup/{token}", base_url=ELSEWHERE).status_code == 403
    assert browser.get(f"/setup/{token}", base_url=HERE, headers=through_the_tunnel).status_code == 403
    far = {"REMOTE_ADDR": "192.168.1.7"}
    assert browser.get(f"/setup/{token}", base_url="https://localhost", environ_base=far).status_code == 403


def test_a_script_is_told_instead_of_sent_to_the_login(client: FlaskClient) -> None:
    for accepted in ("application/json", "text/event-stream"):
        answer = client.get("/teach/account/", headers={"Accept": accepted})
        assert answer.status_code == 401
        assert answer.get_json()["title"] == "Please log in"


def test_a_teacher_is_told_that_a_page_is_not_theirs(teacher: SignedIn) -> None:
    answer = teacher.get("/admin/accounts/")
    assert answer.status_code == 403
    assert "This is not for your account" in answer.text


def test_a_course_is_for_its_teachers_and_for_admins(app: Flask, sign_in: SignIn) -> None:
    pages = Pages("probe", __name__, access=Access.TEACHER, url_prefix="/teach/probe")
    whose = sign_in().user
    courses = {"hers": Course("1", "Physics", teachers=(whose.id,)), "everybodys": Course("2", "General")}

    @pages.get("/<name>")
    def show(name: str) -> str:
        return f"{may_teach(courses[name])} {require_course(courses[name]).name}"

    app._got_first_request = False
    app.register_blueprint(pages)
    assert sign_in(whose).get("/teach/probe/hers").text == "True Physics"
    assert sign_in(role=Role.ADMIN).get("/teach/probe/hers").text == "True Physics"
    other = sign_in(role=Role.TEACHER)
    assert other.get("/teach/probe/hers").status_code == 403
    assert other.get("/teach/probe/everybodys").text == "True General"


def test_a_page_that_does_not_exist_looks_like_the_teachers_others(teacher: SignedIn) -> None:
    answer = teacher.get("/teach/nowhere")
    assert answer.status_code == 404
    assert "There is no such page" in answer.text
    assert "teacher.css" in answer.text
    assert "nonce" not in answer.headers["Content-Security-Policy"]
