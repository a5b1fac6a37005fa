"""Documents for the law say what the system does: they change with each setting that changes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from attendance.privacy.about_parts import PARTS
from attendance.privacy.documents.catalogue import DOCUMENTS
from attendance.privacy.documents.html_page import html_page
from attendance.privacy.documents.parts import LawDocument
from attendance.privacy.documents.site_facts import SiteFacts, recipients
from attendance.privacy.stored import what_is_stored
from attendance.privacy.texts import DocumentLanguage
from attendance.settings.mail_settings import MailSecurity, SmtpServer
from attendance.settings.retention_settings import RETENTION_SETTINGS
from attendance.settings.setting_values import OFF
from attendance.settings.settings import Settings
from attendance.settings.use_settings import USE_SETTINGS
from attendance.values import NoticeKind
from face_detection import __file__ as detection
from face_matching import __file__ as matching

SETTINGS = Settings(Path(), Path())
FACTS = SiteFacts(SETTINGS, "retail-1", "0.2")
LANGUAGES = tuple(DocumentLanguage)
ABOUT_FACES = ("notice", "consent-form", "record", "impact", "ai", "promises")
NEVER_INFERRED = re.compile(
    r"\b(emotion|attentive|attention_|mood|drows|gaze|gender|ethnic|age_of)", re.IGNORECASE
)


def with_settings(**changed: Any) -> SiteFacts:
    return replace(FACTS, settings=replace(SETTINGS, **changed))


def said(document: LawDocument, language: DocumentLanguage) -> str:
    return "\n".join(each.in_(language) for each in document.texts())


def in_both(name: str, facts: SiteFacts) -> Iterator[str]:
    for language in LANGUAGES:
        yield said(DOCUMENTS[name](facts), language)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_sentence_is_there_in_both_languages(name: str) -> None:
    for text in DOCUMENTS[name](FACTS).texts():
        assert text.en.strip(" ")
        assert text.de.strip(" ")
        is_a_sentence = len(text.en.split()) > 3 and not re.match(r"[\d\W]+$", text.en)
        assert not is_a_sentence or text.en != text.de, text.en


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_sentence_has_a_space_before_its_end(name: str) -> None:
    for facts in (FACTS, with_settings(room_photos="off", live_camera=False)):
        for text in in_both(name, facts):
            assert re.findall(r".* [.,;:](?:\s|$)", text) == []


@pytest.mark.parametrize("name", ["notice", "retention", "record"])
def test_every_kind_of_stored_data_is_named_with_its_time(name: str) -> None:
    for facts in (FACTS, with_settings(keep_faces=timedelta(days=77), room_photos="off")):
        for language, text in zip(LANGUAGES, in_both(name, facts), strict=True):
            for kind in what_is_stored(facts.settings):
                assert kind.what.in_(language) in text
                assert kind.kept.in_(language) in text


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_sentence_has_a_space_before_its_full_stop(name: str) -> None:
    given: dict[str, Any] = {"room_photos": "off", "live_camera": False, "matcher": "svm"}
    for way in LEAVING.values():
        given |= way
    for facts in (FACTS, with_settings(**given)):
        for text in in_both(name, facts):
            assert not re.search(r"\s[.,;:!?]|  ", text)


def test_no_table_that_names_a_student_is_missing_in_what_is_stored() -> None:
    stored = {table for kind in what_is_stored(SETTINGS) for table in kind.tables}
    assert {table for part in PARTS for table in part.tables} == stored


def test_the_form_of_consent_names_everything_that_is_kept_of_a_face() -> None:
    for language, text in zip(LANGUAGES, in_both("consent-form", FACTS), strict=True):
        for kind in what_is_stored(SETTINGS):
            if kind.is_biometric:
                cell = f"\n{kind.what.in_(language)}\n"
                assert text.count(cell) == 2, "once for guardians, once for students"


KEPT = [setting for setting in RETENTION_SETTINGS if setting.field.startswith("keep_")]


@pytest.mark.parametrize("setting", KEPT, ids=lambda setting: setting.name)
def test_the_schedule_shows_each_setting_of_the_clock(setting: Any) -> None:
    lasting = {language: said(DOCUMENTS["retention"](FACTS), language) for language in LANGUAGES}
    for value in (timedelta(days=1234), None):
        facts = with_settings(**{setting.field: value})
        for language, text in zip(LANGUAGES, in_both("retention", facts), strict=True):
            assert setting.name in text
            assert text != lasting[language]
            if value is not None:
                assert {"en": "1,234 days", "de": "1.234 Tage"}[language.value] in text


SWITCHES: dict[str, tuple[Any, ...]] = {
    "one_to_one": ("search", "known"),
    "room_photos": ("off", "two-people", "on"),
    "live_camera": (False, True),
}


def test_every_switch_is_tested_here() -> None:
    assert {setting.field for setting in USE_SETTINGS} | {"one_to_one"} == set(SWITCHES)


@pytest.mark.parametrize("field", SWITCHES)
@pytest.mark.parametrize("name", ABOUT_FACES)
def test_each_switch_changes_what_each_document_says(name: str, field: str) -> None:
    for number, _ in enumerate(LANGUAGES):
        versions = {list(in_both(name, with_settings(**{field: value})))[number] for value in SWITCHES[field]}
        assert len(versions) == len(SWITCHES[field])


def test_what_is_off_is_said_to_be_off() -> None:
    off = with_settings(room_photos="off", live_camera=False, one_to_one="known")
    english, german = in_both("notice", off)
    assert english.count("switched off") == 3, "photos in two places, cameras in one"
    assert "Nobody is searched in a class." in english
    assert german.count("ausgeschaltet") == 3
    on_english, on_german = in_both("notice", FACTS)
    assert "switched off" not in on_english
    assert "ausgeschaltet" not in on_german


LEAVING: dict[str, dict[str, Any]] = {
    "e-mail": {
        "notices": frozenset(NoticeKind),
        "smtp": SmtpServer("mail.example.org", 587, MailSecurity.STARTTLS),
    },
    "tunnel": {"ngrok_authtoken": "token"},
    "database": {"mongodb_uri": "mongodb://user:secret@db.example.org/school"},
    "backup": {"backup": Path("/disk")},
}


@pytest.mark.parametrize("way", LEAVING)
def test_whatever_leaves_the_computer_is_an_exception_of_the_promise(way: str) -> None:
    for name in ("notice", "record", "promises", "impact"):
        english, german = in_both(name, FACTS)
        assert "No data leaves the computer that the program runs on." in english
        assert "Nichts verlässt den Computer, auf dem es läuft." in german
        facts = with_settings(**LEAVING[way])
        [exception] = recipients(facts)
        english, german = in_both(name, facts)
        assert "runs on, except:" in english
        assert exception.en in english
        assert exception.de in german
        assert "secret" not in english
    assert ("except ngrok" in next(in_both("promises", facts))) is (way == "tunnel")


def test_other_software_is_named() -> None:
    facts = replace(FACTS, software=("Timetable",))
    assert "Timetable" in next(in_both("record", facts))


def test_what_only_the_school_knows_is_a_line_or_comes_from_settings() -> None:
    for name in DOCUMENTS:
        document = DOCUMENTS[name](FACTS)
        blanks = {each.en for section in document.sections for each in section.blanks}
        assert {"Controller:", "Questions about data:"} <= blanks, name
        filled = DOCUMENTS[name](with_settings(controller="The School", privacy_contact="dpo@example.org"))
        left = {each.en for section in filled.sections for each in section.blanks}
        assert blanks - left == {"Controller:", "Questions about data:"}
        assert "Controller: The School" in said(filled, DocumentLanguage.ENGLISH)
    for name in ("notice", "record"):
        for text in in_both(name, with_settings(legal_basis="School Act, LawSection 1")):
            assert "School Act, LawSection 1" in text


def test_figures_are_those_of_the_engine_in_use() -> None:
    for engine, rate in (("retail-1", "98.3 (96.9-99.3)"), ("dlib-1", "86.1 (81.2-90.7)")):
        assert rate in next(in_both("ai", replace(FACTS, engine=engine)))
    unmeasured = next(in_both("ai", replace(FACTS, engine="new-1")))
    assert "The engine in use was not measured" in unmeasured


def test_a_log_and_files_are_as_they_are() -> None:
    assert "(JSON)" in next(in_both("ai", with_settings(log="json")))
    assert "Not written" in next(in_both("retention", with_settings(daily_csv=OFF)))
    assert "plain http is refused" in next(in_both("record", with_settings(plain_http="forbidden")))
    assert "ATTENDANCE_PLAIN_HTTP" in next(in_both("record", FACTS))


def test_nothing_that_reads_faces_infers_what_is_promised_not_to_be() -> None:
    for folder in (detection, matching):
        for path in Path(folder).parent.rglob("*.py"):
            assert not NEVER_INFERRED.search(path.read_text("utf-8")), path


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_file_has_everything_and_nothing_from_elsewhere(name: str, language: DocumentLanguage) -> None:
    document = DOCUMENTS[name](with_settings(controller="<b>School & Sons</b>"))
    page = html_page(document, language, date(2026, 11, 23))
    assert page.startswith(f'<!doctype html>\n<html lang="{language.value}">')
    assert "&lt;b&gt;School &amp; Sons&lt;/b&gt;" in page
    assert not re.search(r"<script|src=|https?://|<link", page)
    assert "@media print" in page
    for text in document.texts():
        assert html_of(text.in_(language)) in page


def html_of(text: str) -> str:
    for letter, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#x27;")):
        text = text.replace(letter, entity)
    return text


def test_the_three_forms_begin_a_page_each() -> None:
    document = DOCUMENTS["consent-form"](FACTS)
    assert [section.new_page for section in document.sections] == [False, True, True, True]
    assert all(section.blanks for section in document.sections[1:])
