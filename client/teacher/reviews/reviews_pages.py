"""The review queue: a teacher decides on each check-in with one tap or one key."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from attendance.errors import ReviewNotFoundError, StudentNotFoundError
from attendance.values import Course, Review, ReviewDecision, Student
from client.access.roles import Access, Pages, may_teach, require_course, the_user
from client.access.shown_faces import shown_portrait
from client.access.teacher_requests import asks_for_data
from client.access.visible_students import may_see, visible_courses
from client.teacher.board import board_page as board
from client.teacher.review_cards import cards_of, shows_portrait
from client.teacher.row_pages import RowPages
from client.teacher.undo import done_as_data
from client.web.services import the_register
from client.web.wording import clock_time

PAGE_CARDS = 10  # on a phone, where one takes most of a screen
blueprint = Pages("reviews", __name__, access=Access.TEACHER, url_prefix="/teach/reviews")


@blueprint.get("/")
def index() -> str:
    """Everything that waits in the user's courses, oldest first."""
    held = cards_of(the_register().reviews.held(), visible_courses(hidden=True))
    texts = [
        " ".join([card.course, *(f"{one.student.name} {one.student.roll_number}" for one in card.choices)])
        for card in held
    ]
    cards = RowPages.of(texts, length=PAGE_CARDS)
    return render_template("teacher/reviews/index.html", held=held, cards=cards, back="")


@blueprint.post("/accept")
def accept() -> Response:
    """Accept a check-in: a candidate, or the student with the typed roll number."""
    review, course = _review(request.form.get("review", ""))
    if review.decision is not None:
        return _decided(review)
    roll_number = request.form.get("roll_number", "").strip()
    if request.form.get("student"):
        roll_number = _candidate(review, request.form["student"])
    if not roll_number or not _is_known(roll_number, review, course):
        sentence = _("None of your students has the roll number %(number)s.", number=roll_number[:40])
        return _answer(sentence if roll_number else _("Enter a roll number first."), "bad", 422)
    try:
        mark = the_register().reviews.accept(
            review.id,
            by=the_user().id,
            roll_number=roll_number,
            as_guest=request.form.get("as") == "guest",
        )
    except ReviewNotFoundError:
        return _decided(_review(review.id)[0])
    student = the_register().students.by_id(mark.student_id)
    if _is_guest(student, review):
        return _answer(_("%(name)s was marked as a guest of this session.", name=student.name), "ok")
    return _answer(_("%(name)s was marked.", name=student.name), "ok")


@blueprint.post("/refuse")
def refuse() -> Response:
    """Reject all candidates."""
    review, _course = _review(request.form.get("review", ""))
    if review.decision is not None:
        return _decided(review)
    try:
        the_register().reviews.refuse(review.id, by=the_user().id)
    except ReviewNotFoundError:
        return _decided(_review(review.id)[0])
    return _answer(_("Rejected. Nobody was marked."), "ok")


@blueprint.post("/refuse-alike")
def refuse_alike() -> Response:
    """Reject all check-ins of the same session and kind, or of those the ones from the same phone."""
    review, _course = _review(request.form.get("review", ""))
    from_device = request.form.get("which") == "phone"
    count = the_register().reviews.refuse_alike(review.id, by=the_user().id, from_device=from_device)
    sentence = ngettext("One check-in was rejected.", "%(num)d check-ins were rejected.", count)
    return _answer(sentence, "ok")


@blueprint.get("/snapshot")
def snapshot() -> Response:
    """The snapshot of a check-in that needs review; browsers don't store it."""
    review, _course = _review(request.args.get("review", ""))
    jpeg = the_register().snapshots.read(review.snapshot) if review.snapshot else None
    if jpeg is None:
        abort(404)
    return _picture(jpeg)


@blueprint.get("/portrait")
def portrait() -> Response:
    """The enrolled picture of a candidate, for as long as the review waits."""
    review, _course = _review(request.args.get("review", ""))
    student_id = request.args.get("student", "")
    named = any(candidate.student_id == student_id for candidate in review.candidates)
    student = the_register().store.student(student_id) if named and review.decision is None else None
    if student is None or not shows_portrait(review.reason, student):
        abort(404)
    kept = shown_portrait(student.id)
    if kept is None:
        abort(404)
    return _picture(kept.jpeg)


def _picture(jpeg: bytes) -> Response:
    return Response(jpeg, mimetype="image/jpeg", headers={"Cache-Control": "no-store"})


def _review(review_id: str) -> tuple[Review, Course]:
    """The review and its course, for a teacher of it; ends the request otherwise."""
    review = the_register().store.review(review_id) if review_id else None
    if review is None:
        abort(404)
    session = the_register().class_sessions.get(review.session_id)
    return review, require_course(the_register().courses.get(session.course_id))


def _candidate(review: Review, student_id: str) -> str:
    """The roll number of a candidate; ends the request where it is none."""
    if all(candidate.student_id != student_id for candidate in review.candidates):
        abort(400)
    student = the_register().store.student(student_id)
    if student is None:
        abort(404)
    return student.roll_number


def _is_known(roll_number: str, review: Review, course: Course) -> bool:
    """Whether the user may mark the student with the roll number."""
    try:
        student = the_register().students.get(roll_number)
    except StudentNotFoundError:
        return False
    on_roster = course.includes(student.id)
    named = any(candidate.student_id == student.id for candidate in review.candidates)
    return on_roster or named or may_see(student)


def _is_guest(student: Student, review: Review) -> bool:
    """Whether a student who was just marked is not on the roster."""
    session = the_register().class_sessions.get(review.session_id)
    return not the_register().courses.get(session.course_id).includes(student.id)


def _decided(review: Review) -> Response:
    """The answer if someone else decided first: who, when and what."""
    register = the_register()
    user = register.store.user(review.decided_by) if review.decided_by else None
    name = user.name if user is not None else review.decided_by or _("someone else")
    if user is not None and user.id == the_user().id:
        name = _("you")
    at = review.decided_at
    time = clock_time(at) if at is not None else ""
    student = register.store.student(review.decided_for) if review.decided_for else None
    if review.decision is not ReviewDecision.REFUSED:
        who = student.name if student is not None else _("a removed student")
        sentence = _("Already decided by %(name)s at %(time)s: it is %(who)s.", name=name, time=time, who=who)
    else:
        sentence = _("Already decided by %(name)s at %(time)s: rejected.", name=name, time=time)
    return _answer(sentence, "warn", 409)


def _answer(sentence: str, kind: str, code: int = 200) -> Response:
    """What was done, as JSON or back on the page where it was decided."""
    if asks_for_data():
        return done_as_data(sentence, kind, code=code)
    flash(sentence, kind)
    board_of = _board()
    if code >= HTTPStatus.BAD_REQUEST:
        return make_response(board.show(board_of) if board_of else index(), code)
    target = url_for("board.show", session_id=board_of) if board_of else url_for("reviews.index")
    return redirect(target, 303)  # type: ignore[return-value]


def _board() -> str | None:
    """The session on whose board it was decided; None: in the queue."""
    back = request.form.get("back", "")
    session = the_register().store.session(back) if back else None
    if session is not None and may_teach(the_register().courses.get(session.course_id)):
        return session.id
    return None
