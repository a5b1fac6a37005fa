"""The settings that fill in what documents for the law can't know."""

from __future__ import annotations

from attendance.settings import setting_values as values
from attendance.settings.setting import Setting

_BLANK = "none: a line to fill in by hand"

LAW_SETTINGS: tuple[Setting, ...] = (
    Setting(
        "ATTENDANCE_CONTROLLER",
        "controller",
        _BLANK,
        "Who is responsible for the data, as documents name it: the school with its address.",
        values.plain_text,
    ),
    Setting(
        "ATTENDANCE_PRIVACY_CONTACT",
        "privacy_contact",
        _BLANK,
        "Whom students and guardians ask about their data, such as the data protection officer with an "
        "address.",
        values.plain_text,
    ),
    Setting(
        "ATTENDANCE_LEGAL_BASIS",
        "legal_basis",
        _BLANK,
        "The law that allows the school to keep a register of attendance, as documents name it.",
        values.plain_text,
    ),
)
