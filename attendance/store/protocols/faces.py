"""What every database of the register can do with templates, face crops and portraits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from attendance.values import FaceCrop, Portrait, Template


class FaceStore(Protocol):
    """Templates, face crops and portraits of students; the rules of ``attendance.store.protocol`` hold."""

    def add_templates(
        self, templates: Sequence[Template], crops: Sequence[FaceCrop] = (), *, only_known: bool = False
    ) -> int:
        """Add the templates whose id is new; returns their number. Adding any raises the gallery's version.

        Args:
            templates: of any students.
            crops: the faces they were made from, stored in the same step. A student's ``MOST_CROPS`` best
                stay, one of each photo, the first of them, and none without a template of its photo.
            only_known: skip templates of photos of which there is neither a template nor the portrait,
                because they were erased meanwhile.

        Raises:
            ConsentMissingError: one of the students is unknown or has given no consent.
        """
        ...

    def replace_templates(self, student_id: str, templates: Sequence[Template]) -> None:
        """Replace all templates of a student in one step, and delete the crops of photos without any now.

        Raises:
            ConsentMissingError: the student is unknown or has given no consent.
            ValueError: one of them belongs to another student.
        """
        ...

    def drop_templates(self, templates: Sequence[Template]) -> None:
        """Delete templates by their ids, and the crops of photos without any now; unknown ones are skipped.

        The gallery's version rises once, if at all.
        """
        ...

    def templates(self, engine: str | None = None) -> list[Template]:
        """The templates of active students, of one engine or of all, ordered by id."""
        ...

    def templates_of(self, student_id: str) -> list[Template]: ...

    def crops_of(self, student_id: str) -> list[FaceCrop]:
        """The kept faces of a student's photos, the best first."""
        ...

    def gallery_version(self) -> int:
        """A number that grows whenever templates or the set of active students change; it never decreases."""
        ...

    def forget_photo(self, student_id: str, source: str) -> bool:
        """Delete what was made of one photo: its templates and crop, and the portrait if it is cut from it.

        If the server dies halfway, the portrait may be left; calling it again deletes it.

        Args:
            student_id: whose photo.
            source: of the templates, hex sha256.

        Returns:
            Whether there was anything of it.
        """
        ...

    def save_portrait(self, portrait: Portrait) -> None:
        """Store a student's portrait, replacing an earlier one; raises ``StudentNotFoundError``."""
        ...

    def portrait_of(self, student_id: str) -> Portrait | None: ...

    def forget_portrait(self, student_id: str) -> bool:
        """Delete a student's portrait; returns whether there was one."""
        ...
