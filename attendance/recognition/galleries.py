"""The enrolled faces in memory, and fresh: what changed in the store's gallery is read, and nothing else."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from threading import Lock

import numpy as np

from attendance.errors import EngineMismatchError
from attendance.program import admin_command
from attendance.store.protocol import Store
from attendance.store.protocols.summaries import TemplateKey
from attendance.values import Course, Template
from face_matching.errors import SiteIndexMissingError
from face_matching.gallery import Gallery
from face_matching.site_index.site_index import SiteIndex

Roster = tuple[str, ...] | None
"""The students of a course; None: everybody."""

INDEXED = 20_000
"""Students from which a gallery is searched by an index: below it, comparing everybody takes less time."""

_log = logging.getLogger(__name__)


@dataclass
class _Snapshot:
    """What was read from the store at one version.

    Attributes:
        before: the galleries of the version before, which save computing neighbourhoods.
        index: of all students of the school, if there are very many.
    """

    engine: str
    detector: str
    version: int
    templates: dict[TemplateKey, Template]
    before: dict[Roster, Gallery | None] = field(default_factory=dict)
    by_roster: dict[Roster, Gallery | None] = field(default_factory=dict)
    index: SiteIndex | None = None

    def gallery(self, roster: Roster) -> Gallery | None:
        """The gallery of a roster, built at its first use."""
        if roster not in self.by_roster:
            self.by_roster[roster] = self._built(roster)
        return self.by_roster[roster]

    def _built(self, roster: Roster) -> Gallery | None:
        members = None if roster is None else frozenset(roster)
        own = (each for each in self.templates.values() if each.detector == self.detector)
        chosen = [each for each in own if members is None or each.student_id in members]
        if not chosen:
            return None
        built = Gallery.build(
            self.engine,
            [template.student_id for template in chosen],
            np.stack([template.embedding for template in chosen]),
            school=None if roster is None else self.gallery(None),
            previous=self.before.pop(roster, None),
        )
        if roster is not None:
            return built
        if built.students < INDEXED:
            self.index = None  # it has the templates of all who were there
            return built
        self.index = followed(self.index, built)
        return built if self.index is None else built.indexed(self.index)


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

    def purge(self) -> bool:
        """Forget the templates that are no longer in the store; they may be of somebody who was erased.

        Returns:
            Whether there were templates in memory.
        """
        with self._lock:
            held = self._held
            if held is None:
                return False
            try:
                fresh = self._fresh(held.engine, held.detector)
            except EngineMismatchError:
                self._held = None
                return True
            fresh.before.clear()  # galleries of rosters that nobody has asked for since
            if fresh.gallery(None) is None:
                fresh.index = None
            return True

    def _fresh(self, engine: str, detector: str) -> _Snapshot:
        # The version is read before the templates: at worst they are newer, and are read once more.
        version = self._store.gallery_version()
        held = self._held
        if held is not None and (held.engine, held.detector, held.version) == (engine, detector, version):
            return held
        same = held if held is not None and held.engine == engine else None
        templates = self._templates(engine, same.templates if same else {})
        if not any(template.detector == detector for template in templates.values()):
            self._held = None
            refuse_others(self._store, engine, detector)
        if same is None:
            self._held = _Snapshot(engine, detector, version, templates)
        else:
            before = dict(same.by_roster)
            self._held = _Snapshot(engine, detector, version, templates, before, index=same.index)
        return self._held

    def _templates(self, engine: str, known: dict[TemplateKey, Template]) -> dict[TemplateKey, Template]:
        """The engine's templates; those that are known are not read again."""
        if not known:
            return {_key(template): template for template in self._store.templates(engine)}
        keys = self._store.template_keys(engine)
        new = self._store.templates_among([key for key in keys if key not in known])
        both = known | {_key(template): template for template in new}
        return {key: both[key] for key in keys if key in both}


def followed(index: SiteIndex | None, gallery: Gallery) -> SiteIndex | None:
    """An index that has a gallery's fused templates and no others.

    Args:
        index: of an earlier gallery of the same engine, which is changed; None makes a new one.
        gallery: of all students.

    Returns:
        None where the package for it is not installed, which is logged.
    """
    ids = gallery.student_ids
    if index is None:
        try:
            index = SiteIndex(gallery.engine, gallery.rows)
        except SiteIndexMissingError as error:
            _log.warning("%s Until then, searches of the whole school take longer.", error)
            return None
        index.add(ids, gallery.rows)
        return index
    kept = index.same_as(ids, gallery.rows)
    index.remove([key for key in index.ids if key not in kept])
    new = [place for place, key in enumerate(ids) if key not in kept]
    index.add([ids[place] for place in new], gallery.rows[new])
    return index


def usable_templates(store: Store, engine: str, detector: str) -> list[Template]:
    """The templates of active students that this engine and detector made.

    Raises:
        EngineMismatchError: there are templates, and all of them are of others.
    """
    usable = [template for template in store.templates(engine) if template.detector == detector]
    if not usable:
        refuse_others(store, engine, detector)
    return usable


def refuse_others(store: Store, engine: str, detector: str) -> None:
    """Refuse templates that none of this engine and detector is among.

    Raises:
        EngineMismatchError: there are templates.
    """
    others = sorted({f"{template.engine} with {template.detector}" for template in store.templates()})
    if others:
        raise EngineMismatchError(
            f"The faces were enrolled with {', '.join(others)}, but {engine} with {detector} is "
            "in use; they can't be compared. Go back to the previous engine and detector, or re-embed. To "
            f"re-embed, run: {admin_command('re-embed')}"
        )


def _key(template: Template) -> TemplateKey:
    return TemplateKey(template.student_id, template.id, template.created_at)
