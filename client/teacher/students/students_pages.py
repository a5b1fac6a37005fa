"""The teacher's pages of students: list, search, add, edit, remove."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from attendance.errors import RollNumberError, RollNumberTakenError
from attendance.values import ChangeKind, Course
from attendance.values.roll_numbers import clean_text, same_number
from client.access.proof import needs_proof
from client.access.roles import Access, Pages, admin_only, enrolling_only, may, the_user
from client.access.shown_faces import agrees_now
from client.access.visible_students import own_courses, require_student, visible_students
from client.teacher.students.listed_students import (
    PAGE_LENGTH,
    all_twins,
    choices_of_list,
    found_students,
    wanted_students,
)
from client.teacher.students.student_forms import AddStudentForm, EditStudentForm, StudentForm
from client.teacher.students.student_page import show_student
from client.web.services import the_register

blueprint = Pages("students", __name__, access=Access.TEACHER, url_prefix="/teach/students")

Answer = str | Response | tuple[str, int]


@blueprint.get("/")
def index() -> str:
    """The students that this user sees, or those that a search finds."""
    wanted = wanted_students()
    courses = own_courses()
    everybody = visible_students()
    twins = all_twins()
    found = found_students(everybody, twins)
    begin = (wanted.page - 1) * PAGE_LENGTH
    return render_template(
        "teacher/students/index.html",
        wanted=wanted,
        choices=choices_of_list(),
        courses=courses,
        students=found[begin : begin + PAGE_LENGTH],
        found=len(found),
        pages=max(1, -(-len(found) // PAGE_LENGTH)),
        anybody=bool(everybody),
        twins=twins,
        agrees_now=agrees_now,
        may_add=may(Access.ADMIN) or (may(Access.ENROLS) and bool(courses)),
    )


@blueprint.route("/add", methods=["GET", "POST"])
@enrolling_only
def add() -> Answer:
    """Add a student to the register."""
    form = AddStudentForm()
    courses = own_courses()
    nobody = [("", _("No course yet"))] if may(Access.ADMIN) or not courses else []
    form.course.choices = nobody + [(course.id, course.name) for course in courses]
    if request.method == "GET":
        form.course.data = request.args.get("course", form.course.choices[0][0])
    elif form.validate():
        course = _chosen_course(form, courses)
        try:
            student = the_register().students.add(form.person())
        except (RollNumberError, RollNumberTakenError) as error:
            _blame(form, error)
        else:
            history, me = the_register().student_history, the_user().id
            history.note(ChangeKind.ADDED, [student.id], by=me)
            if course is not None and course.roster is not None:
                after = the_register().courses.add_to_roster(course.id, [student])
                history.note_roster(course, after, by=me)
            flash(_("%(name)s was added.", name=student.name), "ok")
            return redirect(url_for("students.show", student_id=student.id), 303)
    return _form_page("teacher/students/add.html", form)


@blueprint.get("/<student_id>")
def show(student_id: str) -> str:
    """Name, roll number and courses; for those who enrol everything stored about a student."""
    return show_student(require_student(student_id))


@blueprint.route("/<student_id>/edit", methods=["GET", "POST"])
@enrolling_only
def edit(student_id: str) -> Answer:
    """Change a student's details; the roll number too."""
    student = require_student(student_id)
    form = EditStudentForm.of(student)
    if request.method == "POST" and form.validate():
        try:
            after = the_register().students.change(student.id, form.person(), active=bool(form.active.data))
        except (RollNumberError, RollNumberTakenError) as error:
            _blame(form, error)
        else:
            the_register().student_history.note_details(student, after, by=the_user().id)
            flash(_("Saved."), "ok")
            return redirect(url_for("students.show", student_id=after.id), 303)
    return _form_page("teacher/students/edit.html", form, student=student)


@blueprint.route("/<student_id>/remove", methods=["GET", "POST"])
@admin_only
@needs_proof
def remove(student_id: str) -> Answer:
    """Erase a student with everything, once the roll number was typed; shows the certificate once."""
    student = require_student(student_id)
    typed = request.form.get("roll_number", "")
    error = ""
    if request.method == "POST":
        if same_number(typed, student.roll_number):
            erasure = the_register().students.remove(student.roll_number)
            the_register().student_history.note_erased(by=the_user().id)
            certificate = the_register().receipts.certificate(erasure)
            return render_template("teacher/students/erased.html", name=student.name, certificate=certificate)
        error = _("This is not the roll number of %(name)s. Nothing was erased.", name=student.name)
    details = the_register().students.details(student.roll_number)
    marks = len(the_register().store.marks_of_student(student.id))
    page = render_template(
        "teacher/students/remove.html", details=details, marks=marks, typed=typed, error=error
    )
    return page, 422 if error else 200


def _chosen_course(form: AddStudentForm, courses: list[Course]) -> Course | None:
    """The course that was chosen; 403 for one that the user does not run."""
    chosen = form.course.data or ""
    course = next((c for c in courses if c.id == chosen), None)
    if course is None and (chosen or not (may(Access.ADMIN) or not courses)):
        abort(403)
    return course


def _blame(form: StudentForm, error: Exception) -> None:
    """Show an error of the register beside the field that it is most likely about."""
    sentence = str(error)
    if isinstance(error, RollNumberTakenError):
        sentence = _taken(error.theirs)
    form.roll_number.errors = [*form.roll_number.errors, sentence]


def _taken(theirs: str | None) -> str:
    """Who has the number: somebody with the same one, or with one that is only written differently."""
    if theirs is None or theirs == clean_text(request.form.get("roll_number", "")):
        return str(_("Another student already has this roll number."))
    return str(_("Another student has the roll number %(number)s, which is the same.", number=theirs))


def _form_page(template: str, form: StudentForm, **values: object) -> Answer:
    page = render_template(template, form=form, **values)
    return page, 422 if request.method == "POST" else 200
