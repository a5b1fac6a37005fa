"""Embeddings of another system are enrolled under the rules that hold for photos."""

from __future__ import annotations

import pytest

from attendance.enrolment import enrolment_checks
from attendance.enrolment.enrolled_faces import Nearest
from attendance.enrolment.enrolment_result import EnrolmentResult, EnrolmentStatus, PhotoStatus
from attendance.enrolment.enrolment_terms import EnrolmentTerms
from attendance.enrolment.foreign_faces import ForeignFaces, foreign_face
from attendance.errors import ConsentMissingError
from attendance.marks.verdict import VerdictStatus
from attendance.people.new_student import NewStudent
from face_detection.values import Embedding
from face_matching.decision import DecisionPolicy
from tests.attendance.fake_pipeline import embedding_of, photo_of
from tests.attendance.site import COLLINS, HOPPER, STRANGER, Site


def faces(*embeddings: Embedding, detector: str = "fake") -> ForeignFaces:
    named = enumerate(embeddings, start=1)
    return ForeignFaces(
        "fake-1", detector, tuple(foreign_face(f"embedding {n}", row, None) for n, row in named)
    )


def take(site: Site, roll_number: str, *embeddings: Embedding, how: str = "signed form") -> EnrolmentResult:
    return site.enrolment.take_over(NewStudent(roll_number), faces(*embeddings), site.consent(how))


def test_whoever_was_taken_over_is_known_at_check_in(site: Site) -> None:
    assert take(site, "1", embedding_of(COLLINS)).status is EnrolmentStatus.ENROLLED
    verdict = site.submit(photo_of(COLLINS))
    assert verdict.status is VerdictStatus.PRESENT
    assert site.mark_of("1") is not None


def test_the_same_embedding_is_taken_once(site: Site) -> None:
    result = take(site, "1", embedding_of(COLLINS), embedding_of(COLLINS))
    assert [photo.status for photo in result.photos] == [PhotoStatus.USED, PhotoStatus.KNOWN]
    again = take(site, "1", embedding_of(COLLINS))
    assert again.status is EnrolmentStatus.UNCHANGED
    assert len(site.store.templates_of(site.student("1").id)) == 1


def test_the_person_of_the_photos_is_not_exchanged(class_of_two: Site) -> None:
    result = take(class_of_two, "1", embedding_of(STRANGER))
    assert result.status is EnrolmentStatus.REFUSED
    assert result.reason == "embedding 1: not the person enrolled as 1."


def test_a_face_that_is_another_students_is_refused(class_of_two: Site) -> None:
    result = take(class_of_two, "3", embedding_of(HOPPER))
    assert (result.status, result.looks_like) == (EnrolmentStatus.REFUSED, "2")
    assert [s.roll_number for s in class_of_two.students.all()] == ["1", "2"]


def test_a_photo_that_is_enrolled_later_gives_the_portrait(site: Site) -> None:
    take(site, "1", embedding_of(COLLINS))
    student = site.student("1")
    assert site.store.portrait_of(student.id) is None
    assert site.enrol("1", photo_of(COLLINS)).status is EnrolmentStatus.UPDATED
    assert site.store.portrait_of(student.id) is not None
    assert len(site.store.templates_of(student.id)) == 2


def test_nothing_is_taken_without_consent(site: Site) -> None:
    with pytest.raises(ConsentMissingError):
        take(site, "1", embedding_of(COLLINS), how="  ")
    assert site.students.all() == []


def test_a_roll_number_that_cannot_be_kept_refuses_the_student(site: Site) -> None:
    result = take(site, "1" * 65, embedding_of(COLLINS))
    assert result.status is EnrolmentStatus.REFUSED
    assert [photo.status for photo in result.photos] == [PhotoStatus.NOT_USED]
    assert "65 characters" in result.reason


def test_the_first_of_many_is_judged_like_the_last(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def is_duplicate(nearest: Nearest, _policy: DecisionPolicy, among: int) -> bool:
        asked.append(max(nearest.searched, among))
        return False

    monkeypatch.setattr(enrolment_checks, "is_duplicate", is_duplicate)
    take(site, "1", embedding_of(COLLINS))
    for number, person in (("2", HOPPER), ("3", STRANGER)):
        site.enrolment.take_over(
            NewStudent(number), faces(embedding_of(person)), site.consent(), EnrolmentTerms(9)
        )
    take(site, "4", embedding_of(6))
    assert asked == [9, 9, 3]
