"""The teacher's pages of courses: list, add, edit, and General's fate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from attendance.classes.entering.typed_code import CODE_INTERVALS
from attendance.classes.general_course import GENERAL_COURSE
from attendance.errors import CourseError
from attendance.values import Course
from client.access.roles import Access, Pages, admin_only, may, require_course, the_user
from client.access.visible_students import visible_courses
from client.teacher.courses.course_forms import CourseForm, ReadCourse
from client.teacher.courses.course_page import show_course
from client.teacher.courses.movement_form import MODES, MovementForm
from client.web.services import the_register
from client.web.wording import weekday_names

if TYPE_CHECKING:
    from attendance.classes.courses import CourseFields

blueprint = Pages("courses", __name__, access=Access.TEACHER, url_prefix="/teach/courses")

Answer = str | Response | tuple[str, int]


@blueprint.get("/")
def index() -> str:
    """The courses that this user runs; for admins also inactive ones."""
    courses = visible_courses(hidden=may(Access.ADMIN))
    register = the_register()
    return render_template(
        "teacher/courses/index.html",
        courses=[course for course in courses if course.id != GENERAL_COURSE.id],
        general=next((c for c in courses if c.id == GENERAL_COURSE.id), None),
        general_runs=register.courses.general_runs(),
        sizes=register.courses.sizes(courses),
        names=_names(),
        weekdays=weekday_names(),
    )


@blueprint.route("/add", methods=["GET", "POST"])
@admin_only
def add() -> Answer:
    """Set up a course."""
    form = CourseForm.sent(request.form) if request.method == "POST" else CourseForm()
    read = form.read(_names()) if request.method == "POST" else None
    if read is not None:
        try:
            fields = _fields(form, read)
            fields["teachers"] = form.teachers
            fields["roster"] = None if form.everybody else ()
            course = the_register().courses.add(form.name, **fields)
        except CourseError as error:
            form.errors["course"] = str(error)
        else:
            flash(_("%(name)s was added. Now add students to its roster.", name=course.name), "ok")
            return redirect(url_for("courses.show", course_id=course.id), 303)
    return _form_page(form, None)


@blueprint.get("/<course_id>")
def show(course_id: str) -> str:
    """A course with its roster."""
    return show_course(require_course(the_register().courses.get(course_id)))


@blueprint.route("/<course_id>/edit", methods=["GET", "POST"])
def edit(course_id: str) -> Answer:
    """Change a course; only admins change its teachers, and whether it is active."""
    course = require_course(the_register().courses.get(course_id))
    if course.id == GENERAL_COURSE.id:
        return redirect(url_for("courses.show", course_id=course.id), 303)
    form = CourseForm.sent(request.form, course) if request.method == "POST" else CourseForm.of(course)
    if request.method == "POST" and not may(Access.ADMIN):
        form.teachers, form.active = list(course.teachers), course.active
        form.everybody = course.roster is None
    read = form.read(_names() | dict.fromkeys(course.teachers, "")) if request.method == "POST" else None
    if read is not None:
        try:
            _change(course, form, read)
        except CourseError as error:
            form.errors["course"] = str(error)
        else:
            flash(_("Saved. Existing sessions keep their times."), "ok")
            return redirect(url_for("courses.show", course_id=course.id), 303)
    return _form_page(form, course)


@blueprint.post("/general/switch")
@admin_only
def switch_general() -> Response:
    """Keep General open alongside other courses, or switch it off."""
    on = request.form.get("on") == "yes"
    course = the_register().courses.change(GENERAL_COURSE.id, active=on)
    flash(_("General is open again.") if on else _("General is switched off. Its marks are kept."), "ok")
    return redirect(url_for("courses.show", course_id=course.id), 303)


@blueprint.post("/general/fixed-code")
@admin_only
def switch_fixed_code() -> Response:
    """Let General also accept a code that doesn't change, for a poster, or only the rotating one."""
    on = request.form.get("on") == "yes"
    course = the_register().courses.change(GENERAL_COURSE.id, static_code=on)
    flash(
        _("General also accepts a fixed code. A photo of it can be passed on.")
        if on
        else _("General accepts only the code that changes."),
        "ok",
    )
    return redirect(url_for("courses.show", course_id=course.id), 303)


@blueprint.post("/general/living-person")
@admin_only
def set_movement() -> Response:
    """Set whether General checks that a living person checks in."""
    general = the_register().courses.get(GENERAL_COURSE.id)
    read = MovementForm.sent(request.form, general).read()
    if read is None:
        flash(_("Nothing was saved, because one of the choices is unknown. Choose again."), "bad")
    else:
        the_register().courses.change(general.id, **read.fields)
        flash(_("Saved."), "ok")
    return redirect(url_for("courses.show", course_id=general.id), 303)


def _change(course: Course, form: CourseForm, read: ReadCourse) -> None:
    fields = _fields(form, read)
    if may(Access.ADMIN):
        fields["teachers"] = form.teachers
        fields["active"] = form.active
        if form.everybody != (course.roster is None):
            fields["roster"] = None if form.everybody else ()
    after = the_register().courses.change(course.id, name=form.name, **fields)
    the_register().student_history.note_roster(course, after, by=the_user().id)


def _fields(form: CourseForm, read: ReadCourse) -> CourseFields:
    return {
        "late_after_minutes": read.late_after_minutes,
        "closes_after_minutes": read.closes_after_minutes,
        "code_interval": read.code_interval,
        "static_code": form.static_code,
        "schedule": read.schedule,
        "first_day": form.first_day or None,
        "last_day": form.last_day or None,
        **read.movement.fields,
    }


def _names() -> dict[str, str]:
    """The active users' names by id, in the order of names."""
    users = (user for user in the_register().store.users() if user.active)
    return {user.id: user.name for user in sorted(users, key=lambda user: user.name.casefold())}


def _form_page(form: CourseForm, course: Course | None) -> Answer:
    page = render_template(
        "teacher/courses/edit.html",
        form=form,
        course=course,
        users=_names(),
        intervals=CODE_INTERVALS,
        modes=MODES,
        weekdays=weekday_names(),
        is_admin=may(Access.ADMIN),
    )
    return page, 422 if form.errors else 200
