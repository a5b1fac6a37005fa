"""A misspelt variable is pointed out with the nearest name, and nothing else is."""

from __future__ import annotations

import pytest

from attendance.settings.all_settings import SETTINGS
from attendance.settings.misspelt import misspelt_settings


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("ATTENDANCE_ENGIN", "ATTENDANCE_ENGINE"),
        ("ATTENDANCE_TIME_ZONE", "ATTENDANCE_TIMEZONE"),
        ("ATTENDANCE_LATEAFTER", "ATTENDANCE_LATE_AFTER"),
        ("ATTENDENCE_DATA", "ATTENDANCE_DATA"),
        ("attendance_data", "ATTENDANCE_DATA"),
        ("ATTENDANCE_MONGODB_URI", "MONGODB_URI"),
    ],
)
def test_the_nearest_name_is_suggested(variable: str, meant: str) -> None:
    (sentence,) = misspelt_settings({variable: "x"})
    assert sentence == f"{variable} is not a setting, so it has no effect. Did you mean {meant}?"


def test_where_none_is_near_the_list_is_named() -> None:
    (sentence,) = misspelt_settings({"ATTENDANCE_X": "x"})
    assert "docs/settings.md" in sentence


def test_settings_and_other_variables_are_no_mistakes() -> None:
    others = ("PATH", "HOME", "MONGODB_URL", "ATTENDANT", "ATTENDANCE", "ATTACHMENT_DIR", "TENANT_ID")
    assert not list(misspelt_settings(dict.fromkeys([*others, *(setting.name for setting in SETTINGS)], "x")))


def test_no_value_is_shown() -> None:
    assert "geheim" not in "".join(misspelt_settings({"ATTENDANCE_SECRETS": "geheim"}))
