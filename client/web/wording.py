"""Times, dates and the register's sentences as people at the site read them, in the page's language.

English pages have the 24-hour clock and the day before the month, whatever their region. Other languages get
the order, the punctuation and the names of the Unicode CLDR, which Babel brings along.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from babel import Locale
from babel.dates import format_date, format_time, get_day_names
from flask import Flask
from flask_babel import get_locale, gettext, ngettext
from markupsafe import Markup, escape

from attendance.sentences import FilledSentence
from client.web.services import the_register

SOURCE_LANGUAGE = "en"  # the language of the texts in the code
_OPTION = re.compile("--[a-z-]+")
_CODE = Markup('<code class="whole">{}</code>')
_SHORT_MONTH = re.compile(r"(?<!M)MMM(?!M)")
_WEEKDAY = re.compile(r"E+|c{3,}")

Day = date | str
"""A date, a moment (its day at the site counts), or a day as the register writes it: ``2026-11-21``."""


@dataclass(frozen=True)
class _Style:
    """One way to write a date.

    Attributes:
        english: the pattern of English pages, in the letters of CLDR.
        skeletons: the fields for other languages; the first that a language knows counts.
        in_full: whether weekday and month are written out.
    """

    english: str
    skeletons: tuple[str, ...]
    in_full: bool = False

    def pattern(self, locale: Locale) -> str:
        """The pattern of a language."""
        if locale.language == SOURCE_LANGUAGE:
            return self.english
        known = (
            str(locale.datetime_skeletons[key]) for key in self.skeletons if key in locale.datetime_skeletons
        )
        found = next(known, str(locale.date_formats["long"]))
        if not self.in_full:
            return found
        return _SHORT_MONTH.sub("MMMM", _WEEKDAY.sub("EEEE", found))


_TIME = _Style("H:mm", ("Hm",))
_DAY_NAME = _Style("EEEE d MMMM", ("MMMMEd", "MMMEd"), in_full=True)
_FULL_DATE = _Style("EEEE d MMMM y", ("yMMMMEEEEd", "yMMMEd"), in_full=True)
_WEEKDAY_DATE = _Style("EEE d MMM y", ("yMMMEd",))
_LONG_DATE = _Style("d MMMM y", ("yMMMMd", "yMMMd"), in_full=True)
_MEDIUM_DATE = _Style("d MMM y", ("yMMMd",))
_SHORT_DATE = _Style("d MMM", ("MMMd",))
_MONTH = _Style("MMMM y", ("yMMMM",))
_SHORT_MONTH_NAME = _Style("MMM y", ("yMMM",))


def init_wording(app: Flask) -> None:
    """Give the templates of an app these functions as filters."""
    for function in FILTERS:
        app.jinja_env.filters[function.__name__] = function


def local(moment: datetime, zone: tzinfo | None) -> datetime:
    """The moment in a time zone; None means the computer's own."""
    return moment.astimezone(zone)


def clock_time(moment: datetime) -> str:
    """The time of day at the site, such as ``9:02``."""
    locale = _locale()
    return format_time(_at_site(moment), _TIME.pattern(locale), locale=locale)


def day_name(day: Day) -> str:
    """A day without its year, such as ``Saturday 21 November``."""
    return _written(day, _DAY_NAME)


def full_date(day: Day) -> str:
    """A day with weekday and year, such as ``Saturday 21 November 2026``."""
    return _written(day, _FULL_DATE)


def weekday_date(day: Day) -> str:
    """The same, abbreviated, such as ``Sat 21 Nov 2026``."""
    return _written(day, _WEEKDAY_DATE)


def long_date(day: Day) -> str:
    """A day with its year, such as ``21 November 2026``."""
    return _written(day, _LONG_DATE)


def medium_date(day: Day) -> str:
    """The same, abbreviated, such as ``21 Nov 2026``."""
    return _written(day, _MEDIUM_DATE)


def short_date(day: Day) -> str:
    """A day where there is little room, such as ``21 Nov``."""
    return _written(day, _SHORT_DATE)


def month_name(day: Day) -> str:
    """The month of a day, such as ``November 2026``."""
    return _written(day, _MONTH)


def short_month_name(day: Day) -> str:
    """The same where there is little room, such as ``Nov 2026``."""
    return _written(day, _SHORT_MONTH_NAME)


def date_and_time(moment: datetime) -> str:
    """A moment at the site, such as ``21 Nov 2026, 9:02``."""
    together = str(_locale().datetime_formats["medium"])
    return together.replace("'", "").format(clock_time(moment), medium_date(moment))


def weekday_names() -> tuple[str, ...]:
    """The days of the week, from Monday."""
    names = get_day_names("wide", context="stand-alone", locale=_locale())
    return tuple(names[number] for number in range(7))


def translated(sentence: FilledSentence) -> str:
    """A sentence of the register in the page's language."""
    return str(gettext(sentence.text)) % sentence.values


def with_options(sentence: FilledSentence) -> Markup:
    """The same for a page, with options of the command line as the macro ``option`` shows them."""
    shown = {
        name: _CODE.format(value) if isinstance(value, str) and _OPTION.fullmatch(value) else value
        for name, value in sentence.values.items()
    }
    return escape(gettext(sentence.text)) % shown


FILTERS = (
    clock_time,
    date_and_time,
    day_name,
    full_date,
    long_date,
    medium_date,
    short_date,
    translated,
    weekday_date,
    with_options,
)


def _written(day: Day, style: _Style) -> str:
    locale = _locale()
    return format_date(_as_date(day), style.pattern(locale), locale=locale)


def _as_date(day: Day) -> date:
    if isinstance(day, str):
        return date.fromisoformat(day)
    return _at_site(day).date() if isinstance(day, datetime) else day


def _at_site(moment: datetime) -> datetime:
    return local(moment, the_register().settings.time_zone)


def _locale() -> Locale:
    """The page's language; English where there is no page."""
    return get_locale() or Locale(SOURCE_LANGUAGE)


def too_many_attempts(seconds: int) -> str:
    """That somebody who may be guessing a password has to wait."""
    return str(
        ngettext(
            "Too many failed attempts. Try again in %(num)d second.",
            "Too many failed attempts. Try again in %(num)d seconds.",
            seconds,
        )
    )
