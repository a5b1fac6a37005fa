"""Writes an enrolled student into the register, or pretends to."""

from __future__ import annotations

from attendance.clock import Clock
from attendance.enrolment.enrolled_faces import EnrolledFaces
from attendance.enrolment.enrolment_case import Case
from attendance.errors import RollNumberTakenError
from attendance.store.protocol import Store


class CaseWriter:
    """Writes one case at a time, and remembers the faces for the next one.

    Args:
        store: the register's database.
        clock: the source of the time.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._faces: dict[tuple[str, str, bool], EnrolledFaces] = {}

    def write(self, case: Case) -> bool | None:
        """Whether anything had to be written; None after a concurrent change of the student."""
        # The student first, as the store accepts no template without consent; running it again after a crash
        # finds the student and adds the rest. While photos are read, consent may have been withdrawn.
        if case.existing is not None and self._store.student(case.existing.id) != case.existing:
            return None
        try:
            if case.existing is None:
                self._store.add_student(case.student)
            elif case.student != case.existing and not self._store.update_student(
                case.student, case.existing
            ):
                return None
        except RollNumberTakenError:
            return None
        now = self._clock.now()
        templates, crops, portrait = case.new_templates(now), case.new_crops(now), case.new_portrait(now)
        if templates or crops:
            self._store.add_templates(templates, crops)
        if templates:
            faces = self.faces_of(case, dry_run=False)
            faces.append(templates, version=self._store.gallery_version())
        if portrait is not None:
            self._store.save_portrait(portrait)
            if portrait.source not in {each.source for each in self._store.templates_of(case.student.id)}:
                self._store.forget_photo(case.student.id, portrait.source)  # it was erased in between
        return case.student != case.existing or bool(templates) or portrait is not None

    def pretend(self, case: Case) -> bool:
        """Whether anything would be written; the next student is compared with this one."""
        now = self._clock.now()
        templates = case.new_templates(now)
        if templates:
            self.faces_of(case, dry_run=True).append(templates, version=None)
        return case.student != case.existing or bool(templates) or case.new_portrait(now) is not None

    def faces_of(self, case: Case, *, dry_run: bool) -> EnrolledFaces:
        """Those to whom this one is compared.

        Args:
            case: the student.
            dry_run: whether nothing is written, and those before are only pretended.
        """
        key = (case.engine, case.detector, dry_run)
        if key not in self._faces:
            self._faces[key] = EnrolledFaces(self._store, engine=case.engine, detector=case.detector)
        return self._faces[key]
