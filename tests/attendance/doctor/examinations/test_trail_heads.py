"""The audit trail against the heads beside the daily lists."""

from __future__ import annotations

from dataclasses import replace

from attendance.audit.trail import AuditTrail
from attendance.backup.heads import heads_file
from attendance.doctor.examinations.trail_heads import examine
from attendance.settings.setting_values import OFF
from attendance.settings.settings import Settings
from attendance.store.protocol import Store
from tests.attendance.doctor.examined import NOTE, OK, PROBLEM, grades, site_of, words
from tests.attendance.store.builders import student


def keep(settings: Settings, head: str) -> None:
    path = heads_file(settings)
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"Timestamp,Head\n2026-11-30T12:00:00+00:00,{head}\n", "utf-8")


def test_a_head_of_this_register_is_good_and_one_of_later_a_problem(
    settings: Settings, register: Store
) -> None:
    site = site_of(settings, store=register)
    assert "There are no heads yet" in words(examine(site))
    register.add_student(student("s1"))
    head = AuditTrail(register).head()
    keep(settings, head)
    found = list(examine(site))
    assert grades(found) == [OK]
    assert head in words(found)
    number, _, digits = head.partition("-")
    keep(settings, f"{int(number) + 1}-{digits}")
    found = list(examine(site))
    assert grades(found) == [PROBLEM]
    assert f"ends before entry {int(number) + 1}" in words(found)
    assert "audit_heads.csv" in words(found)


def test_without_a_register_or_lists_that_is_a_note(settings: Settings, register: Store) -> None:
    assert grades(examine(site_of(settings))) == [NOTE]
    assert grades(examine(site_of(replace(settings, daily_csv=OFF), store=register))) == [NOTE]
