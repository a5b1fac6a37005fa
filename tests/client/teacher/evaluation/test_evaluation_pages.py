"""The page of error rates: for admins, in the background, in plain words first."""

from __future__ import annotations

import re
from threading import Event

import pytest

from attendance.evaluation.background import BackgroundEvaluation
from attendance.evaluation.results import Evaluation
from attendance.people.new_student import NewStudent
from attendance.register import Register
from attendance.values import Consent, Student, Withdrawal
from face_detection.runtime.progress import Progress
from tests.attendance.fake_pipeline import embedding_of
from tests.attendance.store.builders import template
from tests.client.signed_in import SignedIn

PAGE = "/admin/evaluation/"


def enrol(register: Register, count: int) -> list[Student]:
    """Students with two photos each, the first two of whom have one face."""
    pin = register.engine()
    students = []
    for number in range(count):
        student = register.students.add(NewStudent(f"x{number}", f"Ada {number}", department="Physics"))
        consent = Consent(register.clock.now(), "t1", "signed form")
        register.students.note_consent(student.id, consent)
        person = max(1, number)
        for photo in range(2):
            register.store.add_templates(
                [
                    template(
                        f"t{number}-{photo}",
                        student.id,
                        engine=pin.engine,
                        detector=pin.detector,
                        embedding=embedding_of(person),
                    )
                ]
            )
        students.append(student)
    return students


def test_an_admin_measures_in_the_background_and_reads_plain_words_first(
    admin: SignedIn, register: Register
) -> None:
    enrol(register, 12)
    assert "Measure now" in admin.get(PAGE).text
    answer = admin.post(f"{PAGE}run", {"by": "department"})
    assert answer.status_code == 303
    register.evaluations.background.wait(60)
    page = admin.get(PAGE).text
    assert "Measure again" in page
    places = [
        page.index(text) for text in ("In plain words", "Classes", "Groups by Department", "TAR at FAR")
    ]
    assert places == sorted(places)
    assert "who are marked at once: " in page
    assert re.search(r"more strangers pass than promised: \d", page)
    assert "not measurable with" in page
    assert "http-equiv" not in page


def test_the_report_is_a_file_with_names_and_curves(admin: SignedIn, register: Register) -> None:
    assert admin.get(f"{PAGE}report").status_code == 404
    enrol(register, 12)
    admin.post(f"{PAGE}run", {})
    register.evaluations.background.wait(60)
    answer = admin.get(f"{PAGE}report")
    assert answer.headers["Content-Disposition"] == "attachment; filename=evaluation.html"
    assert re.search(r"<strong>1.000</strong> x0 Ada 0 / x1 Ada 1|x1 Ada 1 / x0 Ada 0", answer.text)
    assert "<svg" in answer.text


@pytest.mark.parametrize("is_erased", [True, False])
def test_whoever_is_erased_or_withdraws_consent_is_in_no_result_any_more(
    admin: SignedIn, register: Register, *, is_erased: bool
) -> None:
    students = enrol(register, 12)
    admin.post(f"{PAGE}run", {})
    register.evaluations.background.wait(60)
    assert "Ada 0" in admin.get(f"{PAGE}report").text
    register.students.change(students[5].id, NewStudent("x5", "Ada Five"), active=True)
    assert admin.get(f"{PAGE}report").status_code == 200, "nobody was erased"
    if is_erased:
        register.store.remove_student(students[0].id)  # as another process does
    else:
        register.students.withdraw_consent(students[0].id, Withdrawal(register.clock.now(), "t1"))
        assert register.evaluations.background.state.result is None
    assert admin.get(f"{PAGE}report").status_code == 404
    assert "Measure now" in admin.get(PAGE).text


def test_an_evaluation_of_somebody_who_is_erased_meanwhile_has_no_result(
    admin: SignedIn, register: Register
) -> None:
    students = enrol(register, 12)
    background, pin = register.evaluations.background, register.engine()

    def measure(progress: Progress) -> Evaluation:
        found = register.evaluations.of_enrolled(pin, progress=progress)
        register.store.remove_student(students[0].id)
        register.evaluations.purge()
        return found

    background.start(measure)
    background.wait(60)
    assert background.state.result is None
    assert "Measure again." in admin.get(PAGE).text


def test_without_enough_students_the_page_says_why(admin: SignedIn, register: Register) -> None:
    for student in register.students.all():
        register.students.erase(student)
    admin.post(f"{PAGE}run", {})
    register.evaluations.background.wait(60)
    assert "students have a face in the register" in admin.get(PAGE).text


def test_teachers_do_not_see_it(teacher: SignedIn) -> None:
    assert teacher.get(PAGE).status_code == 403
    assert teacher.post(f"{PAGE}run", {}).status_code == 403


def test_one_runs_at_a_time_and_an_unexpected_error_ends_it(caplog: pytest.LogCaptureFixture) -> None:
    background, begun, go_on = BackgroundEvaluation(), Event(), Event()

    def fail(progress: Progress) -> Evaluation:
        progress("Searching", 1, 4)
        begun.set()
        go_on.wait(10)
        raise ZeroDivisionError

    assert background.start(fail)
    assert begun.wait(10)
    assert (background.state.running, background.state.done) == (True, 0.25)
    assert not background.start(fail)
    go_on.set()
    background.wait(10)
    assert not background.state.running
    assert "log has the reason" in background.state.problem
    assert "ZeroDivisionError" in caplog.text
