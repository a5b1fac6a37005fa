"""``/mark-attendance`` marks students with the server's camera."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response
from pydantic import Field

from attendance.accounts.api_tokens import Scope
from attendance.cameras.own_camera import WatchEnd
from attendance.cameras.watch_values import WatchNews, WatchNewsKind
from attendance.marks.last_word import status_for_cameras
from client.software.legacy.answers import legacy_problem, told
from client.software.legacy.fields import Fields, sent_body
from client.software.live.known_fields import kept_sentence
from client.software.protocol.authentication import Caller, the_caller, the_session
from client.web.error_answers import answer_errors
from client.web.services import the_register

SECONDS = 20.0  # for which the camera watches at most

_ENDS = {
    WatchEnd.DONE: "",
    WatchEnd.TIMED_OUT: "Time ran out before everyone in view was marked.",
    WatchEnd.SESSION_CLOSED: "The session was closed in the meantime.",
    WatchEnd.CAMERA_GONE: "The camera stopped sending pictures.",
}

blueprint = Blueprint("known_camera", __name__)
answer_errors(blueprint, legacy_problem)


class Threshold(Fields):
    """The minimum score for a match, and the session to mark in."""

    threshold: float = Field(0.0, ge=0.0, le=1.0, allow_inf_nan=False)
    session: str | None = Field(None, max_length=400)


@blueprint.post("/mark-attendance", strict_slashes=False)
def mark_attendance() -> Response:
    """Mark students with the server's camera until everyone in view is marked, for at most 20 seconds.

    The request's threshold can only be stricter than the engine's own.
    """
    caller = the_caller(Scope.MARKS_WRITE)
    the_register().uses.need_live_camera()
    form = sent_body(optional=True).read(Threshold, in_address=Threshold.model_fields)
    session, _ = the_session(form.session, caller)
    result = the_register().cameras.own.watch(
        session, by=caller.by, least_score=form.threshold, seconds=SECONDS
    )
    marked = [_news(each, caller) for each in result.news if each.kind is not WatchNewsKind.HELD]
    new = sum(each.kind is WatchNewsKind.MARKED for each in result.news)
    kept = [each for each in result.news if each.kind is WatchNewsKind.KEPT]
    sentences = [f"{_count(new)} marked.", *(_kept(each, caller) for each in kept), _ENDS[result.end]]
    return told(
        " ".join(sentence for sentence in sentences if sentence),
        marked=marked,
        to_review=sum(each.kind is WatchNewsKind.HELD for each in result.news),
        ended=result.end.value,
    )


def _count(students: int) -> str:
    if students > 1:
        return f"{students} students were"
    return "1 student was" if students else "No new student was"


def _kept(news: WatchNews, caller: Caller) -> str:
    """Why somebody who was seen is not marked."""
    assert news.mark is not None
    return kept_sentence(
        news.student.name if caller.may_read_names else "A student", status_for_cameras(news.mark)
    )


def _news(news: WatchNews, caller: Caller) -> dict[str, Any]:
    return {
        "roll_no": news.student.roll_number if caller.may_read_names else None,
        "name": news.student.name if caller.may_read_names else None,
        "status": None if news.mark is None else status_for_cameras(news.mark).value,
        "new": news.kind is WatchNewsKind.MARKED,
    }
