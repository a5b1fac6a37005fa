"""Faces on the live page: a click on a box marks, no greeting covers one, and a teacher's word stands."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from attendance.values import MarkStatus, Session
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.site import COLLINS as COLLINS_PERSON
from tests.attendance.site import HOPPER as HOPPER_PERSON
from tests.browser.barriers import barriers_of
from tests.browser.classroom import COLLINS, HOPPER, Classroom
from tests.browser.conftest import LAPTOP, PHONE, Visit
from tests.browser.drawn_classroom import COLLINS_FACE, STRANGERS_FACE, drawn_classroom_in
from tests.browser.sent_frames import frame_of, send_frames
from tests.browser.teacher.realtime.live_page import (
    arrive,
    choose_by_click,
    lock,
    open_live,
    opened_session,
    status_of,
    wait_for_mark,
)

pytestmark = pytest.mark.browser

HOPPERS_FACE = photo_of(HOPPER_PERSON, side=120)
SMALL_FACE = photo_of(COLLINS_PERSON, side=48)
LEFT, RIGHT, BELOW = (20, 200), (480, 200), (250, 350)
TWO = frame_of({LEFT: COLLINS_FACE, RIGHT: HOPPERS_FACE})
FULL = frame_of(
    dict.fromkeys(product((10, 180, 350), (10, 340)), STRANGERS_FACE)
    | {LEFT: COLLINS_FACE, (505, 180): HOPPERS_FACE}
)
CROWD = frame_of(
    {(20, 60): COLLINS_FACE, (170, 60): HOPPERS_FACE}
    | dict.fromkeys([(320, 60), (470, 60), *product((20, 170, 320, 470), (260,))], STRANGERS_FACE)
)
SIDEWAYS: ViewportSize = {"width": 844, "height": 390}
UPRIGHT: ViewportSize = {"width": 800, "height": 1280}
SMALLEST: ViewportSize = {"width": 320, "height": 568}
LEAST_HIT = 44  # px

KEEP_GREETINGS = """
const later = window.setTimeout;
window.setTimeout = (done, ms, ...rest) => (ms === 4000 ? 0 : later(done, ms, ...rest));
"""
"""A greeting goes after four seconds, which a busy machine may need to look at it."""

OVERLAPS = """
() => {
  const shown = (one) => getComputedStyle(one).visibility === 'visible';
  const boxes = (found) =>
    [...document.querySelectorAll(found)].filter(shown).map((one) => one.getBoundingClientRect());
  const hidden = (one, other) => one.left < other.right - 1 && other.left < one.right - 1
    && one.top < other.bottom - 1 && other.top < one.bottom - 1;
  const greetings = boxes('.live-hello');
  const faces = boxes('.live-face, .live-label');
  const frame = document.querySelector('[data-frame]').getBoundingClientRect();
  return {
    greetings: greetings.length,
    faces: faces.length,
    covered: greetings.flatMap((one) => faces.filter((other) => hidden(one, other))).length,
    wide: greetings.filter((one) => one.left < 0 || one.right > innerWidth + 1).length,
    reach: Math.max(...greetings.map((one) => one.bottom)) - frame.top,
    screen: innerHeight,
  };
}
"""


COVERED = """
() => {
  const shown = (one) => getComputedStyle(one).visibility === 'visible';
  const all = [...document.querySelectorAll('.live-face')];
  const parts = all.flatMap((face) => [[face, face], [face, face.querySelector('.live-label')]])
    .filter(([, part]) => shown(part)).map(([face, part]) => [face, part, part.getBoundingClientRect()]);
  const meet = (one, other) => one.left < other.right - 1 && other.left < one.right - 1
    && one.top < other.bottom - 1 && other.top < one.bottom - 1;
  return parts.flatMap(([face, part, area], index) => parts.slice(index + 1)
    .filter(([other, , hidden]) => other !== face && meet(area, hidden))
    .map(([other]) => `${part.textContent} and ${other.textContent}`));
}
"""


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Classroom]:
    """A course whose faces are patches of colour."""
    with drawn_classroom_in(tmp_path_factory.mktemp("drawn")) as opened:
        yield opened


@pytest.fixture
def session(drawn: Classroom) -> Iterator[Session]:
    """A session of theirs that has just been opened."""
    with opened_session(drawn) as opened:
        yield opened


def middle_of(page: Page, name: str) -> tuple[float, float]:
    """The middle of somebody's box, in pixels of the window."""
    box = page.locator(".live-face", has_text=name).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_two_who_are_marked_in_one_frame_are_both_announced(
    visit: Visit, drawn: Classroom, session: Session
) -> None:
    page = arrive(visit, drawn, TWO).page
    page.add_init_script(
        "window.said = []; addEventListener('DOMContentLoaded', () => new MutationObserver((changes) =>"
        " changes.forEach((change) => change.addedNodes.forEach((one) => said.push(one.textContent)))"
        ").observe(document.querySelector('[data-said]'), { childList: true }));"
    )
    open_live(page, drawn.base, session)
    expect(page.locator("[data-marked] .live-row")).to_have_count(2)
    log = page.get_by_role("log")
    for name in (COLLINS, HOPPER):
        expect(log).to_contain_text(name)
    page.wait_for_timeout(1000)  # nothing is said twice
    people = [said for said in page.evaluate("said") if COLLINS in said or HOPPER in said]
    assert sum(said.count(COLLINS) for said in people) == 1
    assert sum(said.count(HOPPER) for said in people) == 1
    assert all(said.endswith(": Present.") for said in people)


def test_a_crowd_is_announced_in_few_sentences_and_nobody_is_left_out(
    visit: Visit, drawn: Classroom, session: Session
) -> None:
    page = open_live(arrive(visit, drawn, frame_of({})).page, drawn.base, session)
    page.locator("[data-line]", has_text="Ready").wait_for()
    said = page.evaluate(
        """async () => {
          const { Announcer } = await import('/static/js/realtime/announcer.js');
          const region = document.createElement('div');
          const announcer = new Announcer(region);
          const wait = (ms) => new Promise((done) => setTimeout(done, ms));
          announcer.state('line', 'Lost.');
          announcer.state('line', 'Ready.');
          announcer.person('A', 'Present');
          announcer.person('B', 'Late');
          announcer.person('C', 'Present');
          await wait(500);
          for (let number = 0; number < 3; number += 1) announcer.state('line', 'Ready.');
          announcer.person('D', 'Present');
          announcer.person('E', 'Present');
          const early = region.children.length;
          await wait(6000);
          return [early, [...region.children].map((one) => one.textContent)];
        }"""
    )
    assert said == [1, ["Ready. A, C: Present. B: Late.", "D, E: Present."]]


@pytest.mark.parametrize("kiosk", [False, True])
def test_greetings_cover_no_face_and_no_label_on_any_screen(
    visit: Visit, drawn: Classroom, session: Session, *, kiosk: bool
) -> None:
    page = arrive(visit, drawn, frame_of({})).page
    page.add_init_script(KEEP_GREETINGS)
    open_live(page, drawn.base, session)
    if kiosk:
        lock(page)
    page.locator("[data-line]", has_text="ook at the camera").wait_for()
    send_frames(page, FULL)
    expect(page.locator(".live-hello")).to_have_count(2)
    expect(page.locator(".live-face")).to_have_count(8)
    for size in (PHONE, SIDEWAYS, LAPTOP, UPRIGHT, SMALLEST):
        page.set_viewport_size(size)
        for shape in ("1.3333", "0.75"):  # a camera that is held upright
            page.locator("[data-frame]").evaluate(f"frame => frame.style.setProperty('--shape', '{shape}')")
            page.wait_for_timeout(300)
            found = page.evaluate(OVERLAPS)
            assert (found["greetings"], found["covered"], found["wide"]) == (2, 0, 0), (size, shape, found)
            if shape == "1.3333":
                assert found["reach"] <= found["screen"], (size, found)


def ready_for_clicks(visit: Visit, drawn: Classroom, session: Session) -> Page:
    """A live page that sees nobody yet, and marks who is clicked."""
    page = arrive(visit, drawn, frame_of({})).page
    open_live(page, drawn.base, session)
    page.locator("[data-line]", has_text="Ready").wait_for()
    choose_by_click(page)
    return page


def test_a_click_on_the_box_itself_marks_and_its_button_has_a_name(
    visit: Visit, drawn: Classroom, session: Session
) -> None:
    page = ready_for_clicks(visit, drawn, session)
    send_frames(page, TWO)
    expect(page.locator(".live-hit")).to_have_count(2)
    assert barriers_of(page) == []
    page.mouse.click(*middle_of(page, COLLINS))
    wait_for_mark(page, COLLINS)
    assert status_of(drawn, session, COLLINS) is MarkStatus.PRESENT
    assert status_of(drawn, session, HOPPER) is None
    box = page.locator(".live-faces").get_by_role("button", name=f"Mark present: {HOPPER}")
    box.focus()
    page.keyboard.press("Space")
    wait_for_mark(page, HOPPER)
    expect(page.locator(".live-hit")).to_have_count(0)
    assert page.evaluate("document.activeElement.matches('[data-faces]')")


def test_a_tap_on_a_small_face_has_room_for_a_thumb(visit: Visit, drawn: Classroom, session: Session) -> None:
    page = arrive(visit, drawn, frame_of({}), viewport=PHONE, has_touch=True, is_mobile=True).page
    open_live(page, drawn.base, session)
    page.locator("[data-line]", has_text="Ready").wait_for()
    choose_by_click(page)
    send_frames(page, frame_of({RIGHT: SMALL_FACE}))
    hit = page.locator(".live-hit")
    hit.scroll_into_view_if_needed()
    box, face = hit.bounding_box(), page.locator(".live-face").bounding_box()
    assert box is not None
    assert face is not None
    assert face["width"] < LEAST_HIT
    assert min(box["width"], box["height"]) >= LEAST_HIT
    page.touchscreen.tap(box["x"] + 3, box["y"] + 3)  # beside the face
    wait_for_mark(page, COLLINS)
    assert status_of(drawn, session, COLLINS) is MarkStatus.PRESENT


def test_in_a_crowd_no_label_covers_a_face_and_a_tap_marks_who_is_under_it(
    visit: Visit, drawn: Classroom, session: Session
) -> None:
    page = arrive(visit, drawn, frame_of({}), viewport=PHONE, has_touch=True, is_mobile=True).page
    open_live(page, drawn.base, session)
    page.locator("[data-line]", has_text="Ready").wait_for()
    for roll in ("1", "2"):
        drawn.register.marking.mark(roll, MarkStatus.ABSENT, by="teacher", session=session)
    send_frames(page, CROWD)
    expect(page.locator(".live-hit")).to_have_count(2)
    for size in (SMALLEST, SIDEWAYS, PHONE):
        page.set_viewport_size(size)
        page.wait_for_timeout(500)
        assert page.evaluate(COVERED) == [], size
    page.touchscreen.tap(*middle_of(page, HOPPER))
    wait_for_mark(page, HOPPER)
    assert status_of(drawn, session, HOPPER) is MarkStatus.PRESENT
    assert status_of(drawn, session, COLLINS) is MarkStatus.ABSENT


def test_a_box_that_moves_away_under_the_finger_is_marked_all_the_same(
    visit: Visit, drawn: Classroom, session: Session
) -> None:
    page = ready_for_clicks(visit, drawn, session)
    send_frames(page, frame_of({LEFT: COLLINS_FACE}))
    expect(page.locator(".live-hit")).to_have_count(1)
    page.mouse.move(*middle_of(page, COLLINS))
    page.mouse.down()
    before = middle_of(page, COLLINS)
    send_frames(page, frame_of({BELOW: COLLINS_FACE}))
    page.wait_for_function(
        "top => [...document.querySelectorAll('.live-hit')]"
        ".some((one) => one.getBoundingClientRect().top > top)",
        arg=before[1],
    )
    page.mouse.up()
    wait_for_mark(page, COLLINS)
    assert status_of(drawn, session, COLLINS) is MarkStatus.PRESENT


def test_a_teachers_word_stands_after_a_reload_and_one_click_puts_it_right(
    visit: Visit, drawn: Classroom, session: Session
) -> None:
    page = arrive(visit, drawn, frame_of({LEFT: COLLINS_FACE})).page
    open_live(page, drawn.base, session)
    wait_for_mark(page, COLLINS)
    drawn.register.marking.mark("1", MarkStatus.ABSENT, by="teacher", session=session)
    expect(page.locator(".live-face[data-status=kept] .live-state")).to_have_text("Absent by hand")
    page.reload()
    expect(page.locator(".live-face[data-status=kept]")).to_contain_text("Mark present")
    expect(page.locator("[data-view] .live-row")).to_contain_text("Absent by hand")
    assert status_of(drawn, session, COLLINS) is MarkStatus.ABSENT
    page.goto(f"{drawn.base}/teach/sessions/{quote(session.id)}/board")
    expect(page.locator("#out .pupil", has_text=COLLINS)).to_contain_text("although marked absent.")
    open_live(page, drawn.base, session)
    page.locator(".live-faces").get_by_role("button", name=f"Mark present: {COLLINS}").click()
    wait_for_mark(page, COLLINS)
    assert status_of(drawn, session, COLLINS) is MarkStatus.PRESENT


def test_who_is_marked_again_after_a_correction_is_greeted_and_announced_again(
    visit: Visit, drawn: Classroom, session: Session
) -> None:
    page = open_live(arrive(visit, drawn, frame_of({LEFT: COLLINS_FACE})).page, drawn.base, session)
    wait_for_mark(page, COLLINS)
    drawn.register.marking.mark("1", MarkStatus.ABSENT, by="teacher", session=session)
    button = page.locator(".live-faces").get_by_role("button", name=f"Mark present: {COLLINS}")
    button.wait_for()
    expect(page.locator("[data-marked] .live-row")).to_have_count(0)
    expect(page.locator("[data-here]")).to_have_text("0")
    button.click()
    expect(page.locator(".live-hello")).to_contain_text(COLLINS)
    expect(page.locator("[data-marked] .live-row")).to_have_count(1)
    expect(page.locator("[data-here]")).to_have_text("1")
    page.locator("[data-said] p", has_text=f"{COLLINS}: Present.").nth(1).wait_for()


def test_what_a_click_could_not_do_is_said_for_a_while_only(
    visit: Visit, drawn: Classroom, session: Session
) -> None:
    page = ready_for_clicks(visit, drawn, session)
    send_frames(page, frame_of({LEFT: COLLINS_FACE}))
    page.locator(".live-hit").wait_for()
    page.mouse.move(*middle_of(page, COLLINS))
    page.mouse.down()
    send_frames(page, frame_of({}))  # who was meant has walked away
    expect(page.locator(".live-face")).to_have_count(0)
    page.wait_for_timeout(2000)
    page.mouse.up()
    line = page.locator("[data-line]")
    expect(line).to_contain_text("can no longer be marked")
    expect(line).to_contain_text("Ready.", timeout=10_000)


def test_a_kiosk_tells_who_is_absent_by_hand_and_changes_nothing(
    visit: Visit, drawn: Classroom, session: Session
) -> None:
    drawn.register.marking.mark("1", MarkStatus.ABSENT, by="teacher", session=session)
    page = open_live(arrive(visit, drawn, frame_of({})).page, drawn.base, session)
    lock(page, by_tap=True)
    page.locator("[data-line]", has_text="Look at the camera").wait_for()
    send_frames(page, frame_of({LEFT: COLLINS_FACE}))
    wait_for_mark(page, COLLINS, "Your teacher marked you absent")
    expect(page.locator(".live-face")).to_contain_text("Your teacher marked you absent")
    expect(page.locator(".live-hit")).to_have_count(0)
    assert status_of(drawn, session, COLLINS) is MarkStatus.ABSENT
