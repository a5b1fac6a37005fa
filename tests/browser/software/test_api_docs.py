"""The API's documentation, where calls can be tried out on real students."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import expect

from attendance.accounts.api_tokens import Scope
from tests.browser.conftest import LAPTOP, Visit
from tests.browser.drawn_classroom import drawn_classroom_in

pytestmark = pytest.mark.browser


def test_trying_out_a_change_changes_one_field_and_erases_none(visit: Visit, tmp_path: Path) -> None:
    with drawn_classroom_in(tmp_path) as school:
        register = school.register
        student = replace(register.students.get("2"), email="grace@example.org", department="Navy")
        register.store.update_student(student)
        scopes = [Scope.STUDENTS_READ.value, Scope.STUDENTS_WRITE.value]
        token = register.api_tokens.make("docs", scopes, by="admin").text
        page = visit(viewport=LAPTOP).page
        page.goto(f"{school.base}/docs")
        page.locator(".btn.authorize").click()
        page.locator(".modal-ux input").fill(token)
        page.locator(".modal-ux .btn.authorize").click()
        page.locator(".modal-ux .btn-done").click()
        call = page.locator(".opblock-patch", has_text="/api/v1/students/{student}")
        call.locator(".opblock-summary-control").click()
        call.get_by_role("button", name="Try it out").click()
        assert json.loads(call.locator("textarea.body-param__text").input_value()) == {
            "phone": "303 555 0117"
        }
        call.get_by_placeholder("student").fill(student.id)
        with page.expect_request(lambda request: request.method == "PATCH") as sent:
            call.get_by_role("button", name="Execute").click()
        expect(call.locator(".live-responses-table .response-col_status").nth(1)).to_contain_text("200")
        assert {"idempotency-key", "if-match"}.isdisjoint(sent.value.headers)
        assert register.students.get("2") == replace(student, phone="303 555 0117")
