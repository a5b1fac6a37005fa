"""Programs that were written for other systems, with one line changed as docs/known-names.md shows."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask

from attendance.register import Register
from attendance.settings.settings import Settings
from attendance.values import MarkStatus
from tests.attendance.fake_pipeline import photo_of, room_of
from tests.attendance.site import HOPPER
from tests.client.examples import DOCS, blocks, shop
from tests.client.software.legacy.conftest import OldClient, film

TEXT = (DOCS / "known-names.md").read_text(encoding="utf-8").partition("## Find faces")[0]
NEW_LINE = "https://api:fa_…@attendance.example"


def changed(example: str, server: str, token: str) -> str:
    """An example with this server's address and a token in its one line."""
    assert example.count(NEW_LINE) == 1
    return example.replace(NEW_LINE, f"http://api:{token}@{urlsplit(server).netloc}")


@pytest.mark.server
def test_a_program_registers_a_student_and_lists_attendance(
    app: Flask, old_client: OldClient, register: Register, tmp_path: Path
) -> None:
    register.marking.mark("2", MarkStatus.PRESENT, by="teacher", session=register.sessions.today())
    (example,) = blocks(TEXT, "python")
    token = old_client.headers["Authorization"].removeprefix("Bearer ")
    with shop(app, token, tmp_path, katherine=photo_of(12)) as here:
        printed = here.run("python", changed(example, here.server, token)).splitlines()
    assert printed == ["success 1", "None 2 Grace Hopper 2026-11-23 09:02:00"]
    assert register.students.get("17").name == "Katherine Johnson"


@pytest.mark.server
def test_a_script_marks_with_a_threshold_in_the_address(
    app: Flask, settings: Settings, old_client: OldClient, tmp_path: Path
) -> None:
    film(settings, room_of(photo_of(HOPPER)), tenths=60)
    (example,) = blocks(TEXT, "")
    token = old_client.headers["Authorization"].removeprefix("Bearer ")
    with shop(app, token, tmp_path) as here:
        told = json.loads(here.run("", changed(example, here.server, token)))
    assert [each["name"] for each in told["marked"]] == ["Grace Hopper"]
