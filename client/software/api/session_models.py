"""The API's models of class sessions."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from attendance.classes.cancelling import LONGEST_REASON
from attendance.classes.session_doubts import DoubtKind
from attendance.values import Alarm, AlarmKind, Session, SessionPhase
from client.software.api.course_models import Minutes
from client.software.protocol.days import DayRange
from client.software.protocol.models import ApiAnswer, shown_as
from client.software.protocol.paging import NextPage, PageQuery
from client.software.protocol.resources import Body, OptionalBody
from client.web.services import the_register


class SessionAbout(ApiAnswer):
    """One meeting of a course."""

    id: str = Field(
        description="The session's id, which never changes.", examples=["physics|2026-11-23|09:00"]
    )
    course: str = Field(description="The course's id.", examples=["physics"])
    day: str = Field(description="The day in the site's time zone, YYYY-MM-DD.", examples=["2026-11-23"])
    phase: SessionPhase = Field(
        description="`planned`, `open` or `closed`; `cancelled` if it does not take place, and nothing in it "
        "counts; `by_hand` if its time was over when it was planned or restored, until someone closes it."
    )
    opens_at: datetime = Field(description="When check-in opens.")
    late_at: datetime | None = Field(description="When check-ins start to count as late; null means never.")
    closes_at: datetime = Field(description="When check-in closes.")
    closed_at: datetime | None = Field(
        description="When the session was actually closed; null if it was not."
    )
    cancelled_at: datetime | None = Field(description="When the session was cancelled; null if it was not.")
    cancelled_because: str | None = Field(
        description="The reason, if the session is cancelled and one was given.", examples=["teacher ill"]
    )

    @classmethod
    def of(cls, session: Session) -> SessionAbout:
        """The public view of a session, without its token."""
        return cls(
            id=session.id,
            course=session.course_id,
            day=session.day,
            phase=session.phase(the_register().clock.now()),
            opens_at=session.opens_at,
            late_at=session.late_at,
            closes_at=session.closes_at,
            closed_at=session.closed_at,
            cancelled_at=session.cancelled_at,
            cancelled_because=(session.cancellation and session.cancellation.why) or None,
        )


class SessionPage(ApiAnswer):
    """A page of sessions, sorted by day and id."""

    items: list[SessionAbout] = Field(description="The sessions on this page.")
    next: NextPage


class SessionQuery(PageQuery, DayRange):
    """Filters for sessions."""

    course: str | None = Field(None, max_length=200, description="Only sessions of the course with this id.")
    phase: list[SessionPhase] = Field(
        default_factory=list,
        description="Only sessions that are in this phase now; repeat it for several.",
    )


class SessionPath(BaseModel):
    """The session to access."""

    session: str = Field(min_length=1, max_length=400, description="The session's id, percent-encoded.")


class NewSessionBody(Body):
    """A session to open now."""

    model_config = ConfigDict(json_schema_extra=shown_as(course="physics"))

    course: str = Field(min_length=1, max_length=200, description="The course's id.", examples=["physics"])
    minutes: Minutes | None = Field(
        None, description="Minutes until check-in closes; null uses the course's rule.", examples=[90]
    )
    confirm: list[DoubtKind] = Field(
        default_factory=list,
        max_length=len(DoubtKind),
        description="What you know and want all the same: that today is a `day_off` or lies "
        "`outside_course`, or that another session would `overlap`. Otherwise the call fails with 409.",
        examples=[["day_off"]],
    )


class AlarmAbout(ApiAnswer):
    """Something odd about check-ins of a session, for a person to look at. It is no proof of anything."""

    id: str = Field(
        description="The alarm's id, which never changes.",
        examples=["physics|2026-11-23|09:00|shared_phone|0a1b+2c3d"],
    )
    kind: AlarmKind = Field(
        description="`shared_phone`: one phone for two students; `two_phones`: one student from two phones; "
        "`copy`: the picture of an enrolled photo or an earlier check-in, or nearly; `virtual_camera`: a "
        "camera that is a program; `late_code`: a code that was used long after it left the wall; "
        "`many_addresses`: more networks than the class usually has."
    )
    students: list[str] = Field(
        description="Ids of the students whom it concerns.", examples=[["0a1b2c3d", "4e5f6a7b"]]
    )
    at: datetime = Field(description="When it was noticed.")
    detail: list[str] = Field(
        description="What is more to say, such as a number of minutes; depends on `kind`.",
        examples=[["signed", "now"]],
    )
    settled_at: datetime | None = Field(description="When a person settled it; null while it is open.")
    for_good: bool = Field(description="Whether the same students raise no such alarm again.")

    @classmethod
    def of(cls, alarm: Alarm) -> AlarmAbout:
        """The public view of an alarm."""
        return cls(
            id=alarm.id,
            kind=alarm.kind,
            students=list(alarm.student_ids),
            at=alarm.at,
            detail=list(alarm.detail),
            settled_at=alarm.settled_at,
            for_good=alarm.for_good,
        )


class AlarmPage(ApiAnswer):
    """A page of a session's alarms, settled ones too, sorted by time and id."""

    items: list[AlarmAbout] = Field(description="The alarms on this page.")
    next: NextPage


class AlarmPath(SessionPath):
    """The alarm to access."""

    alarm: str = Field(min_length=1, max_length=1000, description="The alarm's id, percent-encoded.")


class SettleBody(OptionalBody):
    """How to settle an alarm."""

    for_good: bool = Field(
        default=False,
        description="Raise no such alarm about the same students again, as for siblings who share a phone. "
        "Without effect for other kinds than `shared_phone`.",
        examples=[True],
    )


class CancelBody(OptionalBody):
    """Why a session does not take place."""

    why: str = Field(
        "", max_length=LONGEST_REASON, description="The reason, for the teachers.", examples=["teacher ill"]
    )


class ReopenBody(OptionalBody):
    """How to reopen a session."""

    minutes: Minutes = Field(
        15, description="Minutes until check-in closes again, if the session's time is over.", examples=[15]
    )
