"""The range of days by which lists are filtered."""

from __future__ import annotations

from datetime import date, timedelta

from pydantic import Field

from client.problems.problem_kinds import ApiProblemError, ProblemCode
from client.software.protocol.models import Parameters
from client.web.services import the_register
from client.web.wording import local

AROUND = timedelta(days=30)
LONGEST = timedelta(days=400)  # a school year with a month on either side


class DayRange(Parameters):
    """A range of days in the site's time zone, both ends included."""

    first_day: date | None = Field(
        None, description="YYYY-MM-DD. By default 30 days before `last_day` or today."
    )
    last_day: date | None = Field(None, description="YYYY-MM-DD. By default 30 days from today.")

    def span(self) -> tuple[str, str]:
        """The first and the last day, ``YYYY-MM-DD``.

        Raises:
            ApiProblemError: the range is reversed or too long.
        """
        register = the_register()
        today = local(register.clock.now(), register.settings.time_zone).date()
        before = (min(self.last_day, today) if self.last_day else today).toordinal() - AROUND.days
        first = self.first_day or date.fromordinal(max(date.min.toordinal(), before))
        last = self.last_day or max(first, today + AROUND)
        if not timedelta() <= last - first <= LONGEST:
            raise ApiProblemError(
                ProblemCode.NOT_AS_DESCRIBED,
                f"The days from {first} to {last} must be 0 to {LONGEST.days} days apart.",
            )
        return first.isoformat(), last.isoformat()
