"""The enrolled faces in memory, and fresh: built again whenever the store's gallery has changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

import numpy as np

from attendance.errors import EngineMismatchError
from attendance.program import admin_command
from attendance.store.protocol import Store
from attendance.values import Course, Template
from face_matching.gallery import Gallery

Roster = tuple[str, ...] | None
"""The students of a course; None: everybody."""


@dataclass
class _Snapshot:
    """What was read from the store at one version.

    Attributes:
        before: the galleries of the version before, which save computing neighbourhoods.
    """

    engine: str
    detector: str
    version: int
    templates: list[Template]
    before: dict[Roster, Gallery | None] = field(default_factory=dict)
    by_roster: dict[Roster, Gallery | None] = field(default_factory=dict)

    def gallery(self, roster: Roster) -> Gallery | None:
        """The gallery of a roster, built at its first use."""
        if roster not in self.by_roster:
            self.by_roster[roster] = self._built(roster)
        return self.by_roster[roster]

    def _built(self, roster: Roster) -> Gallery | None:
        members = None if roster is None else frozenset(roster)
        chosen = [t for t in self.templates if members is None or t.student_id in members]
        if not chosen:
            return None
        return Gallery.build(
            self.engine,
            [template.student_id for template in chosen],
            np.stack([template.embedding for template in chosen]),
            school=None if roster is None else self.gallery(None),
            previous=self.before.pop(roster, None),
        )


class Galleries:
    """Keeps the galleries of one register; any thread may ask.

    Args:
        store: the register's database.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._held: _Snapshot | None = None

    def of_course(self, course: Course, *, engine: str, detector: str) -> Gallery | None:
        """The gallery of the students of a course.

        Args:
            course: whose roster is searched; without a roster, everybody.
            engine: versioned name of the engine in use.
            detector: name of the detector in use.

        Returns:
            The gallery, or None where nobody of the course has a template.

        Raises:
            EngineMismatchError: there are templates, and none of this engine and detector.
        """
        with self._lock:
            return self._fresh(engine, detector).gallery(course.roster)

    def of_school(self, *, engine: str, detector: str) -> Gallery | None:
        """The gallery of all active students, otherwise as ``of_course``."""
        with self._lock:
            return self._fresh(engine, detector).gallery(None)

    def _fresh(self, engine: str, detector: str) -> _Snapshot:
        # The version is read before the templates: at worst they are newer, and are read once more.
        version = self._store.gallery_version()
        held = self._held
        if held is not None and (held.engine, held.detector, held.version) == (engine, detector, version):
            return held
        templates = usable_templates(self._store, engine, detector)
        before = held.by_roster if held is not None and held.engine == engine else {}
        self._held = _Snapshot(engine, detector, version, templates, dict(before))
        return self._held


def usable_templates(store: Store, engine: str, detector: str) -> list[Template]:
    """The templates of active students that this engine and detector made.

    Raises:
        EngineMismatchError: there are templates, and all of them are of others.
    """
    usable = [template for template in store.templates(engine) if template.detector == detector]
    if usable:
        return usable
    others = sorted({f"{template.engine} with {template.detector}" for template in store.templates()})
    if others:
        raise EngineMismatchError(
            f"The faces were enrolled with {', '.join(others)}, but {engine} with {detector} is "
            "in use; they can't be compared. Go back to the previous engine and detector, or re-embed. To "
            f"re-embed, run: {admin_command('re-embed')}"
        )
    return []
