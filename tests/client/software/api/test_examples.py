"""Every example of docs/api.md does what it says, as it is written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from attendance.register import Register
from attendance.values import MarkStatus, Session
from tests.attendance.fake_pipeline import photo_of, room_of
from tests.attendance.site import HOPPER
from tests.client.examples import DOCS, Shop, blocks, shop
from tests.client.software.conftest import Software

JOHNSON = 12  # nobody who is enrolled
TEXT = (DOCS / "api.md").read_text(encoding="utf-8")
CURL = next(code for code in blocks(TEXT, "") if code.startswith("# Enrol"))
EXCUSE = "# Excuse somebody"


@pytest.fixture
def friday(register: Register) -> Session:
    """The session that the examples excuse somebody from."""
    register.courses.add("Physics", roster=None)
    now = register.class_sessions.open_now("physics", by="teacher")
    session = replace(now, id="physics|2026-11-20|09:00", day="2026-11-20", token="t" * 22)
    assert register.store.add_session(session)
    return session


def run(here: Shop, language: str, register: Register) -> None:
    """The example as it stands; the shell's takes the student's id from whoever types."""
    if language:
        (code,) = blocks(TEXT, language)
        here.run(language, code)
        return
    enrol, _, excuse = CURL.partition(EXCUSE)
    here.run("", enrol)
    here.run("", EXCUSE + excuse, STUDENT=register.students.get("17").id)


@pytest.mark.server
@pytest.mark.parametrize("language", ["", "python", "js"])
def test_the_tasks_are_done_as_the_docs_write_them(
    language: str, *, app: Flask, software: Software, register: Register, friday: Session, tmp_path: Path
) -> None:
    pictures = {"room": room_of(photo_of(HOPPER)), "katherine": photo_of(JOHNSON)}
    with shop(app, software.token or "", tmp_path, **pictures) as here:
        run(here, language, register)
    student = register.students.get("17")
    assert student.consent is not None
    mark = register.store.mark(friday.id, student.id)
    assert mark is not None
    assert (mark.status, mark.history[-1].note) == (MarkStatus.EXCUSED, "at the dentist")
