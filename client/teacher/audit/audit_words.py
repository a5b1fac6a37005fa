"""Entries of the audit trail in sentences."""

from __future__ import annotations

import json
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from attendance.audit.chain.actor import COMMAND, PHONE, PROGRAM, TOKEN, USER, VISITOR
from attendance.audit.chain.values import AuditEntry, AuditKind
from client.teacher.mark_words import METHODS, STATES

KINDS = {
    AuditKind.BEGUN: _l("The trail begins"),
    AuditKind.CARRIED_OVER: _l("A mark from before the trail"),
    AuditKind.MARKED: _l("Marked"),
    AuditKind.CORRECTED: _l("Mark changed"),
    AuditKind.REVIEW_HELD: _l("Check-in waits for a person"),
    AuditKind.REVIEWED: _l("Review decided"),
    AuditKind.STUDENT_ADDED: _l("Student added"),
    AuditKind.DETAIL_CHANGED: _l("Details changed"),
    AuditKind.CONSENT_GIVEN: _l("Consent recorded"),
    AuditKind.CONSENT_WITHDRAWN: _l("Consent withdrawn"),
    AuditKind.OBJECTION_UNDONE: _l("Objection undone"),
    AuditKind.CONSENT_ENDED: _l("Consent ended"),
    AuditKind.STUDENT_REMOVED: _l("A student was erased"),
    AuditKind.ENROLLED: _l("Photos added"),
    AuditKind.PHOTOS_ERASED: _l("Photos erased"),
    AuditKind.PORTRAIT: _l("Portrait saved or erased"),
    AuditKind.COURSE_ADDED: _l("Course added"),
    AuditKind.COURSE_CHANGED: _l("Course changed"),
    AuditKind.ROSTER: _l("Roster changed"),
    AuditKind.SESSION_ADDED: _l("Session added"),
    AuditKind.SESSION_CHANGED: _l("Session changed"),
    AuditKind.SESSION_CLOSED: _l("Session closed"),
    AuditKind.SESSION_REOPENED: _l("Session reopened"),
    AuditKind.SESSION_CANCELLED: _l("Session cancelled"),
    AuditKind.SESSION_RESTORED: _l("Session restored"),
    AuditKind.SPOT_CHECK: _l("Spot check"),
    AuditKind.ALARM_SETTLED: _l("Alarm settled"),
    AuditKind.ALARM_REOPENED: _l("Alarm opened again"),
    AuditKind.LOGIN: _l("Logged in"),
    AuditKind.FAILED_LOGIN: _l("Wrong password or code"),
    AuditKind.USER_ADDED: _l("Account added"),
    AuditKind.USER_CHANGED: _l("Account changed"),
    AuditKind.ROLE: _l("Role or right changed"),
    AuditKind.TOKEN_MADE: _l("API token created"),
    AuditKind.TOKEN_CHANGED: _l("API token changed"),
    AuditKind.TOKEN_REVOKED: _l("API token revoked"),
    AuditKind.SETTING: _l("Setting changed"),
    AuditKind.EXPORT: _l("Report or data exported"),
    AuditKind.RESTORED: _l("Register restored from a file"),
}
_ACTORS = {
    PROGRAM: _l("The program"),
    PHONE: _l("A student, by phone"),
    VISITOR: _l("Somebody who is not logged in"),
}


def actor_words(actor: str) -> str:
    """Who acted."""
    if actor in _ACTORS:
        return str(_ACTORS[actor])
    if actor.startswith(TOKEN):
        return str(_("API token %(name)s", name=actor.removeprefix(TOKEN)))
    if actor.startswith(COMMAND):
        return str(_("%(name)s, on the command line", name=actor.removeprefix(COMMAND)))
    return actor.removeprefix(USER)


def what_words(entry: AuditEntry) -> str:
    """What happened, with the state of a mark before and after."""
    kind = str(KINDS[entry.kind])
    before, after = (_mark(facts) for facts in (entry.before, entry.after))
    if after and before:
        return str(_("%(kind)s: %(before)s, now %(after)s", kind=kind, before=before, after=after))
    return str(_("%(kind)s: %(after)s", kind=kind, after=after)) if after else kind


def _mark(facts: str) -> str:
    """The status and the method of a mark; empty for other facts."""
    found: dict[str, Any] = json.loads(facts) if facts else {}
    if found.get("status") not in STATES or found.get("method") not in METHODS:
        return ""
    status, method = STATES[found["status"]][2], METHODS[found["method"]][1]
    return str(_("%(status)s %(method)s", status=str(status).lower(), method=method))
