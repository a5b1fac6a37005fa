"""The days that a report covers, as an address asks for them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from attendance.clock import local_day
from client.errors import ReportRangeError
from client.web.services import the_register

TERM_DAYS = 120
MOST_DAYS = 3660  # ten years: more is a slip of the finger, or "All"
LONGEST_SHOWN = 40  # letters of what was typed that a sentence repeats
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Preset(StrEnum):
    """A range that one tap chooses; ``own`` is for days that were typed."""

    WEEK = "week"
    MONTH = "month"
    TERM = "term"
    ALL = "all"
    OWN = "own"


PRESETS = (
    (Preset.WEEK, _l("This week")),
    (Preset.MONTH, _l("This month")),
    (Preset.TERM, _l("Last %(days)d days", days=TERM_DAYS)),
    (Preset.ALL, _l("All")),
)


@dataclass(frozen=True)
class ReportDays:
    """Which days a report covers.

    Attributes:
        first: the first local day; None means from the beginning.
        last: the last one; None means until now.
    """

    preset: Preset
    first: date | None
    last: date | None

    @property
    def asked(self) -> dict[str, str]:
        """What an address says to ask for this range."""
        if self.preset is not Preset.OWN:
            return {"range": self.preset.value}
        return {"first": str(self.first), "last": str(self.last)}

    @property
    def words(self) -> str:
        """The range as people read it."""
        if self.first is None or self.last is None:
            return str(_("from the beginning until now"))
        if self.first == self.last:
            return day_words(self.first)
        return str(_("%(first)s to %(last)s", first=day_words(self.first), last=day_words(self.last)))


def day_words(day: date) -> str:
    """A day with its year, such as ``21 November 2026``."""
    return f"{day.day} {day:%B} {day.year}"


def wanted_range() -> ReportDays:
    """The range that this request asks for; the term where it asks for none.

    Raises:
        ReportRangeError: it asks for one that can't be.
    """
    first, last = request.args.get("first", "").strip(), request.args.get("last", "").strip()
    name = request.args.get("range", "").strip()
    if name == Preset.OWN.value or (not name and (first or last)):
        return _own(first, last)
    if not name:
        return _preset(Preset.TERM)
    try:
        return _preset(Preset(name))
    except ValueError as error:
        sentence = _("There is no range %(name)s. Choose one below.", name=_told(name))
        raise ReportRangeError(sentence) from error


def _preset(preset: Preset) -> ReportDays:
    today = local_day(the_register().clock.now(), the_register().settings.time_zone)
    first = {
        Preset.WEEK: today - timedelta(days=today.weekday()),
        Preset.MONTH: today.replace(day=1),
        Preset.TERM: today - timedelta(days=TERM_DAYS - 1),
    }.get(preset)
    return ReportDays(preset, first, None if first is None else today)


def _own(first: str, last: str) -> ReportDays:
    begin, end = _day(first), _day(last)
    if end < begin:
        raise ReportRangeError(
            _("The last day, %(last)s, is before the first, %(first)s. Exchange them.", first=begin, last=end)
        )
    if (end - begin).days > MOST_DAYS:
        raise ReportRangeError(
            _(
                "From %(first)s to %(last)s is more than ten years. Choose fewer days, or All.",
                first=begin,
                last=end,
            )
        )
    return ReportDays(Preset.OWN, begin, end)


def _day(text: str) -> date:
    if not text:
        raise ReportRangeError(_("Choose both days: the first and the last."))
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:  # such as 30 February
        pass
    raise ReportRangeError(
        _("%(text)s is no day. Write year-month-day, such as 2026-09-01.", text=_told(text))
    )


def _told(text: str) -> str:
    """What was typed, in quotes and not too long."""
    return f"“{text[:LONGEST_SHOWN]}…”" if len(text) > LONGEST_SHOWN else f"“{text}”"
