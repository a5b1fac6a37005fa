"""Days off: the site's days without classes."""

from __future__ import annotations

from datetime import date

from flask import Response
from pydantic import BaseModel, Field

from attendance.accounts.api_tokens import Scope
from attendance.classes.days_off import LONGEST_NAME
from attendance.values import DayOff
from client.problems.problem_kinds import ProblemCode
from client.software.protocol.guard import caller
from client.software.protocol.idempotency import idempotent
from client.software.protocol.models import ApiAnswer
from client.software.protocol.paging import NextPage, PageQuery, page_of
from client.software.protocol.resources import JSON_ONLY, Body, Resource, api_response
from client.web.services import the_register

blueprint = Resource("days_off", __name__, description="Days off: holidays and other days without classes.")


class DayOffAbout(ApiAnswer):
    """One or more days without classes: nothing opens automatically on them."""

    id: str = Field(description="The id of these days.", examples=["off-2026-12-21-2027-01-03"])
    name: str = Field(description="What people call them.", examples=["Christmas holidays"])
    first_day: date = Field(description="The first day.", examples=["2026-12-21"])
    last_day: date = Field(description="The last day, inclusive.", examples=["2027-01-03"])
    sessions: list[str] = Field(
        description="Ids of sessions on these days that are not cancelled. They take place unless you cancel "
        "them.",
        examples=[["physics|2026-12-21|09:00"]],
    )

    @classmethod
    def of(cls, day_off: DayOff) -> DayOffAbout:
        """The public view of a day off."""
        return cls(
            id=day_off.id,
            name=day_off.name,
            first_day=date.fromisoformat(day_off.first_day),
            last_day=date.fromisoformat(day_off.last_day),
            sessions=[session.id for session in the_register().days_off.sessions_on(day_off)],
        )


class DayOffPage(ApiAnswer):
    """A page of days off, sorted by the first day."""

    items: list[DayOffAbout] = Field(description="The days off on this page.")
    next: NextPage


class DayOffPath(BaseModel):
    """The day off to access."""

    day_off: str = Field(min_length=1, max_length=40, description="The id of the days.")


class NewDayOffBody(Body):
    """Days to add."""

    name: str = Field(
        min_length=1,
        max_length=LONGEST_NAME,
        description="What people call them.",
        examples=["Christmas holidays"],
    )
    first_day: date = Field(description="The first day, YYYY-MM-DD.", examples=["2026-12-21"])
    last_day: date | None = Field(
        None, description="The last day, inclusive; null means a single day.", examples=["2027-01-03"]
    )


@blueprint.call("GET", "/days-off", scope=Scope.COURSES_READ, returns={200: DayOffPage})
def list_days_off(query: PageQuery) -> Response:
    """List days off by the first day."""
    found = sorted(the_register().days_off.all(), key=_key)
    chosen, following = page_of(found, query, "days-off", _key)
    return api_response(DayOffPage(items=[DayOffAbout.of(each) for each in chosen], next=following))


@blueprint.call(
    "POST",
    "/days-off",
    scope=Scope.COURSES_WRITE,
    accepts=JSON_ONLY,
    returns={201: DayOffAbout},
    problems=(ProblemCode.NOT_POSSIBLE,),
)
@idempotent
def add_day_off(body: NewDayOffBody) -> Response:
    """Add days off; those entered already keep their name. The response lists the sessions on them."""
    last = "" if body.last_day is None else body.last_day.isoformat()
    added = the_register().days_off.add(body.name, body.first_day.isoformat(), last, by=caller())
    return api_response(DayOffAbout.of(added), created=f"/days-off/{added.id}")


@blueprint.call(
    "GET",
    "/days-off/<string:day_off>",
    scope=Scope.COURSES_READ,
    returns={200: DayOffAbout},
    problems=(ProblemCode.NOT_FOUND,),
)
def get_day_off(path: DayOffPath) -> Response:
    """Get a day off."""
    return api_response(DayOffAbout.of(the_register().days_off.get(path.day_off)))


@blueprint.call(
    "DELETE",
    "/days-off/<string:day_off>",
    scope=Scope.COURSES_WRITE,
    returns={200: DayOffAbout},
    problems=(ProblemCode.NOT_FOUND,),
)
@idempotent
def remove_day_off(path: DayOffPath) -> Response:
    """Remove a day off. Sessions that were cancelled for it stay cancelled."""
    return api_response(DayOffAbout.of(the_register().days_off.remove(path.day_off)))


def _key(day_off: DayOff) -> str:
    return f"{day_off.first_day} {day_off.id}"
