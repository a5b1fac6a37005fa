"""The audit trail for admins: the entries, filtered by who, what, whom and when, and its head."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask import render_template, request
from flask_babel import gettext as _

from attendance.audit.chain.values import AuditEntry, AuditFilter, AuditKind
from attendance.clock import local_instant
from attendance.values import Student
from client.access.roles import Access, Pages
from client.teacher.audit.audit_words import KINDS, actor_words, what_words
from client.web.services import the_register

blueprint = Pages("audit", __name__, access=Access.ADMIN, url_prefix="/admin/audit")

AT_ONCE = 100  # entries of a page
_FIELDS = ("who", "kind", "roll", "first", "last")
_NOBODY = "none has this"


@dataclass(frozen=True)
class AuditLine:
    """An entry in words.

    Attributes:
        student: whom it is about, if the student is still in the register.
        about: the course, the session, the account or the token that it is about, as people know it.
        origin: a few digits of the address's hash, to compare entries of one day.
    """

    number: int
    at: datetime
    who: str
    what: str
    student: Student | None
    about: str
    origin: str


@blueprint.get("/")
def index() -> str:
    """The latest entries that the filter wants, or those before one."""
    register = the_register()
    typed = {name: request.args.get(name, "").strip() for name in _FIELDS}
    problem, wanted = _filter(typed, request.args.get("below", ""))
    entries = register.audit.find(wanted, AT_ONCE + 1)
    shown = entries[:AT_ONCE]
    return render_template(
        "teacher/audit/index.html",
        lines=_lines(shown),
        typed=typed,
        asked={name: value for name, value in typed.items() if value},
        problem=problem,
        below=shown[-1].number if len(entries) > AT_ONCE else None,
        is_later_page=wanted.below is not None,
        kinds=sorted(((kind.value, str(words)) for kind, words in KINDS.items()), key=lambda each: each[1]),
        actors=[(actor, actor_words(actor)) for actor in register.audit.actors()],
        head=register.audit.head(),
    )


def _filter(typed: dict[str, str], below: str) -> tuple[str, AuditFilter]:
    """What is asked for; what can't be understood is a sentence, and finds nothing or doesn't count."""
    problem, student = "", None
    if typed["roll"]:
        found = the_register().store.student_by_roll(typed["roll"])
        reference = None if found is None else the_register().audit.reference(found.id)
        student = reference or _NOBODY
        if found is None:
            problem = _("No student has the roll number %(number)s.", number=typed["roll"])
    first, last = (_day(typed[name]) for name in ("first", "last"))
    if (typed["first"] and first is None) or (typed["last"] and last is None):
        problem = _("A day is written like 2026-11-30.")
    kinds = tuple(kind for kind in AuditKind if kind.value == typed["kind"])
    return problem, AuditFilter(
        actor=typed["who"] or None,
        kinds=kinds,
        student=student,
        since=None if first is None else _begin(first),
        until=None if last is None else _begin(last + timedelta(days=1)),
        below=int(below) if below.isascii() and below.isdigit() and len(below) <= 12 else None,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _begin(day: date) -> datetime:
    return local_instant(day, time.min, the_register().settings.time_zone)


def _lines(entries: list[AuditEntry]) -> list[AuditLine]:
    register = the_register()
    students = register.audit.students() if any(entry.student for entry in entries) else {}
    names = {course.id: course.name for course in register.courses.all(hidden=True)}
    names |= {user.id: user.username for user in register.accounts.all()}
    return [
        AuditLine(
            number=entry.number,
            at=entry.at,
            who=actor_words(entry.actor),
            what=what_words(entry),
            student=register.students.by_id(students[entry.student]) if entry.student in students else None,
            about=names.get(entry.about, entry.about),
            origin=entry.origin[:6],
        )
        for entry in entries
    ]
