"""Remembers what nearly every page of a large school needs, for as long as it doesn't change."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any, Generic, NamedTuple, TypeVar

from attendance.store.erasure import Erasure
from attendance.store.protocol import Store
from attendance.values import Course, Student

Content = TypeVar("Content")
Version = tuple[object, ...]


class _Known(NamedTuple, Generic[Content]):
    version: Version
    content: Content


class _Memory(Generic[Content]):
    """One thing that is read only after its version has changed; thread-safe.

    The version is read before the content: at worst that is newer, and is read once more.

    Args:
        version: reads the version from the store.
        read: reads the content.
    """

    def __init__(self, version: Callable[[], Version], read: Callable[[], Content]) -> None:
        self._version = version
        self._read = read
        self._lock = Lock()  # of many requests after a change, the first one reads
        self._known: _Known[Content] | None = None

    def __call__(self) -> Content:
        """The content as it is now."""
        known = self.known()
        if known is None:
            with self._lock:
                version, known = self._version(), self._known
                if known is None or known.version != version:
                    self._known = known = _Known(version, self._read())
        return known.content

    def known(self) -> _Known[Content] | None:
        """The content if it is known and current."""
        version, known = self._version(), self._known
        return known if known is not None and known.version == version else None

    def forget(self) -> None:
        """Keep nothing."""
        self._known = None


class RememberedStore:
    """Passes everything on to a store, but reads students and courses only after one of them has changed.

    Reading 10,000 students takes a tenth of a second, and nearly every page needs their names. Who is erased
    or changed in this process is forgotten at once; what other processes do is noticed at the next reading,
    which asks for a version first.

    Args:
        store: what everything is passed on to.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._students = _Memory(lambda: (store.people_version(),), lambda: tuple(store.students()))
        self._courses = _Memory(lambda: (store.courses_version(),), lambda: tuple(store.courses()))
        self._photos: dict[tuple[str | None, str | None], _Memory[dict[str, int]]] = {}

    def __getattr__(self, name: str) -> Any:
        """Everything that isn't remembered."""
        return getattr(self._store, name)

    def students(self) -> list[Student]:
        """See ``Store``."""
        return list(self._students())

    def count_students(self) -> int:
        """See ``Store``; nothing is counted while the students are known."""
        known = self._students.known()
        return self._store.count_students() if known is None else len(known.content)

    def courses(self) -> list[Course]:
        """See ``Store``."""
        return list(self._courses())

    def count_photos(self, engine: str | None = None, detector: str | None = None) -> dict[str, int]:
        """See ``Store``."""
        store, key = self._store, (engine, detector)
        counts = self._photos.get(key)
        if counts is None:
            counts = _Memory(lambda: (store.gallery_version(),), lambda: store.count_photos(engine, detector))
            self._photos = {key: counts}  # which another thread may exchange or empty at any time
        return dict(counts())

    def remove_student(self, student_id: str) -> Erasure:
        """See ``Store``."""
        try:
            return self._store.remove_student(student_id)
        finally:
            self._students.forget()
            self._courses.forget()
            self._photos = {}

    def update_student(self, student: Student, before: Student | None = None) -> bool:
        """See ``Store``."""
        try:
            return self._store.update_student(student, before)
        finally:
            self._students.forget()
