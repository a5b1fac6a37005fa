"""With which settings a server starts is an entry of the trail, once for each change."""

from __future__ import annotations

import json
import time
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from attendance.audit.chain.values import AuditFilter, AuditKind
from attendance.audit.noted_settings import NOTED, SITE, note_settings
from attendance.audit.trail import AuditTrail
from attendance.settings.all_settings import SETTINGS
from attendance.settings.settings import Settings
from tests.attendance.new_store import new_store
from tests.attendance.store.builders import pin


def test_a_start_with_other_settings_leaves_an_entry_and_one_with_the_same_none(tmp_path: Path) -> None:
    store = new_store(tmp_path / "a.sqlite3")
    trail, settings = AuditTrail(store), Settings(config=tmp_path, models=tmp_path, live_camera=False)
    assert note_settings(trail, settings)
    assert not note_settings(trail, settings)
    store.pin_engine(pin())
    assert not note_settings(trail, settings)
    assert note_settings(trail, replace(settings, live_camera=True, keep_left=timedelta(days=7)))
    assert note_settings(trail, settings)
    kinds = AuditFilter(kinds=(AuditKind.SETTING,))
    found = [json.loads(each.after) for each in trail.find(kinds, 9) if each.about == SITE]
    assert [(each["live_camera"], each["keep_left"]) for each in found] == [
        ("False", "30 days"),
        ("True", "7 days"),
        ("False", "30 days"),
    ]
    assert trail.verify().is_clean
    store.close()


def test_a_server_in_another_time_zone_than_the_one_before_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = new_store(tmp_path / "a.sqlite3")
    trail, settings = AuditTrail(store), Settings(config=tmp_path, models=tmp_path)
    berlin = replace(settings, time_zone=ZoneInfo("Europe/Berlin"))
    note_settings(trail, berlin)
    note_settings(trail, berlin)
    assert caplog.text == ""
    note_settings(trail, replace(settings, time_zone=ZoneInfo("America/New_York")))
    assert "ATTENDANCE_TIMEZONE is America/New_York and was Europe/Berlin." in caplog.text
    note_settings(trail, settings)
    assert f"ATTENDANCE_TIMEZONE is the computer's own ({time.tzname[0]}" in caplog.text
    store.close()


def test_the_first_start_that_names_the_computers_own_time_zone_warns_of_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = new_store(tmp_path / "a.sqlite3")
    trail, settings = AuditTrail(store), Settings(config=tmp_path, models=tmp_path)
    note_settings(trail, settings)
    (entry,) = trail.find(AuditFilter(kinds=(AuditKind.SETTING,)), 1)
    older = {**json.loads(entry.after), "time_zone": "None"}
    trail.note(AuditKind.SETTING, SITE, **older)
    assert note_settings(trail, settings)
    assert caplog.text == ""
    store.close()


def test_what_is_noted_are_settings_without_secrets() -> None:
    assert set(NOTED) <= {each.name for each in fields(Settings)}
    assert not set(NOTED) & {each.field for each in SETTINGS if each.secret}
