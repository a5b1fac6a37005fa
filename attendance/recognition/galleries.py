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


@dataclass
class _Snapshot:
    """What was read from the store at one version."""

    engine: str
    detector: str
    version: int
    templates: list[Template]
    by_roster: dict[tuple[str, ...] | None, Gallery | None] = field(default_factory=dict)


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
            held = self._fresh(engine, detector)
            if course.roster not in held.by_roster:
                held.by_roster[course.roster] = _build(held, course.roster)
            return held.by_roster[course.roster]

    def _fresh(self, engine: str, detector: str) -> _Snapshot:
        # The version is read before the templates: at worst they are newer, and are read once more.
        version = self._store.gallery_version()
        held = self._held
        if held is not None and (held.engine, held.detector, held.version) == (engine, detector, version):
            return held
        templates = usable_templates(self._store, engine, detector)
        self._held = _Snapshot(engine, detector, version, templates)
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


def _build(held: _Snapshot, roster: tuple[str, ...] | None) -> Gallery | None:
    members = None if roster is None else frozenset(roster)
    chosen = [t for t in held.templates if members is None or t.student_id in members]
    if not chosen:
        return None
    rows = np.stack([template.embedding for template in chosen])
    return Gallery.build(held.engine, [template.student_id for template in chosen], rows)
