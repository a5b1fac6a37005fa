"""Alarms come up on an open board by themselves, and one tap settles them there."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from attendance.values import Alarm, AlarmKind, Role, Session
from attendance.values.alarms import alarm_id
from tests.browser.album import Album
from tests.browser.classroom import COLLINS, HOPPER, Classroom
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


@pytest.fixture
def session(classroom: Classroom) -> Iterator[Session]:
    """A session that has just been opened."""
    opened = classroom.register.class_sessions.open_now(classroom.course.id, by="office")
    yield opened
    classroom.register.closing.close(opened.id, by="office")


def raised(classroom: Classroom, session: Session, kind: AlarmKind, *detail: str) -> Alarm:
    register = classroom.register
    students = tuple(sorted(classroom.student_id(name) for name in (COLLINS, HOPPER)))
    named = students if kind is AlarmKind.SHARED_PHONE else students[:1]
    subject = "+".join(named)
    at = register.clock.now()
    alarm = Alarm(alarm_id(session.id, kind, subject), session.id, kind, subject, named, at, detail)
    register.store.add_alarm(alarm)
    return alarm


@pytest.fixture
def board(signed_in: Visit, classroom: Classroom, session: Session) -> Page:
    page = signed_in(Role.TEACHER).page
    page.goto(f"{classroom.base}/teach/sessions/{quote(session.id)}/board")
    page.locator("#live", has_text="Live").wait_for()
    return page


def test_an_alarm_comes_up_is_seen_and_comes_back_with_undo(
    board: Page, classroom: Classroom, session: Session
) -> None:
    odd = board.locator("#odd")
    expect(odd).to_be_hidden()
    raised(classroom, session, AlarmKind.SHARED_PHONE, "signed", "now")
    expect(odd).to_contain_text("checked in with the same phone")
    raised(classroom, session, AlarmKind.LATE_CODE, "6")
    expect(board.locator("#odd-count")).to_have_text("2")
    odd.get_by_role("button", name="Seen").first.click()
    expect(board.locator("#odd-count")).to_have_text("1")
    expect(odd).not_to_contain_text("same phone")
    board.locator("#done").get_by_role("button", name="Undo").click()
    expect(board.locator("#odd-count")).to_have_text("2")


def test_they_fit_every_screen(board: Page, classroom: Classroom, session: Session, album: Album) -> None:
    raised(classroom, session, AlarmKind.SHARED_PHONE, "signed", "now")
    raised(classroom, session, AlarmKind.COPY, "nearly", "earlier", "2026-11-20T08:02:00+00:00")
    raised(classroom, session, AlarmKind.VIRTUAL_CAMERA, "OBS Virtual Camera")
    expect(board.locator("#odd-count")).to_have_text("3")
    album.keep(board, "board-alarms")
