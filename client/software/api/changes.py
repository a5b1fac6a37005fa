"""Changes of students, sessions and marks, as pages and as server-sent events."""

from __future__ import annotations

from typing import Annotated

from flask import Response, request
from pydantic import Field, WithJsonSchema

from attendance.accounts.api_tokens import Scope
from attendance.feed.cursors import CursorError, CursorTooOldError
from attendance.feed.reader import Changes
from attendance.values.feed import FeedKind
from client.problems.problem_kinds import ApiProblemError, ProblemCode
from client.serving.events.change_streams import COUNT_HEADER, MORE_HEADER, NEXT_HEADER, OWNER_HEADER
from client.serving.events.streams import EVENT_STREAM, STREAMED
from client.software.api.change_models import (
    NOW,
    ChangeAbout,
    ChangeFilter,
    ChangePage,
    ChangeQuery,
    KindOfChange,
)
from client.software.protocol.guard import the_token
from client.software.protocol.models import Parameters
from client.software.protocol.paging import LONGEST_CURSOR, PAGE
from client.software.protocol.resources import Resource, api_response
from client.web.services import the_register

blueprint = Resource("changes", __name__, description="Changes of students, sessions and marks.")

KINDS = {
    KindOfChange.STUDENTS: (Scope.STUDENTS_READ, (FeedKind.ERASED, FeedKind.STUDENT)),
    KindOfChange.SESSIONS: (Scope.SESSIONS_READ, (FeedKind.SESSION,)),
    KindOfChange.MARKS: (Scope.MARKS_READ, (FeedKind.ERASED, FeedKind.MARK)),
}
"""What a token needs to read changes of a kind, and what these are. Marks are erased with their student."""

RETRY_MS = 2000  # after which a client connects again
EVENT = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "description": "The cursor after this event."},
        "data": {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": {"$ref": f"#/components/schemas/{ChangeAbout.__name__}"},
        },
    },
}
"""The OpenAPI schema of an event, in the form that OpenAPI 3.2 describes."""
_PROBLEMS = (ProblemCode.NOT_FOUND, ProblemCode.GONE)


class StreamHeaders(Parameters):
    """Headers of a request for the stream."""

    last_event_id: Annotated[str, WithJsonSchema({"type": "string"})] = Field(
        "",
        alias="Last-Event-ID",
        max_length=LONGEST_CURSOR,
        description="The id of the last event received, which browsers and libraries send when they connect "
        "again. It counts instead of `after`.",
    )


@blueprint.call(
    "GET",
    "/changes",
    scope=None,
    returns={200: ChangePage},
    problems=_PROBLEMS,
    tagged=False,  # the cursor says what the reader has
)
def list_changes(query: ChangeQuery) -> Response:
    """List what has changed since a cursor. Needs `students:read`, `sessions:read` or `marks:read`."""
    return api_response(ChangePage.of(_changes(query, query.after, query.limit)))


@blueprint.call(
    "GET",
    "/changes/stream",
    scope=None,
    returns={
        200: {
            "description": "Server-sent events. The data of each is a `ChangeAbout` in JSON.",
            "content": {EVENT_STREAM: {"schema": EVENT}},
        }
    },
    problems=_PROBLEMS,
)
def stream_changes(query: ChangeFilter, header: StreamHeaders) -> Response:
    """Receive changes as they happen. Needs the same scopes as the list.

    The answer has what there is now; the ASGI layer above goes on. Another server ends it, and the client
    connects again after some seconds.
    """
    changes = _changes(query, header.last_event_id or query.after, PAGE)
    events = [_event(ChangeAbout.of(change)) for change in changes.changes]
    text = "".join([f"retry: {RETRY_MS}\n\n", *events, f"id: {changes.cursor}\n\n"])
    answer = Response(text, content_type=f"{EVENT_STREAM}; charset=utf-8")
    if STREAMED not in request.environ.get("asgi.scope", ()):
        return answer
    answer.headers[NEXT_HEADER] = changes.cursor
    answer.headers[MORE_HEADER] = str(int(changes.there_are_more))
    answer.headers[COUNT_HEADER] = str(len(events))
    answer.headers[OWNER_HEADER] = the_token().id
    answer.headers["X-Accel-Buffering"] = "no"  # a proxy passes each event on at once
    return answer


def _event(about: ChangeAbout) -> str:
    return f"id: {about.cursor}\ndata: {about.model_dump_json()}\n\n"


def _changes(query: ChangeFilter, after: str | None, limit: int) -> Changes:
    """The changes that the token may read."""
    register = the_register()
    kinds = _kinds(query)
    if query.course is not None:
        register.courses.get(query.course)
    try:
        if after == NOW:
            after = register.changes.now()
        return register.changes.read(after, limit, kinds, course_id=query.course)
    except CursorError as error:
        raise ApiProblemError(
            ProblemCode.NOT_AS_DESCRIBED,
            "after must be the `next` of the previous page or the `cursor` of a change, unchanged, or `now`. "
            "Omit it to begin with everything that is there.",
        ) from error
    except CursorTooOldError as error:
        raise ApiProblemError(
            ProblemCode.GONE,
            f"{error} Drop what you have, and read everything: omit after.",
        ) from error


def _kinds(query: ChangeFilter) -> list[FeedKind]:
    scopes = the_token().scopes
    wanted = query.kinds or list(KindOfChange)
    if query.course is not None:
        if KindOfChange.STUDENTS in query.kinds:
            raise ApiProblemError(
                ProblemCode.NOT_AS_DESCRIBED,
                "Students have no course of their own. Ask for their changes without course.",
            )
        wanted = [kind for kind in wanted if kind is not KindOfChange.STUDENTS]
    readable = [kind for kind in wanted if KINDS[kind][0].value in scopes]
    missing = [KINDS[kind][0].value for kind in wanted if kind not in readable]
    if missing and (query.kinds or not readable):
        needed = (" and " if query.kinds else " or ").join(missing)
        raise ApiProblemError(
            ProblemCode.SCOPE_MISSING,
            f"This call needs {needed}; the token has {', '.join(scopes) or 'no scope'}.",
        )
    return [kind for kind in FeedKind if any(kind in KINDS[each][1] for each in readable)]
