"""The commands session list, session cancel and session restore."""

from __future__ import annotations

from datetime import date

import click

from attendance.values import Session, SessionPhase
from create_database.context import AdminContext, person_named
from create_database.days import day_option
from create_database.finding.course_lookup import find_course
from create_database.finding.session_lookup import course_name
from create_database.shell import AdminCommand, AdminGroup, by_option, pass_admin_context

HEADINGS = ("Session", "Course", "Opens", "Closes", "State", "Reason")


@click.group(
    cls=AdminGroup,
    examples=(
        "session list --day 2026-11-20",
        'session cancel "physics|2026-11-20|09:00" --why "teacher ill"',
        'session restore "physics|2026-11-20|09:00"',
    ),
)
def session() -> None:
    """List class sessions, cancel those that did not take place, and restore them."""


@session.command("list", cls=AdminCommand, examples=("session list", "session list --day 2026-11-20"))
@day_option("--day", "day", "The day, YYYY-MM-DD.  [default: today]")
@click.option("--course", metavar="C", help="Only the sessions of this course: its id or name.")
@pass_admin_context
def list_sessions(context: AdminContext, day: date | None, course: str | None) -> None:
    """List the sessions of a day with their state."""
    only = None if course is None else find_course(context, course).id
    found = context.register.class_sessions.on_day(None if day is None else day.isoformat())
    rows = [_row(context, each) for each in found if only in (None, each.course_id)]
    context.screen.table(HEADINGS, rows)
    if not rows:
        context.screen.note("There are no sessions on this day.")


@session.command(
    cls=AdminCommand,
    examples=('session cancel "physics|2026-11-20|09:00" --why "teacher ill"',),
)
@click.argument("session_id", metavar="ID")
@click.option("--why", default="", help="The reason, for the teachers.")
@by_option
@pass_admin_context
def cancel(context: AdminContext, session_id: str, *, why: str, by: str) -> None:
    """Cancel a session that does not, or did not, take place: nothing in it counts.

    Its marks are kept, and are back when it is restored.
    """
    register = context.register
    found = register.class_sessions.get(session_id)
    if found.is_cancelled:
        context.screen.say(f"{_named(context, found)} was cancelled before. {_cancelled_by(context, found)}")
        return
    cancelled = register.cancelling.cancel(found.id, by=by, why=why)
    context.screen.say(f"{_named(context, cancelled)} is cancelled. Nobody is absent.")
    if told := register.notices.sent_about(cancelled):
        names = [student.name for each in told if (student := register.store.student(each)) is not None]
        context.screen.note(f"E-mails about absences were already sent: {', '.join(sorted(names))}.")


@session.command(cls=AdminCommand, examples=('session restore "physics|2026-11-20|09:00"',))
@click.argument("session_id", metavar="ID")
@by_option
@pass_admin_context
def restore(context: AdminContext, session_id: str, *, by: str) -> None:
    """Restore a cancelled session, with its marks as they were."""
    restored = context.register.cancelling.restore(session_id, by=by)
    context.screen.say(f"{_named(context, restored)} is not cancelled. It is {_state(context, restored)}.")


def _named(context: AdminContext, found: Session) -> str:
    return f"{course_name(context, found)}, {context.local(found.opens_at)}"


def _state(context: AdminContext, found: Session) -> str:
    phase = found.phase(context.register.clock.now())
    return "marked by hand" if phase is SessionPhase.BY_HAND else phase.value


def _cancelled_by(context: AdminContext, found: Session) -> str:
    event = found.cancellation
    if event is None:
        return ""
    why = f" Reason: {event.why}" if event.why else ""
    return f"By {person_named(context, event.by)} at {context.local(event.at)}.{why}"


def _row(context: AdminContext, found: Session) -> tuple[str, ...]:
    return (
        found.id,
        course_name(context, found),
        context.local(found.opens_at),
        context.local(found.closed_at or found.closes_at),
        _state(context, found),
        found.cancellation.why if found.cancellation else "",
    )
