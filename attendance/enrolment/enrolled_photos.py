"""A student's enrolled photos: what is kept of each, and how it is erased."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from attendance.errors import PhotoNotFoundError
from attendance.people.student_history import StudentHistory
from attendance.store.protocol import Store
from attendance.values import ChangeKind, EnginePin, Student, Template


@dataclass(frozen=True)
class EnrolledPhoto:
    """A photo that the student is recognised by. Of the picture at most the face is stored.

    Attributes:
        id: hex sha256 of the photo, or of an embedding that was imported.
        engine: versioned name of the engine that made the template.
        detector: name of the detector that found the face.
        quality: 0 to 1.
        created_at: when the template was made.
        is_portrait: whether the stored portrait is cut from this photo.
    """

    id: str
    engine: str
    detector: str
    quality: float
    created_at: datetime
    is_portrait: bool


class EnrolledPhotos:
    """Lists and erases enrolled photos; running servers stop recognising by an erased one at once.

    Args:
        store: the register's database.
        history: notes what was erased.
        on_face_erased: called when templates were erased, to delete what was computed from them.
    """

    def __init__(
        self, store: Store, history: StudentHistory, on_face_erased: Callable[[], object] | None = None
    ) -> None:
        self._store = store
        self._history = history
        self._on_face_erased = on_face_erased

    def of(self, student: Student) -> list[EnrolledPhoto]:
        """The student's photos, oldest first; of templates by several engines the one in use counts."""
        pin, portrait = self._store.engine_pin(), self._store.portrait_of(student.id)
        by_source: dict[str, Template] = {}
        for template in sorted(self._store.templates_of(student.id), key=lambda each: _is_used(each, pin)):
            by_source[template.source] = template
        photos = [
            EnrolledPhoto(
                id=template.source,
                engine=template.engine,
                detector=template.detector,
                quality=template.quality,
                created_at=template.created_at,
                is_portrait=portrait is not None and portrait.source == template.source,
            )
            for template in by_source.values()
        ]
        return sorted(photos, key=lambda photo: (photo.created_at, photo.id))

    def get(self, student: Student, photo_id: str) -> EnrolledPhoto:
        """The student's photo with this id.

        Raises:
            PhotoNotFoundError: there is none.
        """
        for photo in self.of(student):
            if photo.id == photo_id:
                return photo
        raise _no_photo(photo_id)

    def erase(self, student: Student, photo_id: str, *, by: str) -> None:
        """Erase one photo's templates and stored face, and the portrait if it is cut from it.

        Without a portrait, the next photo that is enrolled gives one, also one that is enrolled already. A
        student whose last photo is erased is no longer enrolled; consent and marks stay.

        Args:
            student: whose photo.
            photo_id: which one.
            by: the id of the user, or ``api:`` and a token's name.

        Raises:
            PhotoNotFoundError: there is no such photo.
        """
        if not self._store.forget_photo(student.id, photo_id):
            raise _no_photo(photo_id)
        if self._on_face_erased is not None:
            self._on_face_erased()
        self._history.note(ChangeKind.PHOTO_ERASED, [student.id], by=by)

    def erase_all(self, student: Student, *, by: str) -> None:
        """Erase all templates and the portrait, if there are any."""
        had_templates = bool(self._store.templates_of(student.id))
        if had_templates:
            self._store.replace_templates(student.id, [])
            if self._on_face_erased is not None:
                self._on_face_erased()
        if self._store.forget_portrait(student.id) or had_templates:
            self._history.note(ChangeKind.PHOTOS_ERASED, [student.id], by=by)


def _is_used(template: Template, pin: EnginePin | None) -> bool:
    return pin is not None and template.is_by(pin.engine, pin.detector)


def _no_photo(photo_id: str) -> PhotoNotFoundError:
    """The error for an unknown photo; without the roll number, which not every caller may read."""
    return PhotoNotFoundError(f"The student has no enrolled photo {photo_id!r}.")
