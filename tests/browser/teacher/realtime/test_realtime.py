"""The live page with a camera in front of it, and the kiosk, in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from attendance.values import LivenessMode, MarkMethod, MarkStatus, Role, Session
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.site import HOPPER as HOPPER_FACE
from tests.browser.barriers import barriers_of, sideways_on_a_small_phone
from tests.browser.classroom import COLLINS, HOPPER, Classroom
from tests.browser.conftest import AGAIN, GRANTED, LAPTOP, PHONE, REFUSED, Visit
from tests.browser.drawn_classroom import (
    COLLINS_FACE,
    DOUBTFUL_HOPPER,
    STRANGERS_FACE,
    TURNED_FACE,
    drawn_classroom_in,
)
from tests.browser.sent_frames import frame_of, send_frames
from tests.browser.teacher.realtime.live_page import (
    PIN,
    arrive,
    choose_by_click,
    lock,
    open_live,
    opened_session,
    status_of,
    wait_for_mark,
)
from tests.client.served_app import serving, wait_until
from tests.client.signed_in import PASSWORD

pytestmark = pytest.mark.browser

LEFT, MIDDLE, RIGHT, HIGH = (20, 200), (250, 200), (480, 200), (250, 20)
HOPPERS_FACE = photo_of(HOPPER_FACE, side=120)
EACH_STATE = frame_of({LEFT: COLLINS_FACE, MIDDLE: DOUBTFUL_HOPPER, RIGHT: STRANGERS_FACE, HIGH: TURNED_FACE})

COUNT_FRAMES = """
window.waiting = window.most = window.answered = 0;
const send = WebSocket.prototype.send;
WebSocket.prototype.send = function (data) {
  if (!this.watched) this.addEventListener('message', (event) => {
    if (!JSON.parse(event.data).frame) return;
    waiting -= 1;
    answered += 1;
  });
  this.watched = true;
  if (typeof data !== 'string') waiting += 1;
  most = Math.max(most, waiting);
  return send.call(this, data);
};
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


def test_a_real_face_is_named_greeted_and_on_the_board(signed_in: Visit, classroom: Classroom) -> None:
    register = classroom.register
    register.courses.change(classroom.course.id, liveness=LivenessMode.OFF)  # the film shows a photo
    session = register.class_sessions.open_now(classroom.course.id, by="office")
    visitor = signed_in(Role.TEACHER, seen=COLLINS)
    page = visitor.page
    page.goto(f"{classroom.base}/teach/sessions/{quote(session.id)}/board")
    page.get_by_role("link", name="Live camera").click()
    page.locator(".live-hello", has_text=COLLINS).filter(has_text="Present").wait_for()
    expect(page.locator(".live-face b")).to_have_text(COLLINS)
    expect(page.locator(".live-face[data-status=marked] .live-state")).to_have_text("Present")
    wait_for_mark(page, COLLINS)
    expect(page.locator("[data-marked] .live-row")).to_contain_text(COLLINS)
    expect(page.locator("[data-here]")).to_have_text("1")
    mark = register.store.mark(session.id, classroom.student_id(COLLINS))
    assert mark is not None
    assert (mark.status, mark.method, mark.device) == (MarkStatus.PRESENT, MarkMethod.FACE, "live page")
    page.get_by_role("link", name="Board").click()
    page.locator("#in", has_text=COLLINS).wait_for()
    assert visitor.complaints == []
    register.closing.close(session.id, by="office")
    register.courses.change(classroom.course.id, liveness=classroom.course.liveness)


def test_each_state_has_its_box_its_word_and_what_can_be_done(
    visit: Visit, drawn: Classroom, session: Session
) -> None:
    page = open_live(arrive(visit, drawn, EACH_STATE).page, drawn.base, session)
    for status, word in (
        ("marked", "Present"),
        ("doubtful", "Who is it?"),
        ("unknown", "Not in this course"),
        ("unfit", "Look at the camera"),
    ):
        box = page.locator(f".live-face[data-status={status}]")
        expect(box.locator(".live-state")).to_have_text(word)
        expect(box.locator(".live-state svg")).to_have_count(1)
    expect(page.locator("[data-view] .live-row")).to_have_count(4)
    assert barriers_of(page) == []
    page.locator("[data-view]").get_by_role("button", name=f"{HOPPER} (2), mark present").press("Enter")
    expect(page.locator("[data-here]")).to_have_text("2")
    assert status_of(drawn, session, HOPPER) is MarkStatus.PRESENT


def test_a_mirrored_picture_has_its_boxes_mirrored_and_its_names_not(
    visit: Visit, drawn: Classroom, session: Session
) -> None:
    page = open_live(arrive(visit, drawn, frame_of({LEFT: COLLINS_FACE})).page, drawn.base, session)
    box = page.locator(".live-face[data-status=marked]")
    box.wait_for()
    left = box.evaluate("box => parseFloat(box.style.left)")
    assert left == pytest.approx(100 * (1 - (LEFT[0] + 120) / 640), abs=1.0)
    assert (
        page.locator("video").evaluate("video => getComputedStyle(video).transform").startswith("matrix(-1")
    )
    assert box.evaluate("box => getComputedStyle(box).transform") == "none"
    page.evaluate("document.querySelector('[data-frame]').classList.remove('mirrored')")
    assert page.locator("video").evaluate("video => getComputedStyle(video).transform") == "none"


def test_by_click_nobody_is_marked_before_and_the_keyboard_does_it(
    visit: Visit, drawn: Classroom, session: Session
) -> None:
    page = arrive(visit, drawn, frame_of({LEFT: COLLINS_FACE, RIGHT: HOPPERS_FACE})).page
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    send_frames(page, frame_of({}))
    open_live(page, drawn.base, session)
    page.locator("[data-line]", has_text="Ready").wait_for()
    choose_by_click(page)
    send_frames(page, frame_of({LEFT: COLLINS_FACE, RIGHT: HOPPERS_FACE}))
    expect(page.locator(".live-face[data-status=recognised]")).to_have_count(2)
    assert drawn.register.store.marks(session.id) == []
    page.locator("[data-view]").get_by_role("button", name=f"Mark present: {COLLINS}").press("Enter")
    wait_for_mark(page, COLLINS)
    assert status_of(drawn, session, HOPPER) is None
    page.locator(".live-face").get_by_role("button", name=f"Mark present: {HOPPER}").click()
    wait_for_mark(page, HOPPER)
    expect(page.locator("[data-marked] .live-who")).to_have_text([HOPPER, COLLINS])
    assert status_of(drawn, session, HOPPER) is MarkStatus.PRESENT
    assert ["marking=automatic" in sockets[0], "marking=by_click" in sockets[-1]] == [True, True]


def test_whoever_is_late_reads_so(visit: Visit, drawn: Classroom, session: Session) -> None:
    late = drawn.register.class_sessions.get(session.id).late_at
    if late is None:
        drawn.register.courses.change(drawn.course.id, late_after_minutes=1)
        drawn.register.closing.close(session.id, by="office")
        drawn.clock.advance(minutes=1)
        session = drawn.register.class_sessions.open_now(drawn.course.id, by="office")
    drawn.clock.advance(minutes=5)
    page = open_live(arrive(visit, drawn, frame_of({LEFT: COLLINS_FACE})).page, drawn.base, session)
    wait_for_mark(page, COLLINS, "Late")
    drawn.register.closing.close(session.id, by="office")


def test_only_one_frame_is_on_its_way_at_a_time(visit: Visit, drawn: Classroom, session: Session) -> None:
    page = arrive(visit, drawn, frame_of({LEFT: COLLINS_FACE})).page
    page.add_init_script(COUNT_FRAMES)
    open_live(page, drawn.base, session)
    wait_for_mark(page, COLLINS)
    wait_until(lambda: page.evaluate("answered") > 20)
    assert page.evaluate("most") == 1


def test_a_lost_server_is_told_and_reached_again(visit: Visit, drawn: Classroom, session: Session) -> None:
    page = arrive(visit, drawn, frame_of({})).page
    with serving(drawn.app) as port:
        page.goto(f"http://127.0.0.1:{port}/static/tokens.css")  # another port has a storage of its own
        send_frames(page, frame_of({}))
        open_live(page, f"http://127.0.0.1:{port}", session)
        page.locator("[data-line]", has_text="Ready").wait_for()
    page.locator("[data-line]", has_text="The connection was lost.").filter(has_text=AGAIN).wait_for()
    with serving(drawn.app, at=port):
        page.locator("[data-line]", has_text="Ready").wait_for()
        send_frames(page, frame_of({LEFT: COLLINS_FACE}))
        wait_for_mark(page, COLLINS)


def test_when_the_session_closes_the_page_says_so_and_goes_on_when_it_opens_again(
    visit: Visit, drawn: Classroom, session: Session
) -> None:
    page = open_live(arrive(visit, drawn, frame_of({LEFT: STRANGERS_FACE})).page, drawn.base, session)
    page.locator(".live-face[data-status=unknown]").wait_for()
    drawn.register.closing.close(session.id, by="office")
    page.locator("[data-line]", has_text="The session is closed.").wait_for()
    expect(page.locator(".live-face")).to_have_count(0)
    drawn.register.closing.reopen(session.id, by="office", minutes=30)
    page.locator(".live-face[data-status=unknown]").wait_for()


def test_when_the_login_ends_the_page_says_so_and_gives_the_camera_back(
    visit: Visit, drawn: Classroom, session: Session
) -> None:
    page = arrive(visit, drawn, frame_of({})).page
    with serving(drawn.app) as port:
        page.goto(f"http://127.0.0.1:{port}/static/tokens.css")
        send_frames(page, frame_of({}))
        open_live(page, f"http://127.0.0.1:{port}", session)
        page.locator("[data-line]", has_text="Ready").wait_for()
        page.context.clear_cookies()
    with serving(drawn.app, at=port):
        page.locator("[data-line]", has_text="Your login has ended. Log in again.").wait_for()
        expect(page.get_by_role("link", name="Log in")).to_be_visible()
        assert page.evaluate("document.querySelector('video').srcObject") is None


@pytest.mark.parametrize(
    ("permission", "sentence"),
    [(REFUSED, "The camera is blocked for this page."), (GRANTED[:1], "No camera was found on this device.")],
)
def test_a_camera_that_is_not_to_be_had_is_explained(
    visit: Visit, drawn: Classroom, session: Session, permission: tuple[str, ...], sentence: str
) -> None:
    page = arrive(visit, drawn, frame_of({}), permission=permission).page
    open_live(page, drawn.base, session)
    page.locator("[data-line]", has_text=sentence).wait_for()
    expect(page.get_by_role("button", name="Start the camera")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("NotReadableError", "Another app is using the camera."),
        ("OverconstrainedError", "This camera can't be used here."),
        ("SecurityError", "does not let web pages use the camera"),
        ("AbortError", "The camera did not start. Try again."),
        ("UnheardOfError", "The camera did not start. Try again, or use another camera."),
    ],
)
def test_each_camera_error_has_its_sentence_and_the_camera_can_be_tried_again(
    visit: Visit, drawn: Classroom, session: Session, name: str, sentence: str
) -> None:
    page = arrive(visit, drawn, frame_of({})).page
    page.add_init_script(
        "const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices); let tries = 0;"
        "navigator.mediaDevices.getUserMedia = (wanted) => (tries += 1) > 1 ? real(wanted)"
        f" : Promise.reject(new DOMException('no', '{name}'))"
    )
    open_live(page, drawn.base, session)
    page.locator("[data-line]", has_text=sentence).wait_for()
    page.get_by_role("button", name="Start the camera").click()
    page.locator("[data-line]", has_text="Ready").wait_for()


def test_one_of_several_cameras_is_chosen(visit: Visit, drawn: Classroom, session: Session) -> None:
    two = (GRANTED[0], f"{GRANTED[1]}=device-count=2")
    page = arrive(visit, drawn, frame_of({}), permission=two).page
    open_live(page, drawn.base, session)
    choice = page.get_by_label("Camera", exact=True)
    expect(choice.locator("option")).to_have_count(2)
    label = "document.querySelector('video').srcObject?.getVideoTracks()[0].label"
    before = page.evaluate(label)
    choice.select_option(index=1)
    wait_until(lambda: page.evaluate(label) not in (None, before))
    page.locator("[data-line]", has_text="Ready").wait_for()


def test_a_phone_turns_from_front_to_back(visit: Visit, drawn: Classroom, session: Session) -> None:
    two = (GRANTED[0], f"{GRANTED[1]}=device-count=2")
    page = arrive(
        visit, drawn, frame_of({}), permission=two, viewport=PHONE, has_touch=True, is_mobile=True
    ).page
    page.add_init_script(
        "const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices); window.asked = [];"
        "navigator.mediaDevices.getUserMedia = (wanted) =>"
        " { asked.push(wanted.video.facingMode); return real(wanted); }"
    )
    open_live(page, drawn.base, session)
    page.get_by_role("button", name="Other camera").click()
    page.locator("[data-line]", has_text="Ready").wait_for()
    assert page.evaluate("asked") == ["user", "environment"]


def test_a_kiosk_marks_shows_no_way_out_and_opens_with_its_pin(
    visit: Visit, drawn: Classroom, session: Session
) -> None:
    visitor = arrive(visit, drawn, frame_of({}))
    page = open_live(visitor.page, drawn.base, session)
    tab = page.context.new_page()
    tab.goto(f"{drawn.base}/teach/sessions/{quote(session.id)}/board")
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    lock(page)
    tab.wait_for_url("**/realtime/kiosk")
    tab.locator("[data-line]", has_text="already running in another tab").wait_for()
    tab.close()
    expect(page.get_by_role("navigation")).to_have_count(0)
    expect(page.locator("a:not(.skip)").filter(visible=True)).to_have_count(0)
    page.locator("[data-line]", has_text="Look at the camera.").wait_for()
    send_frames(page, EACH_STATE)
    wait_for_mark(page, COLLINS)
    expect(page.locator(".live-face[data-status=doubtful]")).to_have_text("Ask your teacher")
    assert HOPPER not in page.locator("body").inner_text()
    assert "scores=false" in sockets[-1]
    mark = drawn.register.store.mark(session.id, drawn.student_id(COLLINS))
    assert mark is not None
    assert mark.device == "kiosk"
    for path in ("/teach/", "/realtime", f"/realtime/{quote(session.id)}", "/admin/accounts/", "/login"):
        page.goto(f"{drawn.base}{path}")
        assert page.url.endswith("/realtime/kiosk"), path
    page.go_back()
    assert page.url.endswith("/realtime/kiosk")
    page.locator("#leave > summary").click()
    page.get_by_label("PIN", exact=True).fill("7391")
    page.get_by_role("button", name="Leave", exact=True).click()
    expect(page.locator("[data-problem]")).to_contain_text("Wrong PIN")
    page.get_by_label("PIN", exact=True).fill(PIN)
    page.get_by_role("button", name="Leave", exact=True).click()
    page.wait_for_url(f"**/realtime/{quote(session.id)}")
    page.get_by_role("link", name="Board").click()
    page.wait_for_url("**/board")


def test_a_kiosk_by_click_marks_who_taps(visit: Visit, drawn: Classroom, session: Session) -> None:
    page = open_live(arrive(visit, drawn, frame_of({})).page, drawn.base, session)
    lock(page, by_tap=True)
    send_frames(page, frame_of({LEFT: COLLINS_FACE}))
    page.get_by_role("button", name=f"I'm here: {COLLINS}").click()
    wait_for_mark(page, COLLINS)
    assert status_of(drawn, session, COLLINS) is MarkStatus.PRESENT


def test_back_shows_nothing_of_the_teachers_from_before(
    visit: Visit, drawn: Classroom, session: Session
) -> None:
    page = arrive(visit, drawn, frame_of({})).page
    page.goto(f"{drawn.base}/teach/students/")
    open_live(page, drawn.base, session)
    lock(page)
    for _ in range(2):
        page.go_back()
        expect(page.locator("body.kiosk")).to_have_count(1)
        assert "Grace Hopper" not in page.locator("body").inner_text()


def test_the_password_opens_a_kiosk_whose_pin_is_forgotten(
    visit: Visit, drawn: Classroom, session: Session
) -> None:
    page = open_live(arrive(visit, drawn, frame_of({})).page, drawn.base, session)
    lock(page)
    page.locator("#leave > summary").click()
    page.get_by_text("Forgot the PIN?").click()
    page.get_by_label("Password of The teacher").fill(PASSWORD)
    page.get_by_role("button", name="Leave with the password").click()
    page.wait_for_url(f"**/realtime/{quote(session.id)}")


def test_the_kiosk_fills_the_screen_and_can_be_muted(
    visit: Visit, drawn: Classroom, session: Session
) -> None:
    page = open_live(arrive(visit, drawn, frame_of({})).page, drawn.base, session)
    lock(page)
    page.get_by_role("button", name="Full screen").click()
    wait_until(lambda: page.evaluate("document.fullscreenElement !== null"))
    expect(page.get_by_role("button", name="Full screen")).to_be_hidden()
    sound = page.locator("[data-sound]")
    expect(sound).to_have_text("Sound is on")
    sound.click()
    expect(sound).to_have_text("Sound is off")
    page.reload()
    expect(sound).to_have_text("Sound is off")


def test_the_kiosk_and_the_choice_have_no_barriers(visit: Visit, drawn: Classroom, session: Session) -> None:
    page = arrive(visit, drawn, EACH_STATE).page
    other = drawn.register.courses.add("Chemistry")
    drawn.register.class_sessions.open_now(other.id, by="office")
    page.goto(f"{drawn.base}/realtime")
    found = barriers_of(page) + sideways_on_a_small_phone(page)
    page.set_viewport_size(LAPTOP)
    page.get_by_role("link", name="Live camera for Physics").click()
    page.locator(".live-face[data-status=doubtful]").wait_for()
    found += sideways_on_a_small_phone(page)
    page.set_viewport_size(LAPTOP)
    lock(page)
    page.locator(".live-face[data-status=doubtful]").wait_for()
    page.locator("#leave > summary").click()
    found += barriers_of(page) + sideways_on_a_small_phone(page)
    assert found == []


def test_leaving_the_page_gives_the_camera_back(visit: Visit, drawn: Classroom, session: Session) -> None:
    page = open_live(arrive(visit, drawn, frame_of({})).page, drawn.base, session)
    page.locator("[data-line]", has_text="Ready").wait_for()
    page.evaluate("window.track = document.querySelector('video').srcObject.getVideoTracks()[0]")
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert page.evaluate("track.readyState") == "ended"


def test_without_javascript_the_page_says_what_it_needs(
    visit: Visit, drawn: Classroom, session: Session
) -> None:
    visitor = visit(viewport=LAPTOP, java_script_enabled=False)
    drawn.log_in(visitor.page, Role.TEACHER)
    open_live(visitor.page, drawn.base, session)
    expect(visitor.page.get_by_text("The camera needs JavaScript.")).to_be_visible()
