"""Days on the command line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import click


class DayType(click.ParamType[date]):
    """A day as ``YYYY-MM-DD``."""

    name = "day"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:  # click's own signature
        """The day; what is none is a wrong use of the command."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            self.fail(f"{value} is no day. Write it as YYYY-MM-DD, such as 2026-11-20.", param, ctx)


def day_option(option: str, name: str, text: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """An option that takes a day."""
    return click.option(option, name, metavar="D", type=DayType(), help=text)
