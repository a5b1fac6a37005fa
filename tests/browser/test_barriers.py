"""No page has a serious barrier, in light or dark, nor scrolls sideways on the smallest phone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page
from werkzeug.routing import Rule

from attendance.accounts.api_tokens import Scope
from attendance.classroom.jobs.values import ClassroomUpload
from attendance.marks.code_claims import claim_attempt
from attendance.settings.signing_secret import signing_secret
from attendance.values import Consent, MarkStatus, Role, Template
from client.web.grants import Signatures
from tests.browser.barriers import barriers_of, sideways_on_a_small_phone
from tests.browser.classroom import Classroom, classroom_in
from tests.browser.conftest import LAPTOP, OpenWindow
from tests.client.room_sender import WORKING
from tests.client.served_app import wait_until

pytestmark = pytest.mark.browser

# What is no page: pictures, numbers for scripts, the stream of a board, and what this computer asks itself.
NO_PAGES = {
    "static",
    "health.health",
    "health.readiness",
    "metrics.show",
    "general_wall.code",
    "general_wall.now",
    "projector.now",
    "board.changes",
    "board.events",
    "student_data.data",
    "student_photos.portrait",
    "reviews.snapshot",
    "reviews.portrait",
    "classroom.state",
    "classroom.picture",
    "classroom.portrait",
    "classroom_uploads.stands",
    "reports.course_file",
    "reports.session_file",
    "reports.student_file",
    "realtime.counts",
    "api_docs.asset",
    "own_address.arrive",
}
BEFORE_LOGIN = ("phone.", "codes.", "login.", "chosen_password.")


@pytest.fixture(scope="module")
def classroom(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Iterator[Classroom]:
    """A site in the middle of a session: marks of each kind, and somebody who waits for a tap."""
    with classroom_in(tmp_path_factory.mktemp("barriers"), models) as opened:
        register = opened.register
        register.courses.change(opened.course.id, static_code=True)
        session = register.class_sessions.open_now(opened.course.id, by="teacher")
        for number, status in enumerate((MarkStatus.PRESENT, MarkStatus.LATE, MarkStatus.EXCUSED), 1):
            register.marking.mark(str(number), status, by="teacher", note="a note", session=session)
        attempt = claim_attempt(
            "grant", "4", device=None, expires_at=register.clock.now() + timedelta(minutes=5)
        )
        register.claims.claim(session, "4", attempt)
        yield opened


@pytest.fixture(scope="module")
def values(classroom: Classroom) -> dict[str, str]:
    """What stands in the addresses of the pages."""
    register, session = classroom.register, classroom.session()
    signatures = Signatures(signing_secret(register.settings))
    teacher = register.accounts.all()[0]
    photo = register.classroom.inbox / "room.taken"
    photo.write_bytes(b"no photo")  # how it looks otherwise is seen in test_classroom.py
    job = register.classroom.submit(session, [ClassroomUpload(photo, "room.jpg")], by=teacher.id)
    wait_until(lambda: register.classroom.job(job.id).state not in WORKING)  # or its page loads itself anew
    return {
        "job_id": job.id,
        "session_id": session.id,
        "course_id": classroom.course.id,
        "student_id": classroom.student_id("Student One"),
        "photo_id": _photo_of(classroom, "Student One"),
        "user_id": teacher.id,
        "address": register.entrances.address(session),
        "grant": signatures.new_grant(session.id, register.clock.now()),
        "poster": signatures.poster(classroom.course.id),
        "token": register.password_links.new(teacher.id),
        "day_off_id": register.days_off.add("Founder's day", session.day, by=teacher.id).id,
        "name": "consent-form",  # of a document
        "token_id": register.api_tokens.make("Timetable", Scope, by=teacher.id).token.id,
    }


def _photo_of(classroom: Classroom, name: str) -> str:
    """The id of an enrolled photo of a student; which face it shows plays no part here."""
    register, pin = classroom.register, classroom.register.engine()
    student = register.students.by_id(classroom.student_id(name))
    register.students.note_consent(student.id, Consent(register.clock.now(), recorded_by="t", how="signed"))
    photo = Template(
        id="photo",
        student_id=student.id,
        engine=pin.engine,
        detector=pin.detector,
        embedding=np.ones(1, np.float32),
        source="photo",
        quality=0.9,
        created_at=register.clock.now(),
    )
    register.store.add_templates([photo])
    return photo.source


def _rules(classroom: Classroom) -> list[Rule]:
    rules = classroom.app.url_map.iter_rules()
    return [rule for rule in rules if "GET" in (rule.methods or ()) and rule.endpoint not in NO_PAGES]


def _path(rule: Rule, values: dict[str, str]) -> str:
    path = rule.rule
    for name in rule.arguments:
        path = path.replace(f"<{name}>", values[name])
    return path


def _look(page: Page, address: str, *, at: str) -> list[str]:
    page.set_viewport_size(LAPTOP)
    answer = page.goto(address)
    assert answer is not None
    assert answer.headers["content-type"].startswith("text/html"), f"{at} is no page; name it in NO_PAGES"
    assert answer.status < 500, at
    return [f"{at}: {line}" for line in barriers_of(page) + sideways_on_a_small_phone(page)]


@pytest.fixture
def page(open_window: OpenWindow) -> Iterator[Page]:
    """A window of a browser with a camera."""
    with open_window() as window:
        yield window.new_page()


def test_pages_for_everybody(classroom: Classroom, values: dict[str, str], page: Page) -> None:
    rules = [rule for rule in _rules(classroom) if rule.endpoint.startswith(BEFORE_LOGIN)]
    typed = classroom.register.entrances.showing(classroom.session()).typed
    paths = [_path(rule, values) for rule in rules]
    paths += ["/s/unknown", "/c?code=WRONG2", f"/c?code={typed}&way=number", "/nowhere"]
    found = [line for path in paths for line in _look(page, classroom.base + path, at=path)]
    assert found == []
    assert len(paths) > 8


def test_pages_of_teachers_and_admins(classroom: Classroom, values: dict[str, str], page: Page) -> None:
    setup = f"/setup/{classroom.register.first_admin.new_link()}"
    found = _look(page, classroom.base + setup, at="/setup/…")
    page.set_viewport_size(LAPTOP)
    classroom.set_up_admin(page)
    rules = [
        rule
        for rule in _rules(classroom)
        if not rule.endpoint.startswith(BEFORE_LOGIN) and rule.endpoint != "first_admin.form"
    ]
    for rule in rules:
        found += _look(page, classroom.base + _path(rule, values), at=rule.rule)
    found += _look(page, f"{classroom.base}/teach/nowhere", at="/teach/nowhere")
    assert found == []
    assert len(rules) > 15


def test_what_only_admins_may_see_is_refused_without_barriers(classroom: Classroom, page: Page) -> None:
    classroom.log_in(page, Role.TEACHER)
    assert _look(page, f"{classroom.base}/admin/accounts/", at="refused") == []


def test_a_barrier_would_be_found(page: Page) -> None:
    page.set_content(
        "<html lang=en><title>Bad</title><style>p { color: black; width: 900px }"
        "@media (prefers-color-scheme: dark) { p { background: #111 } }</style><main><h1>Bad</h1>"
        "<p>In the dark nobody reads this</p><input></main>"
    )
    found = barriers_of(page)
    assert any(line.startswith("light: label") for line in found)
    assert any(line.startswith("dark: color-contrast") for line in found)
    assert len(sideways_on_a_small_phone(page)) == 1
