"""Records consents and objections, such as those that arrive in a school's portal."""

from __future__ import annotations

from flask import Response

from attendance.accounts.api_tokens import Scope
from attendance.values import ChangeKind, Consent, Student, Withdrawal
from client.problems.problem_kinds import ProblemCode
from client.software.api.consent.consent_models import ConsentBody, ObjectionBody, UndoObjectionBody
from client.software.api.students.student_models import StudentAbout, StudentPath
from client.software.protocol.etags import tagged
from client.software.protocol.guard import caller
from client.software.protocol.idempotency import idempotent
from client.software.protocol.resources import JSON_ONLY, Resource, api_response
from client.web.services import the_register

blueprint = Resource("consents", __name__, description="Consent to face recognition, and objections to it.")
_OBJECTIONS = "/students/<string:student>/objections"


@blueprint.call(
    "POST",
    "/students/<string:student>/consents",
    scope=Scope.STUDENTS_WRITE,
    accepts=JSON_ONLY,
    returns={200: StudentAbout},
    sends={200: ("ETag",)},
    problems=(ProblemCode.NOT_FOUND, ProblemCode.CONFLICT, ProblemCode.NOT_POSSIBLE),
)
@idempotent
def record_consent(path: StudentPath, body: ConsentBody) -> Response:
    """Record that a student or guardian agrees. One of the same party that counts stays as it is."""
    register = the_register()
    before = register.students.named(path.student)
    given = Consent(
        register.clock.now(),
        recorded_by=caller(),
        how=body.how,
        giver=body.giver,
        form=body.form,
        given_on=None if body.given_on is None else body.given_on.isoformat(),
        valid_until=None if body.valid_until is None else body.valid_until.isoformat(),
    )
    after = register.students.note_consent(before.id, given, guardian=body.guardian, alone=body.alone)
    return _answer(before, after, ChangeKind.CONSENT_RECORDED)


@blueprint.call(
    "POST",
    _OBJECTIONS,
    scope=Scope.STUDENTS_WRITE,
    accepts=JSON_ONLY,
    returns={200: StudentAbout},
    sends={200: ("ETag",)},
    problems=(ProblemCode.NOT_FOUND, ProblemCode.NOT_POSSIBLE),
)
@idempotent
def record_objection(path: StudentPath, body: ObjectionBody) -> Response:
    """Record that a student or guardian objects. The face is erased at once, and details and marks stay."""
    register = the_register()
    before = register.students.named(path.student)
    objection = Withdrawal(
        register.clock.now(), recorded_by=caller(), objector=body.objector, how=body.how or None
    )
    after = register.students.withdraw_consent(before.id, objection, guardian=body.guardian)
    return _answer(before, after, ChangeKind.CONSENT_WITHDRAWN)


@blueprint.call(
    "POST",
    f"{_OBJECTIONS}/undo",
    scope=Scope.STUDENTS_WRITE,
    accepts=JSON_ONLY,
    returns={200: StudentAbout},
    sends={200: ("ETag",)},
    problems=(ProblemCode.NOT_FOUND,),
)
@idempotent
def undo_objection(path: StudentPath, body: UndoObjectionBody) -> Response:
    """Undo an objection that was a mistake. Consents from before count again; photos stay erased."""
    register = the_register()
    before = register.students.named(path.student)
    after = register.students.undo_objection(before.id, body.objector, register.clock.now())
    return _answer(before, after, ChangeKind.OBJECTION_UNDONE)


def _answer(before: Student, after: Student, kind: ChangeKind) -> Response:
    if after != before:
        the_register().student_history.note(kind, [after.id], by=caller())
    about = StudentAbout.of(after)
    return tagged(api_response(about), about)
