"""A teacher runs a class with three phones, from opening to closing, with real networks and a real server."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from attendance.values import MarkMethod, MarkStatus, Role, Session
from tests.browser.classroom import COLLINS, HOPPER, LATE_AFTER, Classroom, read_code
from tests.browser.conftest import Visit, Visitor

pytestmark = pytest.mark.browser


class Board:
    """The teacher's live board, which nobody loads anew.

    Args:
        page: which shows it.
        classroom: whose students they are.
    """

    def __init__(self, page: Page, classroom: Classroom) -> None:
        self.page = page
        self._classroom = classroom
        self._loads = 0
        page.on("load", self._note)

    def _note(self, _page: Page) -> None:
        self._loads += 1

    def shows(self, name: str, word: str, *, here: bool) -> None:
        """Wait until a student stands among those who are here, or the others, with this word."""
        where = "#in" if here else "#out"
        row = self.page.locator(f"{where} [data-student='{self._classroom.student_id(name)}']")
        expect(row).to_contain_text(word)

    def shows_count(self, number: int) -> None:
        """Wait until so many are here."""
        expect(self.page.locator("#board .count-here [data-count=here]")).to_have_text(str(number))

    def held(self, text: str) -> Locator:
        """The card of a held check-in that says this."""
        return self.page.locator("article[data-held]", has_text=text)

    def was_never_loaded_anew(self) -> None:
        """Nothing but events changed it."""
        assert self._loads == 0


@dataclass(frozen=True)
class Lesson:
    """A session that is open, with what the teacher has on the screens.

    Attributes:
        teacher: a window for everything else.
        projector: the code on the wall.
        board: in a window of its own.
    """

    classroom: Classroom
    session: Session
    teacher: Page
    projector: Page
    board: Board

    def press(self, name: str) -> None:
        """A button of the session's page."""
        self.teacher.goto(f"{self.classroom.base}/teach/sessions/{self.session.id}")
        with self.teacher.expect_navigation():  # or the next page is opened over it
            self.teacher.get_by_role("button", name=name).click()

    def code(self) -> str:
        """What phones read from the wall."""
        return read_code(self.projector)

    def next_code(self, **span: float) -> str:
        """What they read after a while; the wall asks for it by itself."""
        before = self.projector.locator("#typed").inner_text()
        self.classroom.clock.advance(**span)
        self.projector.evaluate("window.dispatchEvent(new Event('online'))")  # rather than wait 15 s
        expect(self.projector.locator("#typed")).not_to_have_text(before)
        return self.code()


def open_a_session(classroom: Classroom, teacher: Page) -> Lesson:
    """With one tap on the home page; then the teacher opens the wall and the board."""
    teacher.goto(f"{classroom.base}/teach/")
    teacher.get_by_role("button", name="Open a session now: Physics").click()
    teacher.wait_for_url("**/teach/sessions/*")
    session = classroom.session()
    projector, window = teacher.context.new_page(), teacher.context.new_page()
    projector.goto(f"{classroom.base}/wall/{session.id}")
    projector.locator("#code").wait_for()
    window.goto(f"{classroom.base}/teach/sessions/{session.id}/board")
    return Lesson(classroom, session, teacher, projector, Board(window, classroom))


def two_phones_at_once(lesson: Lesson, here: Visitor, stranger: Visitor) -> None:
    """Both scan the same code and send a photo; one of them belongs to nobody who is enrolled."""
    code = lesson.code()
    for phone in (here, stranger):
        phone.scan(code)
    for phone in (here, stranger):
        phone.page.locator("#shoot:enabled").wait_for()
    for phone in (here, stranger):
        phone.tap_check_in()
    assert here.read_verdict() == "Present"
    assert stranger.read_verdict() == "We didn't find you in this class"
    lesson.board.shows(COLLINS, "Present", here=True)
    lesson.board.shows_count(1)


def a_third_types_the_code(lesson: Lesson, phone: Visitor) -> None:
    """It has no camera: code and roll number wait for one tap of the teacher."""
    phone.page.goto(f"{lesson.classroom.base}/c")
    phone.page.get_by_label("Code", exact=True).fill(lesson.projector.locator("#typed").inner_text().lower())
    phone.page.get_by_role("button", name="Go on without a photo").click()
    phone.page.get_by_label("Your roll number").fill("3")
    phone.page.get_by_role("button", name="Check in").click()
    assert phone.read_verdict() == "Your teacher will confirm"
    card = lesson.board.held("Student Three")
    expect(card).to_be_visible()
    lesson.board.page.get_by_role("button", name="Student Five: Present").press("x")  # a key beside the card
    card.get_by_role("button", name="Student Three is here").click()
    expect(card).to_have_count(0)
    lesson.board.shows("Student Three", "Present", here=True)
    lesson.board.shows_count(2)


def the_stranger_is_enrolled_in_the_browser(lesson: Lesson, photo: bytes) -> None:
    """Consent first, then a photo."""
    page, classroom = lesson.teacher, lesson.classroom
    page.goto(f"{classroom.base}/teach/students/{classroom.student_id(HOPPER)}")
    page.get_by_label("How was consent given?").fill("signed form")
    page.get_by_role("button", name="Record consent").click()
    file = {"name": "1.jpg", "mimeType": "image/jpeg", "buffer": photo}
    page.set_input_files("#files", files=[file])  # type: ignore[arg-type]
    page.get_by_role("button", name="Send photos", exact=True).click()
    page.get_by_text("1 photo is enrolled.").wait_for()


def and_comes_late(lesson: Lesson, phone: Visitor) -> None:
    """The code from the beginning counts no more; the one that is there now does."""
    old = lesson.code()
    new = lesson.next_code(minutes=LATE_AFTER + 1)
    assert new != old
    phone.scan(old)
    expect(phone.page.get_by_role("heading", level=1)).to_have_text("This code is over")
    phone.scan(new)
    phone.tap_check_in()
    assert phone.read_verdict() == "Late"
    lesson.board.shows(HOPPER, "Late", here=True)
    lesson.board.shows_count(3)


def says_thats_not_me_and_the_teacher_decides(lesson: Lesson, phone: Visitor) -> None:
    """One key in the review queue; the board forgets the card by itself."""
    phone.page.get_by_text("That's not me").click()
    expect(phone.page.locator(".verdict h1")).to_have_text("Your teacher will check it")
    expect(lesson.board.held(HOPPER)).to_be_visible()
    lesson.teacher.goto(f"{lesson.classroom.base}/teach/reviews/")
    card = lesson.teacher.locator("[data-held]", has_text=HOPPER)
    card.focus()
    lesson.teacher.keyboard.press("1")
    expect(card).to_have_count(0)
    expect(lesson.board.held(HOPPER)).to_have_count(0)
    lesson.board.shows(HOPPER, "Late", here=True)


def closing_and_opening_again(lesson: Lesson) -> None:
    """Closing makes the rest absent; opening again undoes just that."""
    board = lesson.board
    lesson.press("Close now")
    board.shows("Student Five", "Absent", here=False)
    lesson.press("Reopen")
    board.shows("Student Five", "No mark", here=False)
    board.shows(HOPPER, "Late", here=True)
    board.shows_count(4)
    lesson.press("Close now")
    board.shows("Student Five", "Absent", here=False)
    board.shows_count(4)


def test_a_whole_session(visit: Visit, signed_in: Visit, classroom: Classroom, hopper_jpeg: bytes) -> None:
    teacher = signed_in(Role.TEACHER)
    lesson = open_a_session(classroom, teacher.page)
    here, other, typing = visit(COLLINS), visit(HOPPER), visit()
    lesson.board.shows_count(0)
    two_phones_at_once(lesson, here, other)
    a_third_types_the_code(lesson, typing)
    the_stranger_is_enrolled_in_the_browser(lesson, hopper_jpeg)
    and_comes_late(lesson, other)
    says_thats_not_me_and_the_teacher_decides(lesson, other)
    lesson.board.page.get_by_role("button", name="Student Four: Present").click()
    lesson.board.shows_count(4)
    lesson.board.was_never_loaded_anew()
    closing_and_opening_again(lesson)
    assert teacher.complaints + here.complaints + typing.complaints == []

    marks = {mark.student_id: mark for mark in classroom.register.store.marks(lesson.session.id)}
    stands = {student.name: marks[student.id] for student in classroom.register.students.all()}
    assert {name: (mark.status, mark.method) for name, mark in stands.items()} == {
        COLLINS: (MarkStatus.PRESENT, MarkMethod.FACE),
        HOPPER: (MarkStatus.LATE, MarkMethod.FACE),
        "Student Three": (MarkStatus.PRESENT, MarkMethod.CODE),
        "Student Four": (MarkStatus.PRESENT, MarkMethod.MANUAL),
        "Student Five": (MarkStatus.ABSENT, MarkMethod.CLOSING),
    }
    history = [event.status for event in stands["Student Five"].history]
    assert history == [MarkStatus.ABSENT, MarkStatus.WITHDRAWN, MarkStatus.ABSENT]
