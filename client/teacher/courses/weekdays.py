"""The days of the week, for a schedule."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

WEEKDAYS = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)
"""By the number that ``ScheduleRule.weekday`` has: 0 is Monday."""
