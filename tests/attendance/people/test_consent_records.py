"""An objection stops faces at once, and consents of both parties are recorded."""

from __future__ import annotations

from attendance.enrolment.enrolment_result import EnrolmentStatus
from attendance.marks.verdict import VerdictCode
from attendance.people.new_student import NewStudent
from attendance.values import Consent, ConsentForm, ConsentParty, Withdrawal
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.site import COLLINS, Site

GUARDIAN, STUDENT = ConsentParty.GUARDIAN, ConsentParty.STUDENT


def of_guardian(site: Site, until: str | None = None) -> Consent:
    return Consent(site.clock.now(), "office", "form", GUARDIAN, ConsentForm.PAPER, valid_until=until)


def test_the_guardian_is_named_with_the_consent_and_stays(class_of_two: Site) -> None:
    site, student_id = class_of_two, class_of_two.student("1").id
    after = site.students.note_consent(student_id, of_guardian(site), guardian=" Ann  Collins ")
    assert (after.guardian_name, len(after.consents)) == ("Ann Collins", 2)
    assert site.students.note_consent(student_id, of_guardian(site), guardian="Somebody Else") == after
    objection = Withdrawal(site.clock.now(), "office", GUARDIAN)
    assert site.students.withdraw_consent(student_id, objection).guardian_name == "Ann Collins"


def test_a_guardians_objection_erases_the_face_and_the_next_check_in_finds_nobody(class_of_two: Site) -> None:
    site = class_of_two
    site.students.withdraw_consent(site.student("1").id, Withdrawal(site.clock.now(), "office", GUARDIAN))
    details = site.students.details("1")
    assert (details.templates, details.faces, details.has_portrait) == (0, 0, False)
    assert site.submit(photo_of(COLLINS)).code is not VerdictCode.PRESENT
    assert site.mark_of("1") is None
    again = site.enrol("1", photo_of(COLLINS))
    assert again.status is EnrolmentStatus.REFUSED
    assert "has withdrawn consent" in again.reason


def test_an_objection_undone_allows_new_photos_and_brings_back_none(class_of_two: Site) -> None:
    site, student_id = class_of_two, class_of_two.student("1").id
    before = site.student("1")
    site.students.withdraw_consent(student_id, Withdrawal(site.clock.now(), "office", STUDENT))
    after = site.students.undo_objection(student_id, STUDENT, site.clock.now())
    assert after == before
    assert site.students.details("1").templates == 0
    assert site.enrol("1", photo_of(COLLINS)).status is EnrolmentStatus.UPDATED


def test_consents_of_many_leave_out_who_objects_and_replace_only_if_asked(class_of_two: Site) -> None:
    site, ids = class_of_two, [each.id for each in class_of_two.students.all()]
    site.students.withdraw_consent(ids[1], Withdrawal(site.clock.now(), "office", STUDENT))
    given = of_guardian(site, until="2027-07-31")
    assert list(site.students.note_consents(ids, given)) == [ids[0]]
    assert len(site.student("1").consents) == 2
    assert list(site.students.note_consents(ids, given, renew=True)) == [ids[0]]
    assert site.student("1").consents == (given,)


def test_photos_are_refused_once_consent_has_ended(class_of_two: Site) -> None:
    site, student_id = class_of_two, class_of_two.student("1").id
    today = site.clock.now().date().isoformat()
    site.students.note_consent(student_id, of_guardian(site, until=today), alone=True)
    assert site.enrol("1", photo_of(COLLINS, side=80)).status is EnrolmentStatus.UPDATED
    site.clock.advance(days=2)
    ended = site.student("1").consent
    refused = site.enrolment.enrol(NewStudent("1"), {"1.jpg": photo_of(COLLINS, side=90)}, ended)
    assert refused.status is EnrolmentStatus.REFUSED
    assert f"The consent of 1 ended on {today}." in refused.reason
    assert site.students.end_consent(student_id, site.clock.now()).consent is None
    assert site.students.details("1").templates == 0
    assert site.enrol("1", photo_of(COLLINS, side=90)).status is EnrolmentStatus.UPDATED, "agreed anew"


def test_consent_that_counts_is_not_ended(class_of_two: Site) -> None:
    student = class_of_two.student("1")
    assert class_of_two.students.end_consent(student.id, class_of_two.clock.now()) == student
    assert class_of_two.students.details("1").templates == 1
