"""Pages that were written for other systems, on another site, with one line changed as the docs show."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Error, Page

from attendance.accounts.api_tokens import Scope
from attendance.values import MarkStatus, Role
from face_detection.problems import PhotoProblem
from tests.attendance.fake_pipeline import FULL_BLEND, photo_of
from tests.attendance.site import COLLINS, HOPPER, STRANGER
from tests.browser.classroom import Classroom
from tests.browser.conftest import LAPTOP, Visit
from tests.browser.drawn_classroom import drawn_classroom_in
from tests.client.examples import DOCS, blocks
from tests.client.served_app import serving

pytestmark = pytest.mark.browser

JOHNSON = 12  # not enrolled
TEXT = (DOCS / "known-names.md").read_text(encoding="utf-8")
STREAM, LIST, CREATE = blocks(TEXT.partition("## Find faces")[0], "js")
PAUSE = 2500  # ms between two pictures
FIELDS = ("image_id", "name", "department", "year", "roll_no", "email", "phone", "timestamp")
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
OLD_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Old client</title>
<script>
window.shown = [], window.read = [];
window.show = (...what) => { shown.push(what); };
window.picture = () => fetch(window.face);
window.canvas = { toDataURL: (type) => window.face_as_url };
const parse = JSON.parse;
JSON.parse = (text) => { const told = parse(text); read.push(told); return told; };
</script>"""


def jpeg(person: int, *, blend: int = 0, problem: PhotoProblem | None = None) -> bytes:
    """A picture of a person as a browser's canvas sends one."""
    out = io.BytesIO()
    Image.open(io.BytesIO(photo_of(person, side=128, blend=blend, problem=problem))).save(
        out, "JPEG", quality=95
    )
    return out.getvalue()


PICTURES = {
    "hopper": jpeg(HOPPER),
    "collins": jpeg(COLLINS),
    "stranger": jpeg(STRANGER),
    "doubtful": jpeg(COLLINS, blend=FULL_BLEND),
    "nobody": jpeg(HOPPER, problem=PhotoProblem.NO_FACE),
    "several": jpeg(HOPPER, problem=PhotoProblem.SEVERAL_FACES),
}


def old_site(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """The other site: a page, and the pictures that stand for its camera."""
    name = environ["PATH_INFO"].strip("/").removesuffix(".jpg")
    kind = "image/jpeg" if name in PICTURES else "text/html; charset=utf-8"
    start_response("200 OK", [("Content-Type", kind)])
    return [PICTURES.get(name, OLD_PAGE.encode())]


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[str]:
    """The origin of the other site."""
    with serving(old_site) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def school(tmp_path: Path, elsewhere: str) -> Iterator[Classroom]:
    """A school whose settings allow pages of the other site to call."""
    with drawn_classroom_in(tmp_path) as opened:
        opened.register.settings = replace(opened.register.settings, cors=(elsewhere,))
        details: dict[str, Any] = {"email": "grace@example.org", "phone": "303 555 0102"}
        details |= {"department": "Navy", "year": "2"}
        hopper = opened.register.students.get("2")
        opened.register.store.update_student(replace(hopper, image_id="7", **details))
        yield opened


@pytest.fixture
def old_page(visit: Visit, school: Classroom, elsewhere: str) -> Page:
    """The old page, in a browser in which a teacher is logged in; both sites share a host and its cookies."""
    page = visit(viewport=LAPTOP).page
    school.log_in(page, Role.TEACHER)
    page.goto(elsewhere)
    return page


def token_of(school: Classroom, *scopes: Scope) -> str:
    """The text of a new token."""
    tokens = school.register.api_tokens
    return tokens.make(f"old client {len(tokens.all())}", [scope.value for scope in scopes], by="admin").text


def changed(example: str, school: Classroom, token: str) -> str:
    """An example of the docs with this server's address and a token."""
    host = school.base.removeprefix("http://")
    example = example.replace("https://attendance.example", f"http://{host}")
    return example.replace("wss://attendance.example", f"ws://{host}").replace("fa_…", token)


def run(page: Page, script: str) -> list[Any]:
    """Run a script of the old page to its end; what it has shown."""
    page.evaluate(f"async () => {{ window.shown = [];\n{script}\n}}")
    shown: list[Any] = page.evaluate("window.shown")
    return shown


def answer_to(page: Page, name: str) -> tuple[str, dict[str, Any]]:
    """Stand before the camera until the next picture is answered; what the page reads then."""
    before = page.evaluate("([name]) => { window.face = `/${name}.jpg`; return read.length; }", [name])
    page.clock.run_for(PAUSE)
    page.wait_for_function("(before) => read.length > before", arg=before)
    told = page.evaluate("read[read.length - 1]")
    assert told["type"] == "faces"
    return told["message"], told["student_data"]


def test_a_page_streams_pictures_and_reads_who_was_marked(old_page: Page, school: Classroom) -> None:
    token = token_of(school, Scope.LIVE, Scope.LIVE_DETAILS)
    old_page.clock.install()
    run(old_page, changed(STREAM, school, token))
    old_page.wait_for_function("read.length > 0")
    assert old_page.evaluate("shown[0]") == ["Look at the camera.", None, None, None], "and no error"

    message, hopper = answer_to(old_page, "hopper")
    assert message == "Attendance marked for Grace Hopper."
    assert tuple(hopper) == FIELDS
    assert TIMESTAMP.fullmatch(hopper.pop("timestamp"))
    assert hopper == {
        "image_id": "7",
        "name": "Grace Hopper",
        "department": "Navy",
        "year": "2",
        "roll_no": "2",
        "email": "grace@example.org",
        "phone": "303 555 0102",
    }
    assert answer_to(old_page, "hopper")[0] == "Attendance of Grace Hopper was already taken."
    assert answer_to(old_page, "nobody") == ("No face was found.", {})
    assert answer_to(old_page, "several") == ("There is more than one face.", {})
    assert answer_to(old_page, "stranger") == ("Unknown face: no student of this class.", {})
    assert answer_to(old_page, "doubtful") == ("It is not certain who this is. Ask the teacher.", {})
    message, collins = answer_to(old_page, "collins")
    assert message == "Attendance marked for Eileen Collins."
    assert (collins["roll_no"], collins["image_id"], collins["email"]) == ("1", None, None)
    marks = school.register.store.marks(school.session().id)
    assert {mark.history[-1].by for mark in marks} == {"api:old client 0"}


def test_without_a_token_that_is_valid_the_teachers_cookie_opens_nothing(
    old_page: Page, school: Classroom
) -> None:
    token = token_of(school, Scope.LIVE)
    opened = """new Promise((done) => {{
      const socket = new WebSocket("{address}");
      socket.onmessage = () => {{ socket.close(); done("opened"); }};
      socket.onerror = () => done("refused");
    }})"""
    address = school.base.replace("http", "ws", 1) + "/ws"
    for query, ends in (
        (f"?token={token}", "opened"),
        (f"?token={token[:-1]}", "refused"),
        ("?token=", "refused"),
        ("", "refused"),
    ):
        assert old_page.evaluate(opened.format(address=address + query)) == ends, query
    school.register.api_tokens.revoke(school.register.api_tokens.all()[-1].id)
    assert old_page.evaluate(opened.format(address=f"{address}?token={token}")) == "refused"


def test_a_page_creates_a_student_and_lists_attendance(old_page: Page, school: Classroom) -> None:
    token = token_of(school, Scope.STUDENTS_WRITE, Scope.STUDENTS_READ, Scope.MARKS_READ, Scope.LIVE)
    url = f"data:image/jpeg;base64,{base64.b64encode(jpeg(JOHNSON)).decode()}"
    old_page.evaluate("(url) => { window.face_as_url = url; }", url)
    ((status, student_id),) = run(old_page, changed(CREATE, school, token))
    student = school.register.students.get("MA-17")
    assert (status, student_id, student.image_id) == ("success", student.id, "4")

    school.register.marking.mark("2", MarkStatus.PRESENT, by="teacher", session=school.session())
    rows = run(old_page, changed(LIST, school, token))
    (row,) = [row for row in rows if row[1] == "2"]
    assert row[:4] == ["7", "2", "Grace Hopper", "Navy"]
    assert TIMESTAMP.fullmatch(row[4])


def test_a_page_of_a_site_that_is_not_listed_reads_nothing(visit: Visit, school: Classroom) -> None:
    token = token_of(school, Scope.MARKS_READ)
    page = visit(viewport=LAPTOP).page
    with serving(old_site) as port:
        page.goto(f"http://127.0.0.1:{port}")
        with pytest.raises(Error, match="Failed to fetch"):
            run(page, changed(LIST, school, token))
        assert page.evaluate("shown") == []
