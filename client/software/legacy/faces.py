"""``/detect_face`` and ``/recognize``: recognise the faces in a picture."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, jsonify
from pydantic import Field

from attendance.accounts.api_tokens import Scope
from attendance.classes.general_course import GENERAL_COURSE
from attendance.liveness.policy import result_of_photo
from attendance.marks.last_word import status_for_cameras
from attendance.marks.sightings import Sighting
from attendance.recognition.recogniser import RecognisedFace
from attendance.values import Course, LivenessResult, MarkEvidence, Session
from client.access.visible_students import sees_everybody, visible_students
from client.problems.problem_kinds import ApiProblemError, ProblemCode
from client.software.api.faces import require_one
from client.software.legacy.answers import legacy_problem, local_time, student_info, told
from client.software.legacy.fields import Fields, sent_body
from client.software.live.known_fields import kept_sentence
from client.software.protocol.authentication import Caller, caller_if_any, the_caller, the_session
from client.software.protocol.json_or_multipart import Picture
from client.web.error_answers import answer_errors
from client.web.services import the_register
from face_detection.values import Face
from face_matching.decision import Doubtful, Match

LONGEST_SIDE = 1280
"""Pixels to which pictures from unauthenticated callers are reduced, to bound the computing time."""

blueprint = Blueprint("known_faces", __name__)
answer_errors(blueprint, legacy_problem)


class FacesRequest(Fields):
    """A picture, and the session whose course to search."""

    image: Picture
    session: str | None = Field(None, max_length=400)


@blueprint.post("/detect_face", strict_slashes=False)
def detect_face() -> Response:
    """Detect faces, and recognise them for callers with a login or token."""
    caller = _caller_if_needed()
    body = sent_body().read(FacesRequest, in_address=("session",))
    recogniser = the_register().cameras.recogniser
    if caller is None:
        found = recogniser.detect(body.image, longest_side=LONGEST_SIDE, anonymous=True)
        faces = [_place(face, found.scale) | {"name": None, "status": "detected"} for face in found.faces]
    else:
        the_register().uses.need_search()
        recognised = recogniser.everybody(body.image, _course_to_search(body.session, caller))
        faces = [_place(face.seen.face, recognised.scale) | _name(face) for face in recognised.faces]
    return jsonify(success=True, faces=faces, total_faces=len(faces))


@blueprint.post("/recognize", strict_slashes=False)
def recognize() -> Response:
    """Mark the student in a picture that shows exactly one face."""
    caller = the_caller(Scope.MARKS_WRITE)
    the_register().uses.need_search()
    body = sent_body().read(FacesRequest, in_address=("session",))
    session, course = the_session(body.session, caller)
    register = the_register()
    face = require_one(register.cameras.recogniser.one(body.image, course).faces)
    if isinstance(face.decision, Doubtful):
        raise ApiProblemError(
            ProblemCode.CONFLICT,
            "This face may be one of several students. Ask the teacher to mark the right one.",
        )
    if not isinstance(face.decision, Match):
        raise ApiProblemError(ProblemCode.NOT_FOUND, f"No student of {course.name} has this face.")
    evidence = MarkEvidence(liveness=_worth(session, course, face.decision, body.image, caller))
    sighting = Sighting(face.decision.student_id, face.decision.score, by=caller.by, evidence=evidence)
    done = register.cameras.sightings.mark(session.id, sighting)
    student = register.students.by_id(face.decision.student_id)
    who = student.name if caller.may_read_names else "The student"
    if done.is_kept:
        raise ApiProblemError(ProblemCode.CONFLICT, kept_sentence(who, status_for_cameras(done.mark)))
    outcome = "is marked" if done.is_new else "was already marked"
    status = done.mark.status.value
    names, details = caller.may_read_names, caller.may_read_details(student)
    info = student_info(student, names=names, details=details)
    return told(
        f"{who} {outcome} {status}.",
        student_info=info | {"status": status, "time": local_time(done.mark.at)},
    )


def _worth(session: Session, course: Course, match: Match, image: bytes, caller: Caller) -> LivenessResult:
    """What the mark of a photo notes about the movement, which no photo shows.

    Raises:
        ApiProblemError: a person has to decide about it, and can now.
    """
    register = the_register()
    worth = result_of_photo(course, counts_alone=caller.photo_only)
    mark = register.store.mark(session.id, match.student_id)
    if worth is None and (mark is None or not mark.counts_as_there):
        register.cameras.unmoved.hold(session, match, image, by=caller.by)
        raise ApiProblemError(
            ProblemCode.CONFLICT,
            "This class asks for a turn of the head, which a photo alone does not show. The teacher decides.",
        )
    return worth or LivenessResult.NOT_SHOWN


def _caller_if_needed() -> Caller | None:
    """The caller, or None for one without a token or login where the site allows that.

    Raises:
        ApiProblemError: the site doesn't allow it, or the token or login is not accepted.
    """
    caller = caller_if_any(Scope.RECOGNISE)
    if caller is None and not the_register().settings.anonymous_faces:
        raise ApiProblemError(
            ProblemCode.TOKEN_MISSING,
            f"Log in, or send a token with the scope {Scope.RECOGNISE.value}. With the setting "
            "ATTENDANCE_ANONYMOUS_FACES=on, the server finds faces for everybody.",
        )
    return caller


def _course_to_search(session_id: str | None, caller: Caller) -> Course:
    """The course of the given or the only open session, or else all students whom the caller may see."""
    try:
        return the_session(session_id, caller)[1]
    except ApiProblemError:
        if session_id is not None:
            raise
    if caller.has_token or sees_everybody():
        return GENERAL_COURSE
    return replace(GENERAL_COURSE, roster=tuple(student.id for student in visible_students()))


def _place(face: Face, scale: float) -> dict[str, Any]:
    """The face's box in whole pixels of the original picture."""
    x1, y1, x2, y2 = (round(float(value) * scale) for value in face.box)
    return {"x": x1, "y": y1, "width": x2 - x1, "height": y2 - y1}


def _name(face: RecognisedFace) -> dict[str, Any]:
    if face.decision is None:
        return {"name": None, "status": "unfit", "problem": face.seen.problems[0].value}
    if isinstance(face.decision, Doubtful):
        return {"name": None, "status": "doubtful"}
    if not isinstance(face.decision, Match):
        return {"name": None, "status": "unknown"}
    student = the_register().store.student(face.decision.student_id)
    return {"name": student.name if student else None, "status": "recognized"}
