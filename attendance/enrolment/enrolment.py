"""Enrols a student: photos to templates, with checks of quality, consent, identity and look-alikes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import tzinfo
from threading import Lock

from attendance.clock import Clock, local_day
from attendance.enrolment.case_writer import CaseWriter
from attendance.enrolment.enrolment_case import Case, Refusal
from attendance.enrolment.enrolment_checks import (
    DRY_RUN,
    disagreement,
    does_not_agree,
    is_somebody_else,
    look_alike,
    name_before,
    same_number_as,
    too_few_photos,
)
from attendance.enrolment.enrolment_result import EnrolmentResult, EnrolmentStatus, PhotoOutcome, PhotoStatus
from attendance.enrolment.enrolment_terms import USUAL_TERMS, EnrolmentTerms
from attendance.enrolment.foreign_faces import ForeignFaces
from attendance.enrolment.guided_shots import Shot, judge_shot
from attendance.enrolment.photo_reading import read_photos
from attendance.errors import ConsentMissingError, RollNumberError
from attendance.people.consent_rules import with_consent
from attendance.people.new_student import NewStudent, cleaned, merged
from attendance.recognition.pipelines import PipelineSource, PolicySource
from attendance.store.crops import MOST_CROPS
from attendance.store.protocol import Store
from attendance.values import Consent, Student
from attendance.values.roll_numbers import clean_roll_number


class Enrolment:
    """Enrols one student at a time; thread-safe.

    Args:
        store: the register's database.
        clock: the source of the time.
        pipeline: gives the pipeline that reads photos; not called without photos.
        policy: gives the rule of decision for an engine and a detector.
        zone: the site's time zone, in which consents end; None means the computer's own.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        pipeline: PipelineSource,
        policy: PolicySource,
        zone: tzinfo | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone
        self._pipeline = pipeline
        self._policy = policy
        self._turn = Lock()  # each student is compared with those enrolled before
        self._writer = CaseWriter(store, clock)

    def enrol(
        self,
        person: NewStudent,
        photos: Mapping[str, bytes],
        consent: Consent | None,
        terms: EnrolmentTerms = USUAL_TERMS,
    ) -> EnrolmentResult:
        """Enrol a student, or add to one who has the same roll number; doing it twice changes nothing.

        A photo that can't be used is refused alone. The whole student is refused, and nothing is
        written, if no photo is left, if the photos show different people, if a face is already another
        student's, or if somebody objects or a consent has ended. Without any photos the student is added
        without a face.

        Args:
            person: who it is; what is None stays as it is in the register.
            photos: bytes by name; may read the files on demand.
            consent: how the student agreed; an earlier record that counts is not replaced.
            terms: under which terms.

        Raises:
            ConsentMissingError: there are photos, and no note of how consent was given.
            EngineMismatchError: the templates have to be made again first.
            StoreUnavailableError: the database is unavailable; what was enrolled stays.
        """
        if photos:
            _require_consent(consent)
        wanted = self._wanted(person, consent if photos else None, photos, terms)
        if isinstance(wanted, EnrolmentResult):
            return wanted
        existing, student = wanted
        if not photos:
            return self._enrolled(Case(student, existing), dry_run=terms.dry_run)
        if not student.agrees_on(self._today()):
            return _not_enrolled(person, photos, does_not_agree(student))
        return self._settled(self._read(student, existing, photos), terms)

    def take_over(
        self,
        person: NewStudent,
        faces: ForeignFaces,
        consent: Consent,
        terms: EnrolmentTerms = USUAL_TERMS,
    ) -> EnrolmentResult:
        """Enrol a student with embeddings that were made elsewhere, under the same rules as with photos.

        Args:
            person: who it is; what is None stays as it is in the register.
            faces: the embeddings, of the engine and the detector in use.
            consent: how the student agreed; an earlier record that counts is not replaced.
            terms: under which terms.

        Raises:
            ConsentMissingError: there is no note of how consent was given.
            EngineMismatchError: the templates have to be made again first.
            StoreUnavailableError: the database is unavailable; what was enrolled stays.
        """
        _require_consent(consent)
        names = [face.name for face in faces.usable]
        wanted = self._wanted(person, consent, names, terms)
        if isinstance(wanted, EnrolmentResult):
            return wanted
        existing, student = wanted
        if not student.agrees_on(self._today()):
            return _not_enrolled(person, names, does_not_agree(student))
        kept = self._store.templates_of(student.id) if existing else []
        known = tuple(each for each in kept if each.is_by(faces.engine, faces.detector))
        usable, outcomes = faces.beside({template.source for template in known})
        case = Case(student, existing, faces.engine, faces.detector, known, usable, outcomes)
        return self._settled(case, terms)

    def judge(self, data: bytes) -> Shot:
        """Rate one shot of a guided set; nothing is stored.

        Raises:
            EngineMismatchError: the templates have to be made again first.
        """
        return judge_shot(self._pipeline(), data)

    def _wanted(
        self, person: NewStudent, consent: Consent | None, photos: Iterable[str], terms: EnrolmentTerms
    ) -> tuple[Student | None, Student] | EnrolmentResult:
        """The student before and after enrolling, or why they can't be enrolled."""
        try:
            existing = self._store.student_by_roll(clean_roll_number(person.roll_number))
            said = cleaned(person, existing)
        except RollNumberError as error:
            return _not_enrolled(person, photos, str(error))
        twins = [] if existing is not None else self._store.students_with_number(said.roll_number)
        if twins or (existing is not None and is_somebody_else(existing, said)):
            return _not_enrolled(person, photos, same_number_as(said, existing or twins[0]))
        new_id = f"{DRY_RUN}{said.roll_number}" if terms.dry_run else uuid.uuid4().hex
        student = merged(existing, said, new_id=new_id)
        if consent is not None and not student.objections:  # which needs more than enrolling
            student = with_consent(student, consent, self._today())
        if not terms.may_rename and (before := name_before(existing, student)) is not None:
            return _renamed(said, before, photos)
        return existing, student

    def _today(self) -> str:
        return local_day(self._clock.now(), self._zone).isoformat()

    def _settled(self, case: Case, terms: EnrolmentTerms) -> EnrolmentResult:
        with self._turn:
            refusal = self._refusal(case, terms)
            if refusal is not None:
                return case.refused(refusal)
            return self._enrolled(case, dry_run=terms.dry_run)

    def _read(self, student: Student, existing: Student | None, photos: Mapping[str, bytes]) -> Case:
        pipeline = self._pipeline()
        engine, detector = pipeline.engine_name, pipeline.detector_name
        kept = self._store.templates_of(student.id) if existing else []
        known = tuple(each for each in kept if each.is_by(engine, detector))
        has_portrait = existing is not None and self._store.portrait_of(existing.id) is not None
        sources = {template.source for template in known}
        read = read_photos(
            pipeline, photos, sources, self._again(existing, sources, has_portrait=has_portrait)
        )
        return Case(student, existing, engine, detector, known, read.usable, read.outcomes, has_portrait)

    def _again(self, existing: Student | None, known: set[str], *, has_portrait: bool) -> set[str]:
        """The known photos of which something is missing: the portrait, or the face for later engines."""
        if existing is None or not has_portrait:
            return known
        crops = self._store.crops_of(existing.id)
        return known - {crop.source for crop in crops} if len(crops) < MOST_CROPS else set()

    def _refusal(self, case: Case, terms: EnrolmentTerms) -> Refusal | None:
        if not case.usable:
            return too_few_photos(case)
        policy = self._policy(case.engine, case.detector)
        faces = self._writer.faces_of(case, dry_run=terms.dry_run)
        faces.refresh()
        refusal = disagreement(case, policy, faces)
        if refusal is None and not terms.allow_look_alike:
            refusal = look_alike(case, policy, faces, self._store, among=terms.among)
        return refusal

    def _enrolled(self, case: Case, *, dry_run: bool) -> EnrolmentResult:
        changed = self._writer.pretend(case) if dry_run else self._writer.write(case)
        if changed is None:
            roll_number = case.student.roll_number
            return case.refused(
                Refusal(f"{roll_number} was added or changed by someone else at this moment. Run it again.")
            )
        status = EnrolmentStatus.UPDATED if changed else EnrolmentStatus.UNCHANGED
        if case.existing is None:
            status = EnrolmentStatus.ENROLLED
        before = name_before(case.existing, case.student)
        return EnrolmentResult(
            case.student.roll_number, case.student.name, status, case.outcomes, known_as=before
        )


def _require_consent(consent: Consent | None) -> None:
    if consent is None or not consent.how.strip():
        raise ConsentMissingError(
            'Enrolling requires a note of how consent was given, for example "signed form of 2 '
            'September, kept in the office".'
        )


def _not_enrolled(person: NewStudent, photos: Iterable[str], reason: str) -> EnrolmentResult:
    outcomes = tuple(PhotoOutcome(name, PhotoStatus.NOT_USED) for name in photos)
    name = person.name or ""
    return EnrolmentResult(person.roll_number, name, EnrolmentStatus.REFUSED, outcomes, reason)


def _renamed(person: NewStudent, before: str, photos: Iterable[str]) -> EnrolmentResult:
    """Refuse a student whose roll number belongs to another name."""
    reason = (
        f"{person.roll_number} is “{before}” in the register and “{person.name}” here. If "
        "these are two people, give one of them another roll number. If it is one person, "
        "allow names to be changed."
    )
    return replace(_not_enrolled(person, photos, reason), name=before, known_as=before)
