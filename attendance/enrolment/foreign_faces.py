"""The faces of one student from another system: embeddings without their photos."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from attendance.enrolment.enrolment_result import PhotoOutcome, PhotoStatus
from attendance.enrolment.photo_reading import UsablePhoto
from attendance.sealing.turn import TemplateTurn
from face_detection.values import Embedding

# Nobody knows how good the photo was. Any photo that is enrolled later is better, and becomes the portrait.
UNKNOWN_QUALITY = 0.0


@dataclass(frozen=True, eq=False)
class ForeignFaces:
    """The embeddings of one student from another system.

    Attributes:
        engine: versioned name of the engine that the embeddings are of.
        detector: name of the detector in use, with whose faces they are compared.
        usable: one for each embedding that can be used.
        refused: what becomes of the others.
    """

    engine: str
    detector: str
    usable: tuple[UsablePhoto, ...]
    refused: tuple[PhotoOutcome, ...] = ()

    def beside(self, known: Collection[str]) -> tuple[tuple[UsablePhoto, ...], tuple[PhotoOutcome, ...]]:
        """Those that the register does not have yet, and what becomes of each one.

        Args:
            known: the sources of the templates that are there.
        """
        new: dict[str, UsablePhoto] = {}
        outcomes = []
        for face in self.usable:
            is_known = face.source in known or face.source in new
            outcomes.append(PhotoOutcome(face.name, PhotoStatus.KNOWN if is_known else PhotoStatus.USED))
            if not is_known:
                new[face.source] = face
        return tuple(new.values()), (*outcomes, *self.refused)


def foreign_face(name: str, embedding: Embedding, turn: TemplateTurn | None) -> UsablePhoto:
    """An embedding as if it came from a photo.

    Args:
        name: what messages call it.
        embedding: ``(D,)`` float32 of length 1, as it was imported.
        turn: turns it as the register's own are; None: they aren't.

    Returns:
        Its source is the hash of its imported numbers, so that importing it twice gives one template.
    """
    source = hashlib.sha256(embedding.astype("<f4").tobytes()).hexdigest()
    here = embedding if turn is None else turn.turned(embedding)
    return UsablePhoto(name, source, here, UNKNOWN_QUALITY, portrait=None)
