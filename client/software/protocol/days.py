"""A range of local days, as lists take it."""

from __future__ import annotations

from datetime import date, timedelta

from pydantic import BaseModel, Field

from client.problems.problem_kinds import ApiProblemError, ProblemCode
from client.web.services import the_register
from client.web.wording import local

AROUND = timedelta(days=30)
LONGEST = timedelta(days=400)  # a school year, and a month before and after


class DayRange(BaseModel):
    """From which day to which, both included."""

    first_day: date | None = Field(None, description="YYYY-MM-DD; none: 30 days before the last, or today.")
    last_day: date | None = Field(None, description="YYYY-MM-DD; none: 30 days after today.")

    def span(self) -> tuple[str, str]:
        """Both days, ``YYYY-MM-DD``.

        Raises:
            ApiProblemError: the last one is before the first, or too far from it.
        """
        register = the_register()
        today = local(register.clock.now(), register.settings.time_zone).date()
        before = (min(self.last_day, today) if self.last_day else today).toordinal() - AROUND.days
        first = self.first_day or date.fromordinal(max(date.min.toordinal(), before))
        last = self.last_day or max(first, today + AROUND)
        if not timedelta() <= last - first <= LONGEST:
            raise ApiProblemError(
                ProblemCode.NOT_AS_DESCRIBED,
                f"From {first} to {last} are not 0 to {LONGEST.days} days. Ask for less at once.",
            )
        return first.isoformat(), last.isoformat()
