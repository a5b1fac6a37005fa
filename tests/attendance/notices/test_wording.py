"""Notices state what, when and whom in plain words; and no name can inject a header."""

from __future__ import annotations

import gettext
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP, default
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from hypothesis import given
from hypothesis import strategies as st

from attendance.notices.catalogue import catalogue
from attendance.notices.values import Attendance, Planned, Step
from attendance.notices.wording import Writer
from attendance.settings.mail_settings import MailSender
from attendance.values import Course, NoticeKind, Session, Student

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
ABSENCE = Planned(
    key="absent|physics|2026-11-24|1|a",
    kind=NoticeKind.ABSENT,
    student=Student("a", "17", "Zoë Müller", email="z@x.example"),
    course=Course("physics", "Physics 2"),
    session=Session(
        "physics|2026-11-24|1", "physics", "t", "2026-11-24", datetime(2026, 11, 24, 8, 5, tzinfo=UTC), NOW
    ),
    to="z@x.example",
    to_guardian=False,
    step=Step.DUE,
    ready_at=NOW,
)
FALL = replace(ABSENCE, kind=NoticeKind.BELOW_LIMIT, attendance=Attendance(5, 8, Fraction(3, 4)))
WRITER = Writer(MailSender("School of Physics", "office@school.example"), ZoneInfo("Europe/Berlin"))


def test_an_absence_to_the_student() -> None:
    letter = WRITER.text_of(ABSENCE)
    assert letter.subject == "Absent on Tuesday, November 24, 2026: Physics 2"
    assert letter.text == (
        "Hello,\n\n"
        "You were not marked present in Physics 2 on Tuesday, November 24, 2026 at 09:05.\n\n"
        "If this is wrong, or if there was a reason, please reply to this message.\n\n"
        "The attendance register of School of Physics sent this automatically to the address stored for "
        "Zoë Müller. If you do not want such messages, please reply.\n"
    )


def test_an_absence_to_the_guardian_names_the_student() -> None:
    text = WRITER.text_of(replace(ABSENCE, to_guardian=True)).text
    assert "Zoë Müller was not marked present in Physics 2 on Tuesday, November 24, 2026" in text
    assert "stored for the guardian of Zoë Müller" in text
    assert "You were" not in text


def test_a_fall_shows_counts_rate_and_limit() -> None:
    letter = WRITER.text_of(FALL)
    assert letter.subject == "Attendance below 75%: Physics 2"
    assert (
        "By Tuesday, November 24, 2026 you have attended 5 of 8 sessions of Physics 2 that count. Your "
        "attendance rate is 62.5%; at least 75% is required."
    ) in letter.text
    guardian = WRITER.text_of(replace(FALL, to_guardian=True)).text
    assert "Zoë Müller has attended 5 of 8 sessions" in guardian


def test_days_and_numbers_are_those_of_the_language() -> None:
    text = replace(WRITER, language="de").text_of(FALL).text
    assert "Dienstag, 24. November 2026" in text
    assert "62,5" in text


def test_the_headers_say_who_and_that_a_program_wrote() -> None:
    message = WRITER.message([ABSENCE], now=NOW)
    assert message["From"] == "School of Physics <office@school.example>"
    assert message["To"] == "z@x.example"
    assert message["Date"] == "Tue, 24 Nov 2026 11:00:00 +0100"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] == "<mailto:office@school.example?subject=unsubscribe>"
    assert str(message["Message-ID"]).endswith("@school.example>")
    same, other = WRITER.message([ABSENCE], now=NOW), WRITER.message([replace(FALL, key="other")], now=NOW)
    assert message["Message-ID"] == same["Message-ID"] != other["Message-ID"]


@pytest.mark.parametrize(
    "name", ["Zoë\r\nBcc: x@evil.example", "a\nSubject: b", "a\x0bb\x85c\u2028d", "\r\n\r\nHi"]
)
def test_a_name_cannot_write_a_header(name: str) -> None:
    _no_header_comes_in(name)


@given(st.text(max_size=60))
def test_no_text_can_write_a_header(name: str) -> None:
    _no_header_comes_in(name)


def _no_header_comes_in(name: str) -> None:
    planned = replace(
        ABSENCE,
        course=replace(ABSENCE.course, name=name),
        student=replace(ABSENCE.student, name=name),
    )
    data = WRITER.message([planned], now=NOW).as_bytes(policy=SMTP)
    received = message_from_bytes(data, policy=default)
    assert received.keys() == [
        "Subject",
        "From",
        "To",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "List-Unsubscribe",
        "Content-Type",
        "Content-Transfer-Encoding",
        "MIME-Version",
    ]
    assert received["To"] == "z@x.example"


def test_the_sentences_come_from_the_catalogue_of_the_language(tmp_path: Path) -> None:
    written = Catalog(locale="de")
    written.add("Hello,", "Guten Tag,")
    out = BytesIO()
    write_mo(out, written)
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.mo").write_bytes(out.getvalue())
    for language in ("de", "de_AT"):
        text = replace(WRITER, catalogue=catalogue(tmp_path, language)).text_of(ABSENCE).text
        assert text.startswith("Guten Tag,\n\nYou were not")
    assert replace(WRITER, catalogue=catalogue(tmp_path, "fr")).text_of(ABSENCE).text.startswith("Hello,")
    assert gettext.find("messages", str(tmp_path), ["fr"]) is None
