"""Students are found, renamed and erased by roll number."""

from __future__ import annotations

from dataclasses import replace

import pytest

from attendance.enrolment.enrolment_result import EnrolmentStatus
from attendance.errors import ConsentMissingError, RollNumberError, RollNumberTakenError, StudentNotFoundError
from attendance.marks.mark_list import mark_rows
from attendance.marks.reviews.review_queue import send_to_review
from attendance.marks.verdict import VerdictCode
from attendance.people.new_student import NewStudent
from attendance.values import MarkStatus, Review, ReviewCandidate, ReviewReason, Student, Withdrawal
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.site import COLLINS, HOPPER, Site
from tests.attendance.store.twins import add_twin


def test_everybody_is_listed_and_each_is_found(class_of_two: Site) -> None:
    assert [student.roll_number for student in class_of_two.students.all()] == ["1", "2"]
    assert class_of_two.students.get(" 2 ").name == "Grace Hopper"


def test_details_count_the_stored_data_of_a_face(class_of_two: Site) -> None:
    class_of_two.enrol("1", photo_of(COLLINS, side=80))
    details = class_of_two.students.details("1")
    assert (details.templates, details.has_portrait) == (2, True)


def test_an_unknown_roll_number_is_an_error(class_of_two: Site) -> None:
    for ask in (class_of_two.students.get, class_of_two.students.details, class_of_two.students.remove):
        with pytest.raises(StudentNotFoundError, match="'99'"):
            ask("99")


def test_a_number_is_found_and_taken_however_it_is_written(class_of_two: Site) -> None:
    students = class_of_two.students
    added = students.add(NewStudent("cs-17", "Mae Jemison"))
    assert students.get("CS-17") == added
    with pytest.raises(RollNumberTakenError, match="is the same as 'cs-17' of another student"):
        students.add(NewStudent("CS-17", "Somebody Else"))
    with pytest.raises(RollNumberTakenError, match="is the same as 'cs-17' of another student"):
        students.require_free("Cs-17")
    assert students.rename("cs-17", "CS-17").roll_number == "CS-17"
    assert students.twins() == []


def test_twins_of_an_older_register_are_listed_and_told_apart_by_how_they_are_written(
    class_of_two: Site,
) -> None:
    students = class_of_two.students
    one = students.add(NewStudent("CS-17", "Mae Jemison"))
    other = replace(one, id="twin", roll_number="cs-17")
    add_twin(class_of_two.store, other)
    assert students.twins() == [(one, other)]
    assert (students.get("CS-17"), students.get("cs-17")) == (one, other)
    with pytest.raises(StudentNotFoundError, match=r"may be 'CS-17' and 'cs-17'\. Write it exactly as one"):
        students.get("Cs-17")
    result = class_of_two.enrol("Cs-17", photo_of(HOPPER))
    assert result.status is EnrolmentStatus.REFUSED
    assert "Cs-17 is the same roll number as CS-17, which another student has." in result.reason


def test_the_same_roll_number_changes_nothing(class_of_two: Site) -> None:
    before = class_of_two.students.get("1")
    assert class_of_two.students.rename("1", " 1 ") == before


def test_a_renamed_student_keeps_marks_and_face(class_of_two: Site) -> None:
    site = class_of_two
    site.submit(photo_of(COLLINS))
    renamed = site.students.rename("1", " 2026-17 ")
    assert renamed.roll_number == "2026-17"
    assert site.mark_of("2026-17") is not None
    verdict = site.submit(photo_of(COLLINS), "grant-2")
    assert (verdict.code, verdict.student_id) == (VerdictCode.ALREADY_LATE, renamed.id)
    with pytest.raises(StudentNotFoundError):
        site.students.get("1")


def test_a_roll_number_that_is_taken_or_empty_is_refused(class_of_two: Site) -> None:
    with pytest.raises(RollNumberTakenError):
        class_of_two.students.rename("1", "2")
    with pytest.raises(RollNumberError):
        class_of_two.students.rename("1", " ")
    assert class_of_two.students.get("1").name == "Eileen Collins"


def test_of_a_removed_student_nothing_is_left(class_of_two: Site) -> None:
    site = class_of_two
    student_id = site.student("1").id
    site.submit(photo_of(COLLINS, blend=15))
    site.submit(photo_of(COLLINS), "grant-2")
    assert len(site.pictures()) == 1
    site.students.remove("1")
    assert site.store.student(student_id) is None
    assert site.store.templates_of(student_id) == []
    assert site.store.portrait_of(student_id) is None
    assert site.store.mark(site.session.id, student_id) is None
    assert (site.reviews.held(), site.pictures()) == ([], [])


def test_removing_one_leaves_the_other_and_their_review(class_of_two: Site) -> None:
    site = class_of_two
    site.submit(photo_of(HOPPER, blend=15))
    site.students.remove("1")
    assert len(site.reviews.held()) == 1
    assert len(site.pictures()) == 1


def test_a_picture_that_may_show_the_removed_student_goes_and_the_review_stays(class_of_two: Site) -> None:
    site = class_of_two
    candidates = tuple(ReviewCandidate(site.student(roll).id, 0.9) for roll in ("2", "1"))
    send_to_review(
        site.store,
        site.snapshots,
        Review("r", site.session.id, ReviewReason.LOOK_ALIKE, candidates, site.clock.now()),
        photo_of(COLLINS),
    )
    assert len(site.pictures()) == 1
    site.students.remove("1")
    [held] = site.reviews.held()
    assert [student.roll_number for student, _ in held.candidates] == ["2"]
    assert (held.snapshot, site.pictures()) == (None, [])


def test_marks_are_listed_by_day_with_names(class_of_two: Site) -> None:
    site = class_of_two
    site.submit(photo_of(COLLINS))
    site.clock.advance(days=1)
    site.marking.mark("2", MarkStatus.EXCUSED, by="office")
    rows = mark_rows(site.store)
    assert [(r.session.day, r.course_name, r.student.name, r.mark.status) for r in rows] == [
        ("2026-11-23", "General", "Eileen Collins", MarkStatus.LATE),
        ("2026-11-24", "General", "Grace Hopper", MarkStatus.EXCUSED),
    ]
    assert mark_rows(site.store, "2026-11-24") == rows[1:]
    assert mark_rows(site.store, "2026-11-25") == []


def test_somebody_is_added_without_a_face_and_changed(site: Site) -> None:
    person = NewStudent(" 17 ", name="Student  One", email="one@example.org", guardian_email="g@example.org")
    added = site.students.add(person)
    assert added.guardian_email == "g@example.org"
    assert (added.roll_number, added.name, added.active, added.consent) == ("17", "Student One", True, None)
    changed = site.students.change(added.id, NewStudent("18", name="Student 1"), active=False)
    assert site.students.by_id(added.id) == changed
    assert (changed.roll_number, changed.email, changed.active) == ("18", None, False)
    assert changed.guardian_email is None


def test_a_taken_roll_number_stays_with_its_owner(class_of_two: Site) -> None:
    students = class_of_two.students
    with pytest.raises(RollNumberTakenError):
        students.add(NewStudent("1", name="Student One"))
    with pytest.raises(RollNumberTakenError):
        students.change(students.get("2").id, NewStudent("1", name="Student Two"), active=True)
    assert [student.name for student in students.all()] == ["Eileen Collins", "Grace Hopper"]


def test_the_first_consent_stays_on_record(site: Site) -> None:
    student = site.students.add(NewStudent("17"))
    noted = site.students.note_consent(student.id, site.consent("signed form"))
    assert noted.consent == site.consent("signed form")
    assert site.students.note_consent(student.id, site.consent("by telephone")) == noted


@pytest.mark.parametrize("how", ["", "   ", "x" * 201, "a\u202eb"])
def test_consent_says_how_it_was_given(site: Site, how: str) -> None:
    student = site.students.add(NewStudent("17"))
    with pytest.raises(ConsentMissingError, match="how consent was given"):
        site.students.note_consent(student.id, site.consent(how))
    assert site.students.by_id(student.id).consent is None


def test_withdrawing_consent_erases_the_face_and_keeps_the_rest(class_of_two: Site) -> None:
    site = class_of_two
    site.marking.mark("1", MarkStatus.PRESENT, by="office")
    site.clock.advance(days=1)
    withdrawal = Withdrawal(site.clock.now(), "Registrar")
    after = site.students.withdraw_consent(site.student("1").id, withdrawal)
    assert site.student("1") == after
    assert (after.consent, after.withdrawn, after.name) == (None, withdrawal, "Eileen Collins")
    details = site.students.details("1")
    assert (details.templates, details.has_portrait) == (0, False)
    assert [row.mark.status for row in mark_rows(site.store)] == [MarkStatus.PRESENT]
    assert site.students.details("2").templates == 1
    assert site.submit(photo_of(COLLINS)).code is VerdictCode.NOT_FOUND


def test_snapshots_go_with_consent_and_those_of_others_stay(class_of_two: Site) -> None:
    site = class_of_two
    for key, rolls in (("theirs", ("1", "2")), ("may be theirs", ("2", "1")), ("another's", ("2",))):
        candidates = tuple(ReviewCandidate(site.student(roll).id, 0.9) for roll in rolls)
        reason = ReviewReason.UNPROVEN if key == "another's" else ReviewReason.LOOK_ALIKE
        review = Review(key, site.session.id, reason, candidates, site.clock.now())
        send_to_review(site.store, site.snapshots, review, photo_of(COLLINS))
    assert len(site.pictures()) == 3
    site.students.withdraw_consent(site.student("1").id, Withdrawal(site.clock.now(), "office"))
    left = {review.id: review.snapshot for review in site.store.reviews()}
    assert left.keys() == {"theirs", "may be theirs", "another's"}
    assert [key for key, snapshot in left.items() if snapshot is not None] == ["another's"]
    assert site.pictures() == [left["another's"]]


def test_who_never_agreed_has_nothing_to_withdraw(site: Site) -> None:
    student = site.students.add(NewStudent("17"))
    assert site.students.withdraw_consent(student.id, Withdrawal(site.clock.now(), "office")) == student
    with pytest.raises(StudentNotFoundError):
        site.students.withdraw_consent("unknown", Withdrawal(site.clock.now(), "office"))


def test_of_two_changes_at_once_none_is_lost(class_of_two: Site) -> None:
    site, student = class_of_two, class_of_two.student("1")

    def wanted(before: Student) -> tuple[NewStudent, bool]:
        if before.consent is not None:  # somebody else is quicker
            site.students.withdraw_consent(student.id, Withdrawal(site.clock.now(), "admin"))
            site.students.rename("1", "17")
        return NewStudent(before.roll_number, name=before.name, phone="303 555 0117"), False

    changed = site.students.amend(student.id, wanted)
    assert (changed.roll_number, changed.phone, changed.active) == ("17", "303 555 0117", False)
    assert changed.consent is None
    assert changed.withdrawn is not None
    assert site.store.student(student.id) == changed


def test_enrolling_again_never_brings_back_consent_that_is_withdrawn_at_that_moment(
    class_of_two: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, student = class_of_two, class_of_two.student("1")
    withdrawal = Withdrawal(site.clock.now(), "admin")

    def read_and_then_withdrawn(student_id: str) -> Student | None:
        monkeypatch.undo()
        site.students.withdraw_consent(student_id, withdrawal)
        return student

    monkeypatch.setattr(site.store, "student", read_and_then_withdrawn)
    result = site.enrol("1", photo_of(COLLINS, side=80), name="Another Name")
    assert result.status is EnrolmentStatus.REFUSED
    assert site.student("1") == replace(
        student, consent=None, withdrawn=withdrawal, other_consents=student.consents
    )


def test_withdrawing_twice_keeps_who_did_it_first_and_consent_anew_ends_it(class_of_two: Site) -> None:
    site = class_of_two
    student_id = site.student("1").id
    first = site.students.withdraw_consent(student_id, Withdrawal(site.clock.now(), "office"))
    site.clock.advance(days=1)
    assert site.students.withdraw_consent(student_id, Withdrawal(site.clock.now(), "teacher")) == first
    anew = site.students.note_consent(student_id, site.consent("signed again"))
    assert (anew.consent, anew.withdrawn) == (site.consent("signed again"), None)
