"""Aligns a tree of photos on all cores, skipping what an earlier run has done."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic

from attendance.aligning.aligned_folder import AlignedFolder, AlignedRow, sha256_of
from attendance.aligning.raw_tree import RawPhoto, RawTree
from attendance.enrolment.folders.enrolment_folder import Aside
from face_detection.aligning.classic_crop import AlignedFace, Aligner, CropOptions
from face_detection.decoding.limits import MAX_BYTES
from face_detection.errors import BusyError, PhotoError
from face_detection.runtime.progress import Progress, silent

STAGE = "Aligning"
SAVE_SECONDS = 2.0
"""How often the list is written; so much work at most is done again after a crash."""


@dataclass
class AlignRun:
    """What became of the photos.

    Attributes:
        aligned: number of photos aligned now.
        faces: number of faces of these.
        unchanged: number of photos whose faces were there already.
        failed: photos without a face or that can't be read, and why.
        gone: number of listed faces whose photo is no longer there; they stay.
        stopped: whether the run was interrupted.
    """

    aligned: int = 0
    faces: int = 0
    unchanged: int = 0
    failed: list[Aside] = field(default_factory=list)
    gone: int = 0
    stopped: bool = False


@dataclass(frozen=True)
class _Done:
    """The result of one photo.

    Attributes:
        photo: the photo.
        rows: its faces; with a reason those of an earlier run, which stay if the photo could not be read now.
        reason: why it wasn't aligned, or None.
        is_new: whether it was aligned now.
    """

    photo: RawPhoto
    rows: tuple[AlignedRow, ...] = ()
    reason: str | None = None
    is_new: bool = False


def align_folder(
    tree: RawTree,
    folder: AlignedFolder,
    aligner: Callable[[], Aligner],
    options: CropOptions,
    *,
    detector: str,
    progress: Progress = silent,
    is_stopped: Callable[[], bool] = lambda: False,
) -> AlignRun:
    """Align all photos of a tree.

    Args:
        tree: the photos.
        folder: receives the faces.
        aligner: gives what crops faces; called once, and only if there is anything to do.
        options: how faces are cropped.
        detector: the name of the detector, which belongs to how.
        progress: called after each photo.
        is_stopped: whether to finish the photos at hand and stop.

    Raises:
        AligningFolderError: a link leads out of the folder.
        OSError: the faces can't be written; what was completed is listed.
    """
    return _Work(folder, aligner, options, detector).run(tree, progress, is_stopped)


class _Work:
    def __init__(
        self, folder: AlignedFolder, aligner: Callable[[], Aligner], options: CropOptions, detector: str
    ) -> None:
        which = "all faces" if options.all_faces else "main face"
        self._how = f"{detector}, {options.image_size} px, margin {options.margin}, {which}"
        self._folder = folder
        self._load = aligner
        self._loaded: Aligner | None = None
        self._turn = Lock()
        self._options = options
        self._before = folder.by_photo()
        self._now = dict(self._before)

    def run(self, tree: RawTree, progress: Progress, is_stopped: Callable[[], bool]) -> AlignRun:
        result = AlignRun(gone=self._gone(tree))
        self._folder.prepare()
        saved_at = monotonic()
        try:
            for number, done in enumerate(self._all_done(tree, result, is_stopped), start=1):
                self._note(done, result)
                progress(STAGE, number, len(tree.photos))
                if monotonic() - saved_at > SAVE_SECONDS:
                    self._save()
                    saved_at = monotonic()
        finally:
            self._save()
        self._folder.delete(self._outdated())
        result.failed.sort(key=lambda aside: aside.source)
        return result

    def _all_done(self, tree: RawTree, result: AlignRun, is_stopped: Callable[[], bool]) -> Iterator[_Done]:
        """The results in any order; after an interruption those of the photos at hand."""
        workers = max(2, os.cpu_count() or 1)
        waiting: set[Future[_Done]] = set()
        with ThreadPoolExecutor(workers) as pool:
            for photo in tree.photos:
                if is_stopped():
                    result.stopped = True
                    break
                waiting.add(pool.submit(self._one, photo))
                if len(waiting) >= 2 * workers:
                    finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    yield from (future.result() for future in finished)
            yield from (future.result() for future in wait(waiting).done)

    def _one(self, photo: RawPhoto) -> _Done:
        before = tuple(self._before.get(photo.name, ()))
        try:
            if photo.path.stat().st_size > MAX_BYTES:
                return _Done(photo, reason=f"The file has more than {MAX_BYTES:,} bytes.")
            data = photo.path.read_bytes()
        except OSError as error:
            return _Done(photo, before, reason=f"The file can't be read: {error.strerror}.")
        checksum = sha256_of(data)
        if before and all(self._is_same(row, photo, checksum) for row in before):
            return _Done(photo, before)
        try:
            faces = self._aligner().align(data, self._options)
        except PhotoError as error:
            return _Done(photo, reason=str(error))
        except BusyError:
            return _Done(photo, before, reason="Other photos took too long. Run the command again.")
        return _Done(photo, self._written(photo, checksum, faces), is_new=True)

    def _aligner(self) -> Aligner:
        with self._turn:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def _is_same(self, row: AlignedRow, photo: RawPhoto, checksum: str) -> bool:
        named = row.output.startswith(photo.base)
        return named and (row.photo_sha256, row.options) == (checksum, self._how) and self._folder.has(row)

    def _written(
        self, photo: RawPhoto, checksum: str, faces: tuple[AlignedFace, ...]
    ) -> tuple[AlignedRow, ...]:
        rows = []
        for number, face in enumerate(faces):
            output = f"{photo.base}_{number}.png" if self._options.all_faces else f"{photo.base}.png"
            self._folder.write(output, face.png)
            made = sha256_of(face.png)
            confidence = f"{face.confidence:.4f}"
            rows.append(
                AlignedRow(
                    output, *face.box, face.quarters, confidence, photo.name, checksum, made, self._how
                )
            )
        return tuple(rows)

    def _note(self, done: _Done, result: AlignRun) -> None:
        name = done.photo.name
        if done.reason is not None:
            result.failed.append(Aside(name, done.reason))
            if not done.rows:
                self._now.pop(name, None)
            return
        self._now[name] = list(done.rows)
        if done.is_new:
            result.aligned += 1
            result.faces += len(done.rows)
        else:
            result.unchanged += 1

    def _save(self) -> None:
        self._folder.save(row for rows in self._now.values() for row in rows)

    def _outdated(self) -> set[str]:
        """Pictures of photos that were aligned differently before, or no longer show a face."""
        kept = {row.output for rows in self._now.values() for row in rows}
        return {row.output for rows in self._before.values() for row in rows} - kept

    def _gone(self, tree: RawTree) -> int:
        there = {photo.name for photo in tree.photos}
        return sum(len(rows) for name, rows in self._before.items() if name not in there)
