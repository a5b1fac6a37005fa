"""Notices in a browser: read a letter, send it, see what became of it; without barriers on any screen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from attendance.notices.service import Notices
from attendance.settings.mail_settings import MailSender
from attendance.values import NoticeKind
from tests.attendance.mail_server import Postbox, running
from tests.browser.barriers import barriers_of, sideways_on_a_small_phone
from tests.browser.classroom import Classroom, classroom_in
from tests.browser.conftest import PHONE, OpenWindow
from tests.client.served_app import wait_until

pytestmark = pytest.mark.browser
LONG = "parent.of.student.one.with.a.long.name@home-of-the-family.example"


@pytest.fixture(scope="module")
def postbox() -> Postbox:
    """What the mail server took; the box of Student Two is full, and Student Three is nobody there."""
    box = Postbox()
    box.refuses = {"two@students.example": "452 Full", "three@students.example": "550 No such user"}
    return box


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory, models: Path, postbox: Postbox) -> Iterator[Classroom]:
    """A course whose session nobody came to, and whose site writes about it."""
    with classroom_in(tmp_path_factory.mktemp("notices"), models) as opened, running(postbox) as server:
        register = opened.register
        one, two, three, *_ = register.students.all()
        register.store.update_student(replace(one, guardian_email=LONG))
        register.store.update_student(replace(two, email="two@students.example"))
        register.store.update_student(replace(three, email="three@students.example"))
        settings = replace(
            register.settings,
            smtp=server,
            mail_from=MailSender("School", "office@school.example"),
            notices=frozenset(NoticeKind),
        )
        register.notices = Notices(register.store, opened.clock, settings=settings, reports=register.reports)
        session = register.class_sessions.open_now(opened.course.id, by="teacher")
        register.closing.close(session.id, by="teacher")
        yield opened
        register.notices.close()


@pytest.fixture(scope="module")
def page(open_window: OpenWindow, room: Classroom) -> Iterator[Page]:
    """The admin's phone."""
    with open_window(viewport=PHONE, reduced_motion="reduce") as window:
        opened = window.new_page()
        room.set_up_admin(opened)
        yield opened


def test_a_letter_is_read_sent_and_accounted_for(page: Page, room: Classroom, postbox: Postbox) -> None:
    page.goto(f"{room.base}/teach/notices/")
    cards = page.locator(".letters > li")
    expect(cards).to_have_count(5)
    first = cards.filter(has_text=LONG)
    letter = first.locator(".letter")
    expect(letter).to_be_hidden()
    first.locator("summary").click()
    expect(letter).to_contain_text("Student One was not marked present in Physics")
    subject, text = first.locator("summary").inner_text(), letter.inner_text()
    assert barriers_of(page) == []
    page.get_by_role("button", name="Send now").click()
    expect(page.get_by_text("The notices are being sent.")).to_be_visible()
    wait_until(lambda: not room.register.notices.is_sending)
    page.goto(f"{room.base}/teach/notices/")
    expect(page.get_by_role("row", name="Student One")).to_contain_text("Sent")
    expect(page.get_by_role("row", name="Student Two")).to_contain_text("Retrying")
    expect(page.get_by_role("row", name="Student Three")).to_contain_text("Not sent")
    ((to, message),) = postbox.taken
    assert to == LONG
    assert message["Subject"] == subject
    assert message.get_content().split() == text.split()


def test_what_was_sent_has_no_barriers_and_fits_a_small_phone(page: Page, room: Classroom) -> None:
    page.goto(f"{room.base}/teach/notices/")
    for details in page.locator("details").all():
        details.locator("summary").click()
    assert barriers_of(page) == []
    assert sideways_on_a_small_phone(page) == []
