"""The teacher's pages of sessions: a day's list, one session with what can be done to it, and planning."""

from __future__ import annotations

from datetime import date, timedelta

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from attendance.classes.general_course import GENERAL_COURSE
from attendance.classes.session_doubts import SessionDoubtError
from attendance.errors import CourseError, SessionClosedError
from attendance.values import Course, Session, SessionPhase
from client.access.roles import Access, Pages, require_course, the_user
from client.access.sessions import session_of
from client.access.visible_students import visible_courses
from client.problems.table import problem_of
from client.teacher.mark_words import who
from client.teacher.sessions.doubts_page import confirmed_doubts, doubts_page
from client.teacher.sessions.session_letters import letters_after, told_about
from client.web.forms import whole_number
from client.web.services import site_today, the_register
from client.web.wording import clock_time

MINUTES = (5, 15, 30, 60)  # to extend a session by, or to reopen it for
REOPEN_MINUTES = 15

blueprint = Pages("sessions", __name__, access=Access.TEACHER, url_prefix="/teach/sessions")

Answer = str | Response | tuple[str, int]


@blueprint.get("/")
def index() -> str:
    """The sessions of a day."""
    return _day_page(_day_of(request.args.get("day")))


@blueprint.post("/open")
def open_session() -> Answer:
    """Open a session of a course, or go to the one that is open."""
    course = _course_of_form()
    try:
        session = the_register().class_sessions.open_now(
            course.id, by=the_user().id, confirmed=confirmed_doubts()
        )
    except SessionDoubtError as error:
        return doubts_page(error, course, opens_now=True)
    except CourseError as error:
        flash(str(error), "bad")
        return redirect(url_for("teach_home.home"), 303)
    return _to(session)


@blueprint.post("/plan")
def plan() -> Answer:
    """Plan a session ahead of time."""
    course = _course_of_form()
    day = _day_of(request.form.get("day"))
    try:
        session = the_register().class_sessions.plan(
            course.id,
            day=day.isoformat(),
            start=request.form.get("start", "").strip(),
            minutes=_minutes(),
            by=the_user().id,
            confirmed=confirmed_doubts(),
        )
    except SessionDoubtError as error:
        return doubts_page(error, course, opens_now=False)
    except CourseError as error:
        flash(str(error), "bad")
        return _day_page(day), problem_of(error).status
    flash(_planned(session, course), "ok")
    return _to(session)


@blueprint.get("/<session_id>")
def show(session_id: str) -> str:
    """One session: its times, its counts, and what can be done to it."""
    register = the_register()
    session, course = session_of(session_id)
    board = register.boards.of(session.id)
    return render_template(
        "teacher/sessions/show.html",
        session=session,
        course=course,
        stands=board.phase.value,
        counts=board.counts,
        history=[(event, who(event.by)) for event in reversed(session.history)],
        told=told_about(session),
        letters=letters_after(session),
        is_general=course.id == GENERAL_COURSE.id,
        is_over=register.clock.now() >= session.closes_at,
        opened_by=_name_of(session.opened_by),
        minutes=MINUTES,
        reopen_minutes=REOPEN_MINUTES,
    )


@blueprint.post("/<session_id>/start")
def start(session_id: str) -> Answer:
    """Open a planned session now."""
    session, course = session_of(session_id)
    if session.phase(the_register().clock.now()) is SessionPhase.PLANNED:
        try:
            opened = the_register().class_sessions.open_now(
                course.id, by=the_user().id, confirmed=confirmed_doubts()
            )
        except SessionDoubtError as error:
            return doubts_page(error, course, opens_now=True)
        except CourseError as error:
            flash(str(error), "bad")
            return _to(session)
        if opened.id != session.id:
            flash(_("Another session of this course is open now. The planned one stays."), "info")
        return _to(opened)
    return _to(session)


@blueprint.post("/<session_id>/close")
def close(session_id: str) -> Response:
    """Close a session: students without a mark are absent."""
    session, _course = session_of(session_id)
    before = session.phase(the_register().clock.now())
    closed = the_register().closing.close(session.id, by=the_user().id)
    if closed.is_cancelled:
        flash(_("Cancelled. Nobody is absent."), "ok")
    elif before in (SessionPhase.OPEN, SessionPhase.BY_HAND):
        flash(_("Closed. Students without a mark are absent. Reopening undoes that."), "ok")
    return _to(closed)


@blueprint.post("/<session_id>/reopen")
def reopen(session_id: str) -> Response:
    """Reopen a closed session; the absences recorded at closing are undone."""
    session, _course = session_of(session_id)
    try:
        again = the_register().closing.reopen(session.id, by=the_user().id, minutes=_minutes(REOPEN_MINUTES))
    except CourseError as error:
        flash(str(error), "bad")
        return _to(session)
    flash(_("Reopened. The absences recorded at closing were undone."), "ok")
    return _to(again)


@blueprint.post("/<session_id>/extend")
def extend(session_id: str) -> Response:
    """Extend a session."""
    session, _course = session_of(session_id)
    try:
        longer = the_register().class_sessions.extend(session.id, minutes=_minutes())
    except (CourseError, SessionClosedError) as error:
        flash(str(error), "bad")
        return _to(session)
    flash(_("Open until %(time)s.", time=clock_time(longer.closes_at)), "ok")
    return _to(longer)


def _day_page(day: date) -> str:
    register = the_register()
    courses = visible_courses()
    now, calendar = register.clock.now(), register.days_off.calendar()
    names = {course.id: course.name for course in visible_courses(hidden=True)}
    sessions = [one for one in register.class_sessions.on_day(day.isoformat()) if one.course_id in names]
    known = {session.id for session in sessions}
    meetings = [
        meeting
        for course in courses
        for meeting in register.class_sessions.meetings(course, day, day, calendar=calendar)
        if meeting.session_id not in known and meeting.closes_at > now
    ]
    return render_template(
        "teacher/sessions/index.html",
        day=day,
        before=_beside(day, -1),
        after=_beside(day, 1),
        sessions=[(session, session.phase(now).value) for session in sessions],
        meetings=sorted(meetings, key=lambda meeting: meeting.opens_at),
        names=names,
        day_off=calendar.day_off(day.isoformat()),
        courses=[course for course in courses if course.id != GENERAL_COURSE.id],
        given=request.form,
    )


def _planned(session: Session, course: Course) -> str:
    """What became of a plan: a cancelled session of this time was restored."""
    text = _("A session of %(course)s was planned.", course=course.name)
    if session.restored_at is not None:
        text = _("A cancelled session of %(course)s was restored.", course=course.name)
    elif session.by_hand:
        text = _("A session of %(name)s was added. Mark its students on the live board.", name=course.name)
    return str(text)


def _course_of_form() -> Course:
    return require_course(the_register().courses.get(request.form.get("course", "")))


def _minutes(default: int | None = None) -> int:
    text = request.form.get("minutes", "").strip()
    if not text and default is not None:
        return default
    minutes = whole_number(text, digits=5)
    if minutes is None:
        abort(400, _("Enter the minutes as a number."))
    return minutes


def _day_of(text: str | None) -> date:
    """The day that is named, or today."""
    if not text:
        return site_today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        abort(400, _("Enter the day as YYYY-MM-DD."))


def _beside(day: date, days: int) -> str | None:
    try:
        return (day + timedelta(days=days)).isoformat()
    except OverflowError:  # the first or the last day that there is
        return None


def _name_of(user_id: str | None) -> str | None:
    user = the_register().store.user(user_id) if user_id else None
    return user.name if user else user_id


def _to(session: Session) -> Response:
    return redirect(url_for("sessions.show", session_id=session.id), 303)
