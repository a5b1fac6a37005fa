"""Values that can't be used, and misspelt names."""

from __future__ import annotations

import pytest

from attendance.doctor.examinations.named_settings import examine
from attendance.settings.settings import Settings
from tests.attendance.doctor.examined import NOTE, OK, PROBLEM, grades, site_of, words


def test_good_settings_are_in_order(settings: Settings) -> None:
    assert grades(examine(site_of(settings))) == [OK]


def test_each_wrong_value_is_a_problem_and_each_misspelt_name_a_note(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATTENDANCE_TIMEZON", "Europe/Berlin")
    wrong = "ATTENDANCE_FPIR 'much' must be a number.\nATTENDANCE_LIMIT '-1' must be a percentage."
    found = list(examine(site_of(settings, wrong_settings=wrong)))
    assert grades(found) == [PROBLEM, PROBLEM, NOTE]
    assert "Did you mean ATTENDANCE_TIMEZONE?" in words(found)
