"""The days that a report covers, as the address gives them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext as ngettext

from attendance.reports.content.rows import days_as_text
from client.errors import ReportRangeError
from client.web.services import site_today
from client.web.wording import long_date

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
    (Preset.TERM, ngettext("Last %(num)d day", "Last %(num)d days", TERM_DAYS)),
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
        """The query of an address for this range."""
        if self.preset is not Preset.OWN:
            return {"range": self.preset.value}
        return {"first": str(self.first), "last": str(self.last)}

    @property
    def as_text(self) -> tuple[str, str]:
        """The first and the last day as the register compares them."""
        return days_as_text(self.first, self.last)

    @property
    def words(self) -> str:
        """The range as people read it."""
        if self.first is None or self.last is None:
            return str(_("all days so far"))
        if self.first == self.last:
            return long_date(self.first)
        return str(_("%(first)s to %(last)s", first=long_date(self.first), last=long_date(self.last)))


def wanted_range() -> ReportDays:
    """The range in the address of this request; without one, the last days of a term.

    Raises:
        ReportRangeError: the range is not valid.
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
        sentence = _("There is no range %(name)s. Choose one below.", name=_quoted(name))
        raise ReportRangeError(sentence) from error


def _preset(preset: Preset) -> ReportDays:
    today = site_today()
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
            _(
                "The last day, %(last)s, is before the first day, %(first)s. Swap them.",
                first=long_date(begin),
                last=long_date(end),
            )
        )
    if (end - begin).days > MOST_DAYS:
        raise ReportRangeError(
            _(
                "From %(first)s to %(last)s is more than ten years. Choose fewer days, or All.",
                first=long_date(begin),
                last=long_date(end),
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
        _("%(text)s is not a valid date. Use YYYY-MM-DD, such as 2026-09-01.", text=_quoted(text))
    )


def _quoted(text: str) -> str:
    """What was typed, in quotes and not too long."""
    return f"“{text[:LONGEST_SHOWN]}…”" if len(text) > LONGEST_SHOWN else f"“{text}”"
