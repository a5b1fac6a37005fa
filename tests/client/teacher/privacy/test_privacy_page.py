"""Text and system can't differ: page and document come of one table, which follows the settings."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from attendance.privacy.documents.catalogue import DOCUMENTS
from attendance.privacy.stored import HEADINGS, what_is_stored
from attendance.register import Register
from attendance.settings.settings import Settings
from tests.client.signed_in import SignedIn

DOCUMENT = Path(__file__).parents[4] / "docs" / "privacy.md"


def test_the_document_has_the_table_of_the_defaults() -> None:
    text = DOCUMENT.read_text("utf-8")
    headings = tuple(each.en for each in HEADINGS)
    for cells in (headings, *(kind.cells() for kind in what_is_stored(Settings(Path(), Path())))):
        assert f"| {' | '.join(cells)} |\n" in text
    section = text.partition("## What is stored\n")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")]
    assert len(rows) == 1 + len(what_is_stored(Settings(Path(), Path())))


def test_the_table_follows_the_settings() -> None:
    settings = replace(Settings(Path(), Path()), keep_left=timedelta(days=1), keep_faces=None)
    kept = {kind.what.en: kind.kept.en for kind in what_is_stored(settings)}
    assert kept["Marks, each with its history"].endswith(", 1 day after becoming inactive at the latest")
    assert kept["Face templates"] == "Until consent is withdrawn or ends, or the student is erased"


def test_admins_read_what_is_stored_and_what_goes_next(
    admin: SignedIn, teacher: SignedIn, register: Register
) -> None:
    page = admin.get("/admin/privacy/").text
    for kind in what_is_stored(register.settings):
        assert kind.what.en.replace("'", "&#39;") in page
    assert "Nothing in the next 90 days." in page
    student = register.students.all()[0]
    register.store.update_student(replace(student, active=False), student)
    assert f'/teach/students/{student.id}"' in admin.get("/admin/privacy/").text
    assert teacher.get("/admin/privacy/").status_code == 403


def test_admins_read_and_print_each_document_in_both_languages(
    admin: SignedIn, teacher: SignedIn, register: Register
) -> None:
    index = admin.get("/admin/privacy/").text
    for name in DOCUMENTS:
        address = f"/admin/privacy/documents/{name}"
        assert f'href="{address}"' in index
        document = register.law_documents.document(name)
        english, german = admin.get(address).text, admin.get(f"{address}?language=de").text
        for text in document.texts():
            assert text.en.replace("'", "&#39;") in english
            assert text.de.replace("'", "&#39;") in german
        assert '<article class="law stack" lang="de">' in german
        assert teacher.get(address).status_code == 403
    browser = {"headers": {"Accept-Language": "de-AT,de;q=0.9"}}
    assert 'lang="de">' in admin.get("/admin/privacy/documents/notice", **browser).text
    assert admin.get("/admin/privacy/documents/another").status_code == 404


def test_the_page_shows_the_switches_and_promises_in_use(admin: SignedIn, register: Register) -> None:
    page = admin.get("/admin/privacy/").text
    for words in ("ATTENDANCE_ROOM_PHOTOS", "ATTENDANCE_LIVE_CAMERA", "ATTENDANCE_ONE_TO_ONE"):
        assert words in page
    assert "The program infers no emotion, attention" in page
