"""Finds no face of a student whose consent has ended: one place that every search passes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import tzinfo
from threading import Lock
from typing import Any, NamedTuple

from attendance.clock import Clock, local_day
from attendance.store.protocol import Store
from attendance.store.protocols.summaries import TemplateKey
from attendance.values import Template


class _EndedConsents(NamedTuple):
    """The students whose consent has ended, as of a day and a version of the people.

    Attributes:
        changes: how often others had ended than before.
    """

    people: int
    day: str
    students: frozenset[str]
    changes: int


class ConsentedStore:
    """Passes everything on to a store, but no template of a student whose consent has ended.

    From its last day's midnight on, at once and without a timer; the retention clock erases them a day or
    two later. What is asked about one student by id still finds everything, to be erased and handed out.

    Args:
        store: what everything is passed on to.
        clock: the source of the time.
        zone: the site's time zone; None means the computer's own.
    """

    def __init__(self, store: Store, clock: Clock, zone: tzinfo | None) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone
        self._lock = Lock()
        self._known: _EndedConsents | None = None

    def __getattr__(self, name: str) -> Any:
        """Everything that isn't about the faces of many."""
        return getattr(self._store, name)

    def templates(self, engine: str | None = None) -> list[Template]:
        """See ``Store``."""
        ended = self._ended().students
        return [each for each in self._store.templates(engine) if each.student_id not in ended]

    def template_keys(self, engine: str) -> list[TemplateKey]:
        """See ``Store``."""
        ended = self._ended().students
        return [each for each in self._store.template_keys(engine) if each.student_id not in ended]

    def templates_among(self, keys: Collection[TemplateKey]) -> list[Template]:
        """See ``Store``."""
        ended = self._ended().students
        return [each for each in self._store.templates_among(keys) if each.student_id not in ended]

    def count_photos(self, engine: str | None = None, detector: str | None = None) -> dict[str, int]:
        """See ``Store``."""
        ended = self._ended().students
        counts = self._store.count_photos(engine, detector)
        return {student_id: count for student_id, count in counts.items() if student_id not in ended}

    def gallery_version(self) -> int:
        """See ``Store``; it also grows, in this process, when a consent ends or is renewed."""
        return self._store.gallery_version() + self._ended().changes

    def _ended(self) -> _EndedConsents:
        """Whose consent has ended by now; read again when people change, and every day."""
        day, known = local_day(self._clock.now(), self._zone).isoformat(), self._known
        people = self._store.people_version()
        if known is not None and (known.people, known.day) == (people, day):
            return known
        with self._lock:
            students = self._store.students()
            ended = frozenset(
                each.id for each in students if each.consent is not None and not each.agrees_on(day)
            )
            last = self._known or _EndedConsents(people, day, frozenset(), 0)
            self._known = known = _EndedConsents(people, day, ended, last.changes + (ended != last.students))
        return known
