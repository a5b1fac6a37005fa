"""A student's consent, photos and portrait: from files, and shot by shot from a camera."""

from __future__ import annotations

from flask import Response, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from attendance.enrolment.enrolment_result import EnrolmentResult, EnrolmentStatus, PhotoStatus
from attendance.enrolment.enrolment_terms import EnrolmentTerms
from attendance.enrolment.guided_shots import MOST_SHOTS
from attendance.errors import ConsentMissingError, ObjectionStandsError, PhotoNotFoundError
from attendance.files.photo_files import is_meant_as_photo
from attendance.people.new_student import NewStudent
from attendance.values import ChangeKind, Student
from client.access.roles import Access, Pages, the_user
from client.access.shown_faces import agrees_now, shown_portrait
from client.access.visible_students import require_student
from client.phone.answers import wants_json
from client.problems.table import problem_of
from client.teacher.students.consent_forms import ConsentEntry, sent_consent, sent_guardian, typed_consent
from client.teacher.students.photo_queue import next_without_photo
from client.teacher.students.shot_sentences import shot_sentence
from client.teacher.students.student_page import show_student
from client.web.services import the_register
from face_detection.decoding.structure import HEAD

blueprint = Pages("student_photos", __name__, access=Access.ENROLS, url_prefix="/teach/students/<student_id>")


@blueprint.post("/consent")
def consent(student_id: str) -> AnyResponse | tuple[str, int]:
    """Put on record that the student agreed."""
    student = require_student(student_id)
    alone = request.form.get("alone") == "yes"
    try:
        after = the_register().students.note_consent(
            student.id, sent_consent(), guardian=sent_guardian(), alone=alone
        )
    except (ConsentMissingError, ObjectionStandsError) as error:
        entry = ConsentEntry(typed_consent(), str(error))
        return show_student(student, consent_entry=entry), problem_of(error).status
    if after != student:
        the_register().student_history.note(ChangeKind.CONSENT_RECORDED, [student.id], by=the_user().id)
    if agrees_now(after):
        flash(_("Consent is on record. You can take photos now."), "ok")
    else:
        flash(
            _("Consent is on record. Photos can be taken once the other one is renewed, too."),
            "warn",
        )
    return redirect(url_for("students.show", student_id=student.id), 303)


@blueprint.post("/photos")
def photos(student_id: str) -> AnyResponse | tuple[str, int]:
    """Enrol photos: files of a form, or the set that the camera page picked."""
    student = require_student(student_id)
    files, passed_over = _photos_among([file for file in request.files.getlist("photos") if file.filename])
    refusal = _cannot_take(student, len(files))
    if refusal:
        if wants_json():
            return _json(student, "refused", refusal, 422)
        return show_student(student, photo_error=refusal), 422
    named: dict[str, bytes] = {}
    for number, file in enumerate(files, start=1):
        name = (file.filename or "")[-80:]
        named[name if name not in named else f"{name} ({number})"] = file.read()
    result = the_register().enrolment.enrol(
        NewStudent(student.roll_number),
        named,
        student.consent,
        EnrolmentTerms(allow_look_alike=request.form.get("two_people") == "yes"),
    )
    if any(photo.status is PhotoStatus.USED for photo in result.photos):
        the_register().student_history.note(ChangeKind.PHOTOS_ADDED, [student.id], by=the_user().id)
    status = 422 if result.status is EnrolmentStatus.REFUSED else 200
    sentence = outcome_sentence(result)
    if passed_over:
        sentence += " " + ngettext(
            "%(num)d other file is no photo and was left out.",
            "%(num)d other files are no photos and were left out.",
            passed_over,
        )
    if wants_json():
        return _json(student, str(result.status), sentence, status, result)
    return show_student(student, result=result, sentence=sentence), status


@blueprint.route("/photos/<photo_id>/erase", methods=["GET", "POST"])
def erase(student_id: str, photo_id: str) -> AnyResponse | str:
    """Erase one enrolled photo; the others stay."""
    student = require_student(student_id)
    enrolled = the_register().photos
    try:
        if request.method == "GET":
            photo = enrolled.get(student, photo_id)
            return render_template(
                "teacher/students/erase_photo.html",
                student=student,
                photo=photo,
                quality=round(photo.quality * 100),
                others=len(enrolled.of(student)) - 1,
            )
        enrolled.erase(student, photo_id, by=the_user().id)
        flash(_("The photo was erased."), "ok")
    except PhotoNotFoundError:
        flash(_("This photo was erased already."), "info")
    return redirect(url_for("students.show", student_id=student.id) + "#photos", 303)


@blueprint.get("/camera")
def camera(student_id: str) -> str | AnyResponse:
    """The page that takes a guided set of shots."""
    student = require_student(student_id)
    if not agrees_now(student):
        flash(_("Record the student's consent first."), "warn")
        return redirect(url_for("students.show", student_id=student.id), 303)
    following = next_without_photo(student)
    return render_template(
        "teacher/students/camera.html", student=student, most=MOST_SHOTS, following=following
    )


@blueprint.post("/shot")
def shot(student_id: str) -> AnyResponse:
    """Judge one shot for the camera page: one frame in, a code and a sentence out; nothing is stored."""
    student = require_student(student_id)
    if not agrees_now(student):
        return jsonify(code="consent_missing", sentence=_no_consent()), 409  # type: ignore[return-value]
    file = request.files.get("image")
    data = file.read() if file is not None else b""
    judged = the_register().enrolment.judge(data)
    if judged.problem is not None:
        return jsonify(code=judged.problem, sentence=shot_sentence(judged.problem), pose=None)
    return jsonify(
        code="good",
        sentence="",
        pose=judged.pose,
        turn=round(judged.turn, 3),
        nod=round(judged.nod, 3),
    )


@blueprint.get("/portrait")
def portrait(student_id: str) -> Response:
    """The enrolled portrait; as with every answer here, browsers don't store it."""
    student = require_student(student_id)
    kept = shown_portrait(student.id)
    if kept is None:
        abort(404)
    return Response(kept.jpeg, mimetype="image/jpeg", headers={"Cache-Control": "no-store"})


def outcome_sentence(result: EnrolmentResult) -> str:
    """The outcome for the photos, in one or two sentences."""
    used = sum(photo.status is PhotoStatus.USED for photo in result.photos)
    if result.looks_like is not None:
        return str(
            _(
                "Nothing was added: this face looks like the student with roll number %(other)s. Check that "
                "you have the right student. If they are two people, tick the box and send the photos again.",
                other=result.looks_like,
            )
        )
    if result.status is EnrolmentStatus.REFUSED:
        return str(_("Nothing was added. %(reason)s", reason=result.reason))
    if used == 0:
        return str(_("These photos were already enrolled."))
    return str(ngettext("One photo was added.", "%(num)d photos were added.", used))


def _photos_among(files: list[FileStorage]) -> tuple[list[FileStorage], int]:
    """The photos, without a Live Photo's video and the like, and how many files are something else."""
    photos = []
    for file in files:
        head = file.stream.read(HEAD)
        file.stream.seek(0)
        if is_meant_as_photo(file.filename or "", head):
            photos.append(file)
    return photos, len(files) - len(photos)


def _cannot_take(student: Student, count: int) -> str:
    """Why photos can't be added, or an empty string."""
    if not agrees_now(student):
        return _no_consent()
    if count == 0:
        return str(_("No photo arrived. Choose one or more, and send them again."))
    if count > MOST_SHOTS:
        return str(
            ngettext(
                "%(num)d photo is too many at once. Send at most %(most)d.",
                "%(num)d photos are too many at once. Send at most %(most)d.",
                count,
                most=MOST_SHOTS,
            )
        )
    return ""


def _no_consent() -> str:
    return str(_("There is no consent on record, so photos can't be added. Record consent first."))


def _json(
    student: Student, status: str, sentence: str, http: int, result: EnrolmentResult | None = None
) -> Response:
    answer = jsonify(
        status=status,
        sentence=sentence,
        looks_like=result.looks_like if result else None,
        photos=[
            {"name": photo.name, "status": photo.status, "reason": photo.reason}
            for photo in (result.photos if result else ())
        ],
        next=url_for("students.show", student_id=student.id),
    )
    answer.status_code = http
    return answer
