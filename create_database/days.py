"""Dates on the command line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import click


def parse_day(text: str) -> date:
    """The date that a text names.

    Raises:
        ValueError: it is not a valid date; the message is a sentence for the admin.
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise ValueError(f'"{text}" is not a valid date. Use YYYY-MM-DD.') from error


class DayType(click.ParamType[date]):
    """A date as ``YYYY-MM-DD``."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Parse a date; an invalid one is a usage error."""
        if isinstance(value, date):
            return value
        try:
            return parse_day(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


def day_option(
    option: str, name: str, text: str, *, required: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """An option that takes a date."""
    return click.option(option, name, metavar="D", type=DayType(), help=text, required=required)
