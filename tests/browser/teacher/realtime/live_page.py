"""The live page in front of a camera of a test's own choice, and the kiosk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from playwright.sync_api import Page, expect

from attendance.values import MarkStatus, Role, Session
from tests.browser.classroom import Classroom
from tests.browser.conftest import LAPTOP, Visit, Visitor
from tests.browser.sent_frames import exchange_frames, send_frames

PIN = "2580"


@contextmanager
def opened_session(drawn: Classroom) -> Iterator[Session]:
    """A session that has just been opened, as the only one."""
    register = drawn.register
    for one in register.class_sessions.open_ones():
        register.closing.close(one.id, by="office")
    drawn.clock.advance(minutes=1)
    opened = register.class_sessions.open_now(drawn.course.id, by="office")
    yield opened
    register.closing.close(opened.id, by="office")


def arrive(visit: Visit, drawn: Classroom, picture: bytes, **options: object) -> Visitor:
    """A teacher who is logged in, and whose camera sends this."""
    visitor = visit(**{"viewport": LAPTOP, **options})
    exchange_frames(visitor.page)
    drawn.log_in(visitor.page, Role.TEACHER)
    visitor.page.goto(f"{drawn.base}/teach/")
    send_frames(visitor.page, picture)
    return visitor


def open_live(page: Page, base: str, session: Session) -> Page:
    """The live page of a session."""
    page.goto(f"{base}/realtime/{quote(session.id)}")
    return page


def choose_by_click(page: Page) -> None:
    """Students are marked when the teacher clicks."""
    page.get_by_label("are marked when you click").first.check()
    page.locator("[data-line]", has_text="marked when you click").wait_for()


def lock(page: Page, pin: str = PIN, *, by_tap: bool = False) -> None:
    """Make the browser a kiosk, as a person does."""
    page.locator("#kiosk > summary").click()
    page.get_by_label("PIN", exact=True).fill(pin)
    page.get_by_label("PIN again").fill(pin)
    if by_tap:
        page.get_by_label("tap to be marked").check()
    page.get_by_role("button", name="Start the kiosk").click()
    page.wait_for_url("**/realtime/kiosk")


def wait_for_mark(page: Page, name: str, word: str = "Present") -> None:
    """Wait until the page says so; the greeting itself is gone after a few seconds."""
    expect(page.locator("[data-said]")).to_contain_text(f"{name}: {word}.")


def status_of(drawn: Classroom, session: Session, name: str) -> MarkStatus | None:
    """A student's mark."""
    mark = drawn.register.store.mark(session.id, drawn.student_id(name))
    return None if mark is None else mark.status
