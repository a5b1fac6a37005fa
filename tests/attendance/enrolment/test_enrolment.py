"""Good photos of one person with consent become templates; all else is refused with a reason."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from attendance.enrolment.enrolment_result import REASONS, EnrolmentResult, EnrolmentStatus, PhotoStatus
from attendance.enrolment.enrolment_terms import EnrolmentTerms
from attendance.errors import ConsentMissingError, EngineMismatchError, StoreUnavailableError
from attendance.people.new_student import NewStudent
from attendance.store.crops import MOST_CROPS
from attendance.values import Consent, Student, Withdrawal
from face_detection.photo import decode
from face_detection.problems import PhotoProblem
from tests.attendance.fake_pipeline import FakePipeline, photo_of
from tests.attendance.fragile_store import FragileStore
from tests.attendance.site import COLLINS, HOPPER, Site, open_site


def everything(site: Site) -> tuple[object, ...]:
    """All that enrolment can write."""
    students = site.store.students()
    templates = sorted((t.id, t.student_id, t.source) for t in site.store.templates())
    return (students, templates, [site.store.portrait_of(s.id) for s in students])


def statuses(result: EnrolmentResult) -> list[PhotoStatus]:
    """What became of each photo."""
    return [photo.status for photo in result.photos]


def test_a_new_student_has_templates_a_portrait_and_consent(site: Site) -> None:
    photos = (photo_of(COLLINS), photo_of(COLLINS, side=90), photo_of(COLLINS, side=70))
    result = site.enrol("1", *photos, name="Eileen Collins")
    assert (result.status, result.anything_refused) == (EnrolmentStatus.ENROLLED, False)
    student = site.student("1")
    assert student.name == "Eileen Collins"
    assert student.consent == site.consent()
    templates = site.store.templates_of(student.id)
    assert {t.source for t in templates} == {hashlib.sha256(photo).hexdigest() for photo in photos}
    assert {(t.engine, t.detector) for t in templates} == {("fake-1", "fake")}


def test_the_face_of_each_photo_is_kept_for_later_engines(site: Site) -> None:
    photos = [photo_of(COLLINS, side=side) for side in range(64, 64 + MOST_CROPS + 2)]
    site.enrol("1", *photos)
    crops = site.store.crops_of(site.student("1").id)
    best = reversed(photos[-MOST_CROPS:])
    assert [crop.source for crop in crops] == [hashlib.sha256(photo).hexdigest() for photo in best]
    kept = decode(crops[0].jpeg)
    assert (kept.width, kept.height) == (56, 56)  # of 70: REACH times the box, which has half the side
    assert crops[0].box == (10.5, 10.5, 45.5, 45.5)
    assert {crop.detector for crop in crops} == {"fake"}


def test_photos_from_before_are_read_once_more_to_keep_their_faces(site: Site) -> None:
    photos = (photo_of(COLLINS), photo_of(COLLINS, side=80))
    site.enrol("1", *photos)
    student = site.student("1")
    templates = site.store.templates_of(student.id)
    site.store.replace_templates(student.id, [])
    site.store.add_templates(templates)  # as an older version stored them
    assert site.store.crops_of(student.id) == []
    result = site.enrol("1", *photos)
    assert (result.status, statuses(result)) == (EnrolmentStatus.UNCHANGED, [PhotoStatus.KNOWN] * 2)
    assert {crop.source for crop in site.store.crops_of(student.id)} == {each.source for each in templates}
    assert len(site.store.templates_of(student.id)) == 2
    reads = site.pipeline.reads
    site.enrol("1", *photos)
    assert site.pipeline.reads == reads


def test_a_known_photo_that_is_not_good_enough_any_more_stays_as_it_is(site: Site) -> None:
    photo = photo_of(COLLINS, problem=PhotoProblem.BLURRED)
    site.enrol("1", photo_of(COLLINS))
    (template,) = site.store.templates()
    site.store.add_templates([replace(template, id="t", source=hashlib.sha256(photo).hexdigest())])
    result = site.enrol("1", photo)
    assert (result.status, statuses(result)) == (EnrolmentStatus.UNCHANGED, [PhotoStatus.KNOWN])
    assert len(site.store.crops_of(template.student_id)) == 1


def test_the_best_photo_becomes_the_portrait(site: Site) -> None:
    best = photo_of(COLLINS, side=90)
    site.enrol("1", photo_of(COLLINS), best, photo_of(COLLINS, side=70))
    portrait = site.store.portrait_of(site.student("1").id)
    assert portrait is not None
    assert portrait.source == hashlib.sha256(best).hexdigest()
    assert decode(portrait.jpeg).width == 90


def test_a_better_photo_replaces_the_portrait_and_a_worse_one_does_not(site: Site) -> None:
    first, worse, better = (photo_of(COLLINS, side=side) for side in (70, 64, 90))
    sources = []
    for photo in (first, worse, better):
        site.enrol("1", photo)
        portrait = site.store.portrait_of(site.student("1").id)
        assert portrait is not None
        sources.append(portrait.source)
    assert sources == [hashlib.sha256(photo).hexdigest() for photo in (first, first, better)]


def test_twice_changes_nothing_and_reads_nothing(site: Site) -> None:
    photos = (photo_of(COLLINS), photo_of(COLLINS, side=80))
    site.enrol("1", *photos, name="Eileen Collins")
    before, reads = everything(site), site.pipeline.reads
    site.clock.advance(days=1)
    result = site.enrol("1", *photos, name="Eileen Collins")
    assert result.status is EnrolmentStatus.UNCHANGED
    assert statuses(result) == [PhotoStatus.KNOWN] * 2
    assert (everything(site), site.pipeline.reads) == (before, reads)


def test_one_more_photo_is_added(site: Site) -> None:
    site.enrol("1", photo_of(COLLINS))
    result = site.enrol("1", photo_of(COLLINS), photo_of(COLLINS, side=80))
    assert result.status is EnrolmentStatus.UPDATED
    assert statuses(result) == [PhotoStatus.KNOWN, PhotoStatus.USED]
    assert len(site.store.templates_of(site.student("1").id)) == 2


def test_the_same_photo_twice_in_a_folder_is_one_template(site: Site) -> None:
    result = site.enrol("1", photo_of(COLLINS), photo_of(COLLINS))
    assert statuses(result) == [PhotoStatus.USED, PhotoStatus.KNOWN]
    assert len(site.store.templates()) == 1


def test_what_is_said_now_is_updated_and_the_rest_stays(site: Site) -> None:
    person = NewStudent("1", "Eileen Collins", email="collins@example.org", year="2025")
    site.enrolment.enrol(person, {}, None)
    result = site.enrolment.enrol(NewStudent("1", year="2026"), {}, None)
    assert result.status is EnrolmentStatus.UPDATED
    student = site.student("1")
    assert (student.name, student.email, student.year) == ("Eileen Collins", "collins@example.org", "2026")


def test_without_photos_the_student_is_added_without_a_face(site: Site) -> None:
    result = site.enrolment.enrol(NewStudent("1", "Eileen Collins"), {}, None)
    assert result.status is EnrolmentStatus.ENROLLED
    assert site.student("1").consent is None
    assert site.store.templates() == []
    assert site.pipeline.reads == 0
    assert site.enrolment.enrol(NewStudent("1"), {}, None).status is EnrolmentStatus.UNCHANGED


def test_photos_may_follow_later(site: Site) -> None:
    site.enrolment.enrol(NewStudent("1", "Eileen Collins"), {}, None)
    result = site.enrol("1", photo_of(COLLINS))
    assert result.status is EnrolmentStatus.UPDATED
    assert site.student("1").consent == site.consent()


@pytest.mark.parametrize("how", [None, "", "  "])
def test_without_consent_nothing_is_enrolled(site: Site, how: str | None) -> None:
    consent = None if how is None else site.consent(how)
    with pytest.raises(ConsentMissingError, match="how consent was given"):
        site.enrolment.enrol(NewStudent("1"), {"1.jpg": photo_of(COLLINS)}, consent)
    assert site.store.students() == []


def test_consent_on_record_stays(site: Site) -> None:
    site.enrol("1", photo_of(COLLINS))
    first = site.student("1").consent
    site.clock.advance(days=1)
    site.enrolment.enrol(NewStudent("1"), {"2.jpg": photo_of(COLLINS, side=80)}, site.consent("by email"))
    assert site.student("1").consent == first


@pytest.mark.parametrize("problem", PhotoProblem)
def test_a_bad_photo_is_refused_with_its_reason_and_the_others_are_used(
    site: Site, problem: PhotoProblem
) -> None:
    result = site.enrol("1", photo_of(COLLINS), photo_of(COLLINS, problem=problem))
    assert result.status is EnrolmentStatus.ENROLLED
    assert result.anything_refused
    assert statuses(result) == [PhotoStatus.USED, PhotoStatus.REFUSED]
    assert (result.photos[1].problem, result.photos[1].reason) == (problem, REASONS[problem])


def test_bytes_that_are_no_photo_are_refused(site: Site) -> None:
    result = site.enrol("1", b"not a photo")
    assert result.photos[0].problem is PhotoProblem.NOT_AN_IMAGE


def test_without_any_good_photo_the_student_is_not_there(site: Site) -> None:
    bad = [photo_of(COLLINS, problem=problem) for problem in (PhotoProblem.NO_FACE, PhotoProblem.BLURRED)]
    result = site.enrol("1", *bad)
    assert result.status is EnrolmentStatus.REFUSED
    assert result.reason == "None of its 2 photos can be used."
    assert site.store.students() == []


def test_bad_new_photos_leave_an_enrolled_student_as_they_are(site: Site) -> None:
    site.enrol("1", photo_of(COLLINS))
    before = everything(site)
    result = site.enrol("1", photo_of(COLLINS), photo_of(COLLINS, problem=PhotoProblem.BLURRED))
    assert (result.status, result.anything_refused) == (EnrolmentStatus.UNCHANGED, True)
    assert everything(site) == before


def test_a_folder_of_two_people_names_the_odd_one_out(site: Site) -> None:
    result = site.enrol("1", photo_of(COLLINS), photo_of(HOPPER), photo_of(COLLINS, side=80))
    assert result.status is EnrolmentStatus.REFUSED
    assert result.reason == "2.jpg: not the person on the other photos."
    assert statuses(result) == [PhotoStatus.NOT_USED, PhotoStatus.REFUSED, PhotoStatus.NOT_USED]
    assert site.store.students() == []


def test_two_photos_of_two_people_are_both_named(site: Site) -> None:
    result = site.enrol("1", photo_of(COLLINS), photo_of(HOPPER))
    assert result.status is EnrolmentStatus.REFUSED
    assert "1.jpg, 2.jpg" in result.reason


def test_a_photo_of_another_person_than_before_is_refused(site: Site) -> None:
    site.enrol("1", photo_of(COLLINS))
    before = everything(site)
    result = site.enrol("1", photo_of(HOPPER), photo_of(HOPPER, side=80))
    assert result.status is EnrolmentStatus.REFUSED
    assert result.reason == "1.jpg, 2.jpg: not the person enrolled as 1."
    assert everything(site) == before


def test_a_face_that_is_another_students_names_both(site: Site) -> None:
    site.enrol("1", photo_of(COLLINS))
    result = site.enrol("2", photo_of(COLLINS, side=80))
    assert result.status is EnrolmentStatus.REFUSED
    assert result.looks_like == "1"
    assert "The face of 2 on 1.jpg would be mistaken for 1." in result.reason
    assert [student.roll_number for student in site.store.students()] == ["1"]


def test_a_look_alike_can_be_allowed(site: Site) -> None:
    site.enrol("1", photo_of(COLLINS))
    photos = {"1.jpg": photo_of(COLLINS, side=80)}
    result = site.enrolment.enrol(
        NewStudent("2"), photos, site.consent(), EnrolmentTerms(allow_look_alike=True)
    )
    assert result.status is EnrolmentStatus.ENROLLED


def test_a_student_who_was_removed_is_no_look_alike(site: Site) -> None:
    site.enrol("1", photo_of(COLLINS))
    site.students.remove("1")
    assert site.enrol("2", photo_of(COLLINS)).status is EnrolmentStatus.ENROLLED


def test_a_face_that_another_process_has_enrolled_is_seen(site: Site, tmp_path: Path) -> None:
    site.enrol("9", photo_of(HOPPER))
    other = open_site(tmp_path)
    other.enrol("1", photo_of(COLLINS))
    other.store.close()
    assert site.enrol("2", photo_of(COLLINS, side=80)).looks_like == "1"


def test_a_wrong_roll_number_is_refused(site: Site) -> None:
    result = site.enrol("x" * 65, photo_of(COLLINS))
    assert result.status is EnrolmentStatus.REFUSED
    assert "65 characters" in result.reason
    assert statuses(result) == [PhotoStatus.NOT_USED]


class TestDryRun:
    """A dry run reports the same and writes nothing."""

    def dry(self, site: Site, roll_number: str, *photos: bytes) -> EnrolmentResult:
        named = {f"{number}.jpg": photo for number, photo in enumerate(photos, start=1)}
        return site.enrolment.enrol(
            NewStudent(roll_number), named, site.consent(), EnrolmentTerms(dry_run=True)
        )

    def test_nothing_is_written(self, site: Site) -> None:
        assert self.dry(site, "1", photo_of(COLLINS)).status is EnrolmentStatus.ENROLLED
        assert everything(site) == ([], [], [])

    def test_two_folders_of_one_person_are_told_too(self, site: Site) -> None:
        self.dry(site, "1", photo_of(COLLINS))
        assert self.dry(site, "2", photo_of(COLLINS, side=80)).looks_like == "1"

    def test_the_run_after_it_is_not_disturbed(self, site: Site) -> None:
        self.dry(site, "1", photo_of(COLLINS))
        assert self.dry(site, "1", photo_of(COLLINS)).status is EnrolmentStatus.ENROLLED
        assert site.enrol("2", photo_of(COLLINS)).status is EnrolmentStatus.ENROLLED

    def test_an_update_is_told(self, site: Site) -> None:
        site.enrol("1", photo_of(COLLINS))
        before = everything(site)
        assert self.dry(site, "1", photo_of(COLLINS, side=80)).status is EnrolmentStatus.UPDATED
        assert everything(site) == before


class TestOnTheWay:
    """What goes wrong in the middle."""

    @pytest.mark.parametrize("breaks_at", ["add_student", "add_templates", "save_portrait"])
    @pytest.mark.parametrize("written", [True, False])
    def test_running_it_again_after_a_crash_completes_it(
        self, tmp_path: Path, breaks_at: str, *, written: bool
    ) -> None:
        site = open_site(tmp_path)
        broken = open_site(tmp_path, store=FragileStore(site.store, breaks_at, written=written))
        with pytest.raises(StoreUnavailableError):
            broken.enrol("1", photo_of(COLLINS), name="Eileen Collins")
        site.enrol("1", photo_of(COLLINS), name="Eileen Collins")
        student = site.student("1")
        assert len(site.store.templates_of(student.id)) == 1
        assert site.store.portrait_of(student.id) is not None
        assert site.enrol("1", photo_of(COLLINS)).status is EnrolmentStatus.UNCHANGED
        site.store.close()

    def test_a_file_that_can_not_be_read_is_refused(self, site: Site) -> None:
        photos = Files({"1.jpg": photo_of(COLLINS), "2.jpg": None})
        result = site.enrolment.enrol(NewStudent("1"), photos, site.consent())
        assert result.status is EnrolmentStatus.ENROLLED
        assert result.photos[1].reason == "The file can't be read (Permission denied)."

    def test_a_roll_number_that_is_taken_meanwhile_is_refused(self, tmp_path: Path) -> None:
        site = open_site(tmp_path)

        class Overtaken(FragileStore):
            def student_by_roll(self, roll_number: str) -> Student | None:
                if not site.store.students():
                    site.store.add_student(Student("other", roll_number, "Grace Hopper"))
                    return None
                return site.store.student_by_roll(roll_number)

        slow = open_site(tmp_path, store=Overtaken(site.store, "", written=False))
        result = slow.enrol("1", photo_of(COLLINS))
        assert result.status is EnrolmentStatus.REFUSED
        assert site.store.templates() == []
        site.store.close()

    def test_another_engine_than_the_enrolled_ones_is_an_error(self, tmp_path: Path) -> None:
        site = open_site(tmp_path)
        site.enrol("1", photo_of(COLLINS))
        other = open_site(tmp_path, pipeline=FakePipeline(engine_name="fake-2"))
        with pytest.raises(EngineMismatchError, match="re-embed"):
            other.enrol("2", photo_of(HOPPER))
        site.store.close()
        other.store.close()

    def test_a_class_is_read_from_the_database_once(self, tmp_path: Path) -> None:
        site = open_site(tmp_path)
        reads = []

        class Counting(FragileStore):
            def __getattr__(self, name: str) -> object:
                reads.append(name)
                return super().__getattr__(name)

        counted = open_site(tmp_path, store=Counting(site.store, "", written=False))
        for person in range(0, 16, 2):
            assert counted.enrol(str(person), photo_of(person)).status is EnrolmentStatus.ENROLLED
        assert reads.count("templates") <= 2
        site.store.close()


class Files(Mapping[str, bytes]):
    """Photos on disk, some of which may not be read."""

    def __init__(self, contents: dict[str, bytes | None]) -> None:
        self._contents = contents

    def __getitem__(self, name: str) -> bytes:
        content = self._contents[name]
        if content is None:
            raise PermissionError(13, "Permission denied")
        return content

    def __iter__(self) -> Iterator[str]:
        return iter(self._contents)

    def __len__(self) -> int:
        return len(self._contents)


def test_consent_says_who_noted_it(site: Site) -> None:
    consent = Consent(site.clock.now(), "office", "signed form")
    site.enrolment.enrol(NewStudent("1"), {"1.jpg": photo_of(COLLINS)}, consent)
    assert site.student("1").consent == consent


def test_who_has_withdrawn_is_not_enrolled_again_by_the_same_folder(class_of_two: Site) -> None:
    site = class_of_two
    site.students.withdraw_consent(site.student("1").id, Withdrawal(site.clock.now(), "office"))
    withdrawn = site.student("1")
    for dry_run in (True, False):
        result = site.enrolment.enrol(
            NewStudent("1", "Eileen M. Collins"),
            {"1.jpg": photo_of(COLLINS)},
            site.consent(),
            EnrolmentTerms(dry_run=dry_run),
        )
        assert result.status is EnrolmentStatus.REFUSED
        assert "1 has withdrawn consent" in result.reason
        assert [photo.status for photo in result.photos] == [PhotoStatus.NOT_USED]
    assert site.student("1") == withdrawn
    assert (
        site.enrolment.enrol(NewStudent("1", "Eileen M. Collins"), {}, None).status is EnrolmentStatus.UPDATED
    )
    assert (site.student("1").consent, site.student("1").withdrawn) == (None, withdrawn.withdrawn)
    site.students.note_consent(withdrawn.id, site.consent("signed again"))
    assert site.enrol("1", photo_of(COLLINS)).status is EnrolmentStatus.UPDATED
    assert site.students.details("1").templates == 1


def test_consent_that_is_withdrawn_while_photos_are_read_stays_withdrawn(class_of_two: Site) -> None:
    site = class_of_two
    student_id = site.student("1").id

    class Withdrawing(dict[str, bytes]):
        """Photos; while they are read, the student withdraws."""

        def __getitem__(self, name: str) -> bytes:
            site.students.withdraw_consent(student_id, Withdrawal(site.clock.now(), "office"))
            return super().__getitem__(name)

    photos = Withdrawing({"2.jpg": photo_of(COLLINS, side=80)})
    result = site.enrolment.enrol(NewStudent("1", "Eileen M. Collins"), photos, site.consent())
    assert result.status is EnrolmentStatus.REFUSED
    assert "changed by someone else" in result.reason
    assert site.student("1").consent is None
    assert site.students.details("1").templates == 0
