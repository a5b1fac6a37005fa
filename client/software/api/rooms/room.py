"""Who is in the room: checked in and not seen, seen and not checked in, and spot checks."""

from __future__ import annotations

from flask import Response

from attendance.accounts.api_tokens import Scope
from client.problems.problem_kinds import ApiProblemError, ProblemCode
from client.software.api.mark_models import MarkDetails
from client.software.api.rooms.room_models import RoomAbout, RoomAnswerBody
from client.software.api.session_models import SessionPath
from client.software.protocol.guard import caller
from client.software.protocol.idempotency import idempotent
from client.software.protocol.resources import JSON_ONLY, Resource, api_response
from client.web.services import the_register

blueprint = Resource("room", __name__, description="Who is in the room, and who only checked in.")
_WRITES = (ProblemCode.NOT_FOUND, ProblemCode.NOT_POSSIBLE)


@blueprint.call(
    "GET",
    "/sessions/<string:session>/room",
    scope=Scope.MARKS_READ,
    returns={200: RoomAbout},
    problems=(ProblemCode.NOT_FOUND,),
)
def get_room(path: SessionPath) -> Response:
    """Get who checked in and isn't seen, who is seen and didn't check in, and names to call out."""
    return _response(path.session)


@blueprint.call(
    "POST",
    "/sessions/<string:session>/room/answers",
    scope=Scope.MARKS_WRITE,
    accepts=JSON_ONLY,
    returns={200: MarkDetails},
    problems=_WRITES,
)
@idempotent
def answer_in_room(path: SessionPath, body: RoomAnswerBody) -> Response:
    """Note that a student was found in the room, or was not and is absent."""
    register = the_register()
    session = register.class_sessions.get(path.session)
    student = register.students.named(body.student)
    mark = register.presence.answers.answer(
        session.id, student.id, here=body.here, asked=body.asked, by=caller()
    )
    return api_response(MarkDetails.of_whole(mark))


@blueprint.call(
    "POST",
    "/sessions/<string:session>/spot-checks",
    scope=Scope.MARKS_WRITE,
    returns={200: RoomAbout},
    problems=_WRITES,
)
@idempotent
def draw_spot_check(path: SessionPath) -> Response:
    """Choose three students to call out, more often those whom nothing places in the room."""
    session = the_register().class_sessions.get(path.session)
    if the_register().presence.spot_checks.draw(session.id, by=caller()) is None:
        raise ApiProblemError(ProblemCode.NOT_POSSIBLE, "Nobody has checked in to this session by phone.")
    return _response(session.id)


def _response(session_id: str) -> Response:
    register = the_register()
    board = register.boards.of(register.class_sessions.get(session_id).id)
    return api_response(RoomAbout.of(register.presence.view(board)))
