"""What an examination finds, for tests to compare."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attendance.doctor.examined_site import ExaminedSite
from attendance.doctor.findings import Grade, SiteFinding
from attendance.settings.settings import Settings
from attendance.store.open_store import FILE_NAME
from tests.attendance.frozen_clock import MORNING

OK, NOTE, PROBLEM = Grade.OK, Grade.NOTE, Grade.PROBLEM


def site_of(settings: Settings, **more: Any) -> ExaminedSite:
    """A site without a register, unless one is given as ``store``."""
    usual = {
        "now": MORNING,
        "store": None,
        "register": settings.data / FILE_NAME,
        "keys": settings.keys_folder,
    }
    return ExaminedSite(settings, **(usual | more))


def grades(findings: Iterable[SiteFinding]) -> list[Grade]:
    """How bad each finding is; also checks that each can be shown."""
    found = list(findings)
    for each in found:
        assert str(each.what)
        assert each.grade is not OK or each.remedy is None
        assert each.remedy is None or str(each.remedy)
    return [each.grade for each in found]


def words(findings: Iterable[SiteFinding]) -> str:
    """Everything that findings say."""
    return "\n".join(f"{each.what} {each.remedy or ''}" for each in findings)
