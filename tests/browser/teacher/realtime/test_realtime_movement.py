"""The live page and the kiosk ask a recognised face to turn before they mark it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from attendance.live import movement_checks
from attendance.values import LivenessMode, LivenessResult, MarkStatus, Place, Session
from face_detection.liveness.values import Turn
from tests.attendance.fake_bursts import PATCH_SIDE, PATCH_TANGENT, WAY, patch_of
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.site import COLLINS as COLLINS_FACE
from tests.browser.barriers import barriers_of
from tests.browser.camera import CAMERA
from tests.browser.classroom import COLLINS, Classroom
from tests.browser.conftest import Visit
from tests.browser.drawn_classroom import drawn_classroom_in
from tests.browser.sent_frames import frame_of, send_frames
from tests.browser.teacher.realtime.live_page import (
    arrive,
    lock,
    open_live,
    opened_session,
    status_of,
    wait_for_mark,
)

pytestmark = pytest.mark.browser

PLACE = (250, 200)
SENTENCES = {
    "Turn your head a little to the left": Turn.LEFT,
    "Turn your head a little to the right": Turn.RIGHT,
}
OTHER = {Turn.LEFT: Turn.RIGHT, Turn.RIGHT: Turn.LEFT}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Classroom]:
    """A course that requires a movement."""
    with drawn_classroom_in(tmp_path_factory.mktemp("drawn")) as opened:
        opened.register.courses.change(opened.course.id, liveness=LivenessMode.REQUIRED)
        yield opened


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow or quick this computer is, nobody is asked for anything else, and no frame is lost."""
    monkeypatch.setattr(movement_checks, "PATIENCE_SECONDS", 600.0)
    monkeypatch.setattr(movement_checks, "WINDOW_SECONDS", 60.0)
    monkeypatch.setattr(movement_checks, "MOST_GAP_MS", 60_000)
    monkeypatch.setattr(movement_checks, "LEAST_GAP_MS", 1)


@pytest.fixture
def session(drawn: Classroom) -> Iterator[Session]:
    """A session of theirs that has just been opened."""
    with opened_session(drawn) as opened:
        yield opened


def head(turn: Turn | None = None, tangent: float = 0.0) -> bytes:
    return frame_of({PLACE: patch_of(photo_of(COLLINS_FACE), turn, tangent)})


def asked(page: Page) -> Turn:
    """What the page asks the face for."""
    word = page.locator(".live-face[data-status=asked] .live-state")
    word.wait_for()
    sentence = word.inner_text()
    expect(page.locator("[data-said]")).to_contain_text(f"{COLLINS}: {sentence}.")
    return SENTENCES[sentence]


def move(page: Page, turn: Turn) -> None:
    """Turn the head; each frame is sent until its answer is shown."""
    for tangent in WAY:
        send_frames(page, head(turn, tangent))
        shown = head_width(turn, tangent) * 100 / CAMERA[0]
        page.wait_for_function(
            "wide => Math.abs(parseFloat(document.querySelector('.live-face')?.style.width) - wide) < 0.1",
            arg=shown,
        )


def head_width(turn: Turn, tangent: float) -> int:
    return PATCH_SIDE + round(PATCH_TANGENT * (tangent if turn is Turn.LEFT else -tangent))


def test_who_turns_as_asked_is_greeted_at_the_kiosk(visit: Visit, drawn: Classroom, session: Session) -> None:
    page = open_live(arrive(visit, drawn, head()).page, drawn.base, session)
    lock(page)
    turn = asked(page)
    assert barriers_of(page) == []
    expect(page.locator(".live-hit")).to_have_count(0)  # nobody marks themselves
    assert status_of(drawn, session, COLLINS) is None
    move(page, turn)
    wait_for_mark(page, COLLINS)
    mark = drawn.register.store.mark(session.id, drawn.student_id(COLLINS))
    assert mark is not None
    assert (mark.evidence.place, mark.evidence.liveness) == (Place.KIOSK, LivenessResult.PASSED)


def test_a_teacher_may_mark_whoever_did_not_move(visit: Visit, drawn: Classroom, session: Session) -> None:
    page = open_live(arrive(visit, drawn, head()).page, drawn.base, session)
    move(page, OTHER[asked(page)])
    assert status_of(drawn, session, COLLINS) is None
    send_frames(page, head())
    page.locator("[data-view]").get_by_role("button", name=f"Mark present: {COLLINS}").click()
    expect(page.locator("[data-here]")).to_have_text("1")
    assert status_of(drawn, session, COLLINS) is MarkStatus.PRESENT
