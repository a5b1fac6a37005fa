"""The admin's page shows what the command doctor finds, in the running server."""

from __future__ import annotations

import pytest
from flask import Flask

from attendance.backup.heads import heads_file
from attendance.doctor import examining
from attendance.doctor.examining import PARTS, ExaminedPart
from attendance.register import Register
from attendance.sentences import sentence
from client.teacher.doctor import doctor_page
from tests.client.signed_in import SignedIn

PAGE = "/admin/doctor/"


def test_an_admin_sees_each_part_and_a_teacher_none(admin: SignedIn, teacher: SignedIn) -> None:
    page = admin.get(PAGE).text
    for part in PARTS:
        assert f"<strong>{part.name}</strong>" in page
    assert "ATTENDANCE_BACKUP" in page
    assert teacher.get(PAGE).status_code == 403
    assert f'href="{PAGE}"' in admin.get("/teach/").text
    assert PAGE not in teacher.get("/teach/").text


def test_the_address_that_the_launcher_gave_is_asked_and_no_other(app: Flask, admin: SignedIn) -> None:
    page = admin.get(PAGE).text
    assert "leads to this computer only" in page
    assert "Nothing answers" not in page
    app.config["PUBLIC_URL"] = "http://127.0.0.1:1"
    assert "Nothing answers at http://127.0.0.1:1" in admin.get(PAGE).text


def test_what_an_error_says_is_text(admin: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = ExaminedPart("x", sentence("<b>Part</b>"), "no.such.<i>module</i>")
    monkeypatch.setattr(doctor_page, "examine", lambda site, **_: examining.examine(site, (broken,)))
    page = admin.get(PAGE).text
    assert "&lt;b&gt;Part&lt;/b&gt;" in page
    assert "<i>module" not in page


def test_an_older_register_is_on_the_admins_start_page_and_here(
    admin: SignedIn, teacher: SignedIn, register: Register
) -> None:
    path = heads_file(register.settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("Timestamp,Head\n2026-11-22T12:00:00+00:00,9999-0A1B-2C3D-4E5F-6789\n", "utf-8")
    said = "its audit trail ends before entry 9999"
    for address in ("/teach/", PAGE):
        assert said in admin.get(address).text
    assert said not in teacher.get("/teach/").text
