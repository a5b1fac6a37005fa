"""The teacher's home page: today's sessions, how phones reach the server, and what needs attention."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import cast

from flask import abort, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from attendance.classes.general_course import GENERAL_COURSE
from attendance.classes.schedule import ScheduledMeeting
from attendance.values import Course, Session, SessionPhase
from client.access.roles import Access, Pages, may, may_teach
from client.access.shown_faces import agrees_now
from client.access.visible_students import photos_of_students, visible_courses, visible_students
from client.errors import TunnelError
from client.projector.posters import the_posters
from client.serving.tunnel.tunnel_switch import SWITCH, Switch
from client.teacher.home.admin_notes import missing_classifier, older_register, unconfirmed_recovery_key
from client.teacher.home.attention import Attention, of_the_server
from client.teacher.home.engine_note import engine_note
from client.teacher.home.own_part import ending_consents, second_persons_photos
from client.web.plain_http import base_url, plain_http_addresses
from client.web.services import forwarder_of, site_today, the_register, tunnel_of

blueprint = Pages("teach_home", __name__, access=Access.TEACHER, url_prefix="/teach")


@dataclass(frozen=True)
class CourseToday:
    """What a course has today.

    Attributes:
        sessions: each with its phase, by opening time.
        coming: meetings of the schedule that have no session yet.
        may_open: whether no session is open, so that one can be.
    """

    course: Course
    sessions: tuple[tuple[Session, SessionPhase], ...]
    coming: tuple[ScheduledMeeting, ...]
    may_open: bool


@blueprint.get("/")
def home() -> str:
    """The page."""
    register = the_register()
    today = site_today()
    forbidden = register.settings.forbids_plain_http
    return render_template(
        "teacher/home/home.html",
        day=today,
        courses=courses_today(today),
        attention=_attention(),
        site=base_url(),
        secure=base_url().startswith("https://"),
        unprotected=plain_http_addresses(base_url()) if forbidden or may(Access.ADMIN) else (),
        plain_http_forbidden=forbidden,
        tunnel_is_up=tunnel_of(current_app)(),
        tunnel_is_open=forwarder_of(current_app)(),  # also while it connects again
        switch=_switch(),
        engine=engine_note(),
        is_admin=may(Access.ADMIN),
        day_off=register.days_off.calendar().day_off(today.isoformat()),
    )


@blueprint.post("/tunnel/on")
def tunnel_on() -> Response:
    """Open the public address."""
    switch = _switch() or abort(404)
    try:
        url = switch.switch_on()
    except TunnelError as error:
        flash(str(error), "bad")
    else:
        flash(_("The tunnel is on: %(url)s", url=url), "ok")
    return redirect(url_for("teach_home.home"), 303)


@blueprint.post("/tunnel/off")
def tunnel_off() -> Response:
    """Close the public address."""
    switch = _switch() or abort(404)
    try:
        switch.switch_off()
    except TunnelError as error:
        flash(str(error), "bad")
    else:
        flash(_("The tunnel is off. Phones must now be on the same network."), "ok")
    return redirect(url_for("teach_home.home"), 303)


def _switch() -> Switch | None:
    """What the launcher offers; None where there is no ngrok account, or another server runs the app."""
    return cast("Switch | None", current_app.extensions.get(SWITCH))


def courses_today(today: date) -> list[CourseToday]:
    """The courses of the user, those that are open first, then by the time of their next session."""
    register = the_register()
    now = register.clock.now()
    register.sessions.open_general()  # the first request of a day opens General's session
    of_course: dict[str, list[tuple[Session, SessionPhase]]] = {}
    for session in register.class_sessions.on_day(today.isoformat()) + _over_midnight(today):
        of_course.setdefault(session.course_id, []).append((session, session.phase(now)))
    found = []
    calendar = register.days_off.calendar()
    for course in visible_courses():
        sessions = of_course.get(course.id, [])
        known = {session.id for session, _phase in sessions}
        coming = [
            meeting
            for meeting in register.class_sessions.meetings(course, today, today, calendar=calendar)
            if meeting.session_id not in known and meeting.closes_at > now
        ]
        is_open = any(stands is SessionPhase.OPEN for _session, stands in sessions)
        may_open = course.active and not is_open and course.id != GENERAL_COURSE.id
        found.append(CourseToday(course, tuple(sessions), tuple(coming), may_open))
    return sorted(found, key=lambda one: (one.may_open, not (one.sessions or one.coming), one.course.name))


def _over_midnight(today: date) -> list[Session]:
    """Sessions that are open, and began yesterday."""
    day = today.isoformat()
    return [session for session in the_register().class_sessions.open_ones() if session.day != day]


def _attention() -> list[Attention]:
    return [
        *older_register(),
        *of_the_server(),
        *_held(),
        *second_persons_photos(),
        *_students(),
        *ending_consents(),
        *_posters(),
        *missing_classifier(),
        *unconfirmed_recovery_key(),
    ]


def _held() -> list[Attention]:
    register = the_register()
    mine = {course.id for course in visible_courses(hidden=True)}
    held = sum(one.session.course_id in mine for one in register.reviews.held())
    if not held:
        return []
    text = ngettext("%(num)d check-in needs review.", "%(num)d check-ins need review.", held)
    return [Attention(text, url_for("reviews.index"), _("Review"))]


def _students() -> list[Attention]:
    """What is missing of students, for those who can add it."""
    if not may(Access.ENROLS):
        return []
    students = [student for student in visible_students() if student.active]
    if not students:
        return [Attention(_("Nobody is enrolled yet."), url_for("students.index"), _("Add students"))]
    photos = photos_of_students()
    agreed = [student for student in students if agrees_now(student)]
    without_consent = len(students) - len(agreed)
    without_photo = sum(not photos[student.id] for student in agreed)
    with_one = sum(photos[student.id] == 1 for student in agreed)
    found = []
    if without_consent:
        text = ngettext(
            "%(num)d student has not given consent. They check in with their roll number.",
            "%(num)d students have not given consent. They check in with their roll number.",
            without_consent,
        )
        found.append(Attention(text, url_for("students.index", show="no-consent"), _("Show them")))
    if without_photo:
        text = ngettext(
            "%(num)d student has no photo yet and can't be recognised.",
            "%(num)d students have no photo yet and can't be recognised.",
            without_photo,
        )
        found.append(Attention(text, url_for("students.index", show="no-photo"), _("Add photos")))
    if with_one:
        text = ngettext(
            "%(num)d student has only one photo. Two or three make fewer mistakes.",
            "%(num)d students have only one photo. Two or three of each make fewer mistakes.",
            with_one,
        )
        found.append(Attention(text, url_for("students.index", show="one-photo"), _("Add more photos")))
    return found


def _posters() -> list[Attention]:
    courses = {course.id: course for course in visible_courses() if course.static_code}
    found = []
    for course_id, old in the_posters().dead(base_url()).items():
        if course_id in courses and may_teach(courses[course_id]):
            text = _(
                "The poster of %(course)s shows %(old)s, which is no longer this server's address.",
                course=courses[course_id].name,
                old=old,
            )
            found.append(
                Attention(text, url_for("projector.poster", course_id=course_id), _("Print it again"))
            )
    return found
