"""Hashes of enrolled photos, computed from the faces that the register keeps of them."""

from __future__ import annotations

import logging
from collections import OrderedDict

import numpy as np

from attendance.alarms.copies import EnrolledPictures
from attendance.store.protocol import Store
from attendance.values import FaceCrop
from face_detection.errors import BusyError, PhotoError
from face_detection.face_crop import CutFace, face_of
from face_detection.picture_hash import is_blank, picture_hash, picture_patch

MOST_KEPT = 20_000  # hashes in memory, of 32 bytes; the faces of 4,000 students
_log = logging.getLogger(__name__)


class EnrolledHashes:
    """Computes hashes of enrolled faces once for each process; for one thread.

    Args:
        store: the register's database.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    def of(self, student_id: str) -> EnrolledPictures:
        """What a capture of a student is compared with."""
        sources = {template.source for template in self._store.templates_of(student_id)}
        hashes = (self._hash_of(crop) for crop in self._store.crops_of(student_id))
        return EnrolledPictures(frozenset(sources), tuple(one for one in hashes if one is not None))

    def _hash_of(self, crop: FaceCrop) -> bytes | None:
        known = self._kept.get(crop.source)
        if known is not None:
            self._kept.move_to_end(crop.source)
            return known
        landmarks = np.array(crop.landmarks, np.float32).reshape(5, 2)
        try:
            photo, face = face_of(CutFace(crop.jpeg, np.array(crop.box, np.float32), landmarks))
        except (PhotoError, BusyError) as error:
            _log.warning("An enrolled face can't be compared with check-ins: %s", error)
            return None
        patch = picture_patch(photo, face)
        if is_blank(patch):
            return None
        fresh = self._kept[crop.source] = picture_hash(patch)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return fresh
