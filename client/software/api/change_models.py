"""The API's models of changes."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import ConfigDict, Field

from attendance.feed.reader import Change, Changes, MarkState, What
from attendance.values import Session, Student
from attendance.values.feed import FeedKind
from client.software.api.mark_models import MarkAbout
from client.software.api.session_models import SessionAbout
from client.software.api.students.student_models import EXAMPLE_ID, StudentAbout
from client.software.protocol.etags import etag_of
from client.software.protocol.models import ApiAnswer, Parameters
from client.software.protocol.paging import LONGEST_CURSOR, LONGEST_PAGE, PAGE

NOW = "now"
EXAMPLE_CURSOR = "Y2hhbmdlcyA1ZTVlIDcgMTc2MzcyNjQwMDEyMyAxMiB-"
_AFTER = (
    "The `next` of the previous page, or the `cursor` of a change. `now` skips all that is there. Omit it to "
    "begin with everything that is there."
)


class KindOfChange(StrEnum):
    """What changes may be about, as ``kinds`` chooses them."""

    STUDENTS = "students"
    SESSIONS = "sessions"
    MARKS = "marks"


class Thing(StrEnum):
    """What a change is about."""

    STUDENT = "student"
    SESSION = "session"
    MARK = "mark"


class ChangeFilter(Parameters):
    """Which changes to return."""

    model_config = ConfigDict(extra="forbid")

    after: str | None = Field(None, max_length=LONGEST_CURSOR, description=_AFTER)
    kinds: list[KindOfChange] = Field(
        default_factory=list,
        description="Only changes of these; repeat it for several. By default all that the token may read.",
    )
    course: str | None = Field(
        None,
        max_length=200,
        description="Only sessions and marks of the course with this id. Erased students are listed, too.",
    )


class ChangeQuery(ChangeFilter):
    """Which changes to return, and how many."""

    limit: int = Field(
        PAGE,
        ge=1,
        le=LONGEST_PAGE,
        description="The maximum number of changes on a page; there may be fewer.",
    )


class ChangeAbout(ApiAnswer):
    """The latest change of one student, session or mark, with its current state."""

    cursor: str = Field(description="Pass as `after` to go on after this change.", examples=[EXAMPLE_CURSOR])
    kind: Thing = Field(description="What changed.")
    id: str = Field(
        description="The student's or session's id; for a mark, the session's id, `|` and the student's id.",
        examples=[EXAMPLE_ID],
    )
    what: What = Field(
        description="`created`; `changed`, perhaps since it was created, too; `cancelled` for a session; "
        "`removed` for a mark that was withdrawn or whose session is cancelled, so that it doesn't count; "
        "`erased` for a student, with all marks: delete everything about this id."
    )
    at: datetime = Field(
        description="When it changed. What is older than this list has the time at which the list began."
    )
    version: int | None = Field(
        description="Grows with each change of a session or mark; null for a student.", examples=[3]
    )
    etag: str | None = Field(
        description="The student's `ETag` without its quotes, for `If-Match`, which takes it with or without "
        "them; null for everything else.",
        examples=["0f3d1c5a8e7b49d2a6c4e1f09b8d7a63"],
    )
    student: StudentAbout | None = Field(description="The student, if the change is about one.")
    session: SessionAbout | None = Field(description="The session, if the change is about one.")
    mark: MarkAbout | None = Field(description="The mark, if the change is about one.")

    @classmethod
    def of(cls, change: Change) -> ChangeAbout:
        """The public view of a change."""
        entry, state = change.entry, change.state
        student = StudentAbout.of(state) if isinstance(state, Student) else None
        session = SessionAbout.of(state) if isinstance(state, Session) else None
        mark = state if isinstance(state, MarkState) else None
        versioned = state if isinstance(state, Session) else mark and mark.mark
        return cls(
            cursor=change.cursor,
            kind=Thing.STUDENT if entry.kind is FeedKind.ERASED else Thing(entry.kind.value),
            id=mark.mark.id if mark else entry.id,
            what=change.what,
            at=entry.at,
            version=versioned.version if versioned else None,
            etag=etag_of(student) if student else None,
            student=student,
            session=session,
            mark=MarkAbout.of_student(mark.mark, mark.student) if mark else None,
        )


class ChangePage(ApiAnswer):
    """A page of changes, in the order in which they were made."""

    items: list[ChangeAbout] = Field(description="The changes on this page; none if nothing has changed.")
    next: str = Field(
        description="Pass as `after` to go on, now or later. It is there on each page.",
        examples=[EXAMPLE_CURSOR],
    )
    more: bool = Field(description="Whether more changes are there already.")

    @classmethod
    def of(cls, changes: Changes) -> ChangePage:
        """The public view of a part of the feed."""
        items = [ChangeAbout.of(change) for change in changes.changes]
        return cls(items=items, next=changes.cursor, more=changes.there_are_more)
