"""A teacher enrols a student with the laptop's camera: the page picks the shots, the teacher saves them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from attendance.values import Consent, Role
from tests.browser.classroom import Classroom
from tests.browser.conftest import Visit, Visitor

pytestmark = pytest.mark.browser

HOPPER = "Grace Hopper"


def camera_page(visitor: Visitor, classroom: Classroom, name: str) -> None:
    """Open the camera page of a student who has agreed, and start the camera."""
    student_id = classroom.student_id(name)
    given = Consent(datetime.now(UTC), recorded_by="office", how="signed form")
    classroom.register.students.note_consent(student_id, given)
    visitor.page.goto(f"{classroom.base}/teach/students/{student_id}/camera")
    visitor.page.locator("[data-start]").click()


def test_good_shots_are_picked_and_saved(signed_in: Visit, classroom: Classroom) -> None:
    visitor = signed_in(Role.TEACHER, seen=HOPPER)
    camera_page(visitor, classroom, HOPPER)
    visitor.page.locator(".guided-shots li").first.wait_for()
    expect(visitor.page.locator("[data-count]")).to_contain_text("of 20 good photos")
    student = classroom.register.students.by_id(classroom.student_id(HOPPER))
    assert classroom.register.students.details(student.roll_number).templates == 0
    visitor.page.get_by_role("button", name="Save these photos").click()
    visitor.page.wait_for_url(f"**/teach/students/{student.id}")
    details = classroom.register.students.details(student.roll_number)
    assert details.templates > 0
    assert details.has_portrait
    assert visitor.complaints == []


def test_what_is_wrong_with_the_picture_is_said(signed_in: Visit, classroom: Classroom) -> None:
    visitor = signed_in(Role.TEACHER, seen="a cat")
    camera_page(visitor, classroom, "Student Three")
    visitor.page.locator("[data-line]", has_text="No face can be seen.").wait_for()
    expect(visitor.page.locator(".guided-shots li")).to_have_count(0)
    expect(visitor.page.get_by_role("button", name="Save these photos")).to_be_hidden()


def test_another_students_face_is_held_up(signed_in: Visit, classroom: Classroom) -> None:
    visitor = signed_in(Role.TEACHER, seen="Eileen Collins")
    camera_page(visitor, classroom, "Student Four")
    visitor.page.locator(".guided-shots li").first.wait_for()
    visitor.page.get_by_role("button", name="Save these photos").click()
    visitor.page.locator("[data-line]", has_text="Nothing was added").wait_for()
    expect(visitor.page.get_by_label("They are two people")).to_be_visible()
    assert classroom.register.store.templates_of(classroom.student_id("Student Four")) == []
