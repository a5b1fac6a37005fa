"""The settings of automatic files, and of how long they and data about people are kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from attendance.settings import setting_values as values
from attendance.settings.setting import Setting

NEVER = "never"  # deleted by the clock
MOST_DAYS = 36_525  # a hundred years
LEAST_OF_FILES = 7  # days: a start writes missing reports of the last two


def days_kept(least: int = 1) -> Callable[[str], timedelta | None]:
    """A parser of a number of days, or never.

    Args:
        least: the smallest number.
    """

    def parse(text: str) -> timedelta | None:
        if text.lower() == NEVER:
            return None
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= MOST_DAYS:
            raise ValueError(f"must be a number of days from {least} to {MOST_DAYS}, or {NEVER}")
        return timedelta(days=int(text))

    return parse


RETENTION_SETTINGS: tuple[Setting, ...] = (
    Setting(
        "ATTENDANCE_REPORTS",
        "reports",
        "none: no automatic reports",
        "The folder for automatic reports of each session that closes.",
        values.folder,
    ),
    Setting(
        "ATTENDANCE_DAILY_CSV",
        "daily_csv",
        "Attendance in the data folder",
        "The folder for daily lists of arrivals, or off.",
        values.folder_or_off,
    ),
    Setting(
        "ATTENDANCE_KEEP_LEFT",
        "keep_left",
        "30",
        "Days after which students who became inactive are erased with everything, or never.",
        days_kept(),
    ),
    Setting(
        "ATTENDANCE_KEEP_FACES",
        "keep_faces",
        "1100",
        "Days after which an enrolled photo is erased, so that a newer one is enrolled; or never.",
        days_kept(),
    ),
    Setting(
        "ATTENDANCE_KEEP_FILES",
        "keep_files",
        "400",
        "Days after which daily lists and automatic reports of a session are deleted, or never.",
        days_kept(LEAST_OF_FILES),
    ),
)
