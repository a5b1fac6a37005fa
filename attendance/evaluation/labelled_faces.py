"""Faces whose people are known, and the photos and people of which there is no face."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from face_matching.similarity import Embeddings


@dataclass(frozen=True)
class Acquisition:
    """How many photos and people could be used.

    Attributes:
        photos: photos that were tried; None where photos without a face were not kept.
        refused: how many photos were refused at check-in's limits, by the code of what was wrong.
        people: people who were tried.
        not_enrolled: those of whom no photo is fit for enrolment.
        left_out: photos that were not looked at, because there are enough of the person.
    """

    photos: int | None
    refused: Mapping[str, int]
    people: int
    not_enrolled: tuple[str, ...]
    left_out: int = 0


@dataclass(frozen=True, eq=False)
class LabelledFaces:
    """Faces, and whose they are.

    Attributes:
        engine: versioned name of the engine.
        detector: name of the detector.
        embeddings: ``(N, D)`` float32, rows of unit length.
        people: ``(N,)`` the key of the person of each: an id, or the name of a folder.
        photos: ``(N,)`` what each photo is called.
        pictures: the faces as JPEG by row, as far as there are any.
        names: what the people are called, by key.
        acquisition: what there is no face of.
    """

    engine: str
    detector: str
    embeddings: Embeddings
    people: tuple[str, ...]
    photos: tuple[str, ...]
    names: Mapping[str, str]
    acquisition: Acquisition
    pictures: Mapping[int, bytes] = field(default_factory=dict)

    @property
    def keys(self) -> tuple[str, ...]:
        """Everybody with a face, in the order of their numbers."""
        return tuple(sorted(set(self.people)))

    def of_people(self) -> tuple[Embeddings, ...]:
        """The faces of each of ``keys``."""
        rows: dict[str, list[int]] = {key: [] for key in self.keys}
        for row, person in enumerate(self.people):
            rows[person].append(row)
        return tuple(self.embeddings[own] for own in rows.values())
