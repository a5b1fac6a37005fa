"""The trained classifier of a register: one file, valid for exactly the faces it was trained on."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable
from threading import Lock

from attendance.errors import SealBrokenError
from attendance.files.file_seal import FileSeal, PlainFiles
from attendance.files.private_folder import make_private
from attendance.files.whole_file import write_whole
from attendance.program import admin_command
from attendance.settings.engine_settings import SVM
from attendance.settings.settings import Settings
from attendance.store.protocol import Store
from attendance.values import Template
from face_matching.errors import ClassifierFileError
from face_matching.matchers.student_svm import StudentSvm

FILE_NAME = "classifier.npz"
SUBJECT = "classifier"  # the name of its key
LARGEST_FILE = 500_000_000  # bytes; 10,000 students need 50 MB

_log = logging.getLogger(__name__)


class Classifier:
    """Reads, writes and deletes the file; thread-safe.

    A file that was trained on other faces than those enrolled now is deleted wherever it is noticed, because
    it may have been computed from the photos of somebody who was erased.

    Args:
        store: the register's database.
        settings: the site's settings.
        seal: seals the file with a key of its own.
    """

    def __init__(self, store: Store, settings: Settings, seal: FileSeal | None = None) -> None:
        self._seal = seal or PlainFiles()
        self.path = settings.data / FILE_NAME
        self._is_used = settings.matcher == SVM
        self._store = store
        self._lock = Lock()
        self._version: tuple[int, str, str, int] | None = None
        self._held: StudentSvm | None = None

    def current(self, engine: str, detector: str) -> StudentSvm | None:
        """The classifier for the faces enrolled now, if it is used; that there is none is logged once.

        Args:
            engine: versioned name of the engine in use.
            detector: name of the detector in use.
        """
        if not self._is_used:
            return None
        with self._lock:
            version = (self._store.gallery_version(), engine, detector, self._written_at())
            if self._held is not None and version == self._version:
                return self._held
            found = self._valid()
            if found is not None and (found.engine, found.detector) != (engine, detector):
                found = None
            if found is None and version != self._version:
                _log.warning("%s", missing())
            self._version, self._held = (*version[:3], self._written_at()), found  # it may be deleted now
            return found

    def save(self, svm: StudentSvm) -> bool:
        """Write the file, unless the enrolled faces have changed since the training.

        Raises:
            OSError: it can't be written.
        """
        with self._lock:
            make_private(self.path.parent)
            self._seal.forget(SUBJECT)  # what the file before had is unreadable now
            write_whole(self.path, self._seal.seal(SUBJECT, FILE_NAME, svm.to_bytes()))
            self._version = self._held = None
            return self._valid() is not None

    def purge(self) -> bool:
        """Delete the file if it was trained on other faces than those enrolled now.

        Returns:
            Whether there was one to delete.

        Raises:
            OSError: it can't be deleted.
        """
        with self._lock:
            was_there = self._written_at() != 0
            if self._valid() is not None:
                return False
            self._version = self._held = None
            return was_there

    def _written_at(self) -> int:
        """When the file was written, in nanoseconds; 0 if there is none."""
        try:
            return self.path.stat().st_mtime_ns
        except FileNotFoundError:
            return 0

    def _valid(self) -> StudentSvm | None:
        """The classifier in the file; a damaged or outdated file is deleted."""
        try:
            svm = self._read()
        except (FileNotFoundError, ClassifierFileError, SealBrokenError):
            self._delete()
            return None
        enrolled = [each for each in self._store.templates(svm.engine) if each.detector == svm.detector]
        if svm.fingerprint != fingerprint_of(enrolled):
            self._delete()
            return None
        return svm

    def _delete(self) -> None:
        self._seal.forget(SUBJECT)
        self.path.unlink(missing_ok=True)

    def _read(self) -> StudentSvm:
        """The classifier in the file; one that an older version wrote plainly is sealed."""
        if self.path.stat().st_size > LARGEST_FILE:
            raise ClassifierFileError(f"{self.path} has more than {LARGEST_FILE:,} bytes.")
        stored = self.path.read_bytes()
        svm = StudentSvm.from_bytes(self._seal.open(SUBJECT, FILE_NAME, stored))
        if not self._seal.is_sealed(stored):
            write_whole(self.path, self._seal.seal(SUBJECT, FILE_NAME, stored))
        return svm


def missing() -> str:
    """The sentence that there is no valid classifier, and what to do."""
    return (
        "There is no classifier for the faces enrolled now: none was trained, or faces were added or erased "
        "since. Cosine similarity decides until you train it. To train it, run: "
        f"{admin_command('train-classifier')}"
    )


def fingerprint_of(templates: Iterable[Template]) -> str:
    """What identifies a set of templates: a checksum over students and embeddings, in any order."""
    each = sorted(
        hashlib.sha256(template.student_id.encode() + b"\0" + template.embedding.tobytes()).digest()
        for template in templates
    )
    return hashlib.sha256(b"".join(each)).hexdigest()
