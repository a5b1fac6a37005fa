"""A small pipeline without networks: the colour of a picture says whose face it shows.

Red says the person, green how far the face resembles the next person, blue what is wrong with the photo.
All three survive JPEG, so that portraits can be read again. Everything but the networks is real: bytes are
decoded, and portraits are cut out.
"""

from __future__ import annotations

import io
import math
from threading import Lock

import numpy as np
from PIL import Image

from face_detection.photo import decode
from face_detection.problems import PhotoProblem
from face_detection.quality import QualityLimits
from face_detection.values import Embedding, Face, Photo, Probe
from face_matching.decision import DecisionPolicy, Provenance
from face_matching.threshold_curve import ThresholdCurve

PEOPLE = 16
STEP = 16  # between two colours
FULL_BLEND = 15  # at this the face resembles both people alike
PROBLEMS = tuple(PhotoProblem)
PASSES = 0.6
PROVEN = 0.8


def photo_of(person: int, *, side: int = 64, blend: int = 0, problem: PhotoProblem | None = None) -> bytes:
    """A picture that shows a person.

    Args:
        person: 0 to 15.
        side: pixels; another side gives other bytes of the same face, and a larger one a better quality.
        blend: 0 to 15, how far it resembles the next person.
        problem: what is wrong with it.
    """
    fault = PROBLEMS.index(problem) + 1 if problem else 0
    colour = tuple(level * STEP + STEP // 2 for level in (person, blend, fault))
    out = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(out, "PNG")
    return out.getvalue()


def embedding_of(person: int, blend: int = 0) -> Embedding:
    """``(16,)`` float32 of length 1."""
    angle = blend / FULL_BLEND * math.pi / 4
    vector = np.zeros(PEOPLE, np.float32)
    vector[person] = math.cos(angle)
    vector[(person + 1) % PEOPLE] = math.sin(angle)
    return vector


class FakePipeline:
    """See ``attendance.pipelines.Pipeline``."""

    def __init__(self, engine_name: str = "fake-1", detector_name: str = "fake") -> None:
        self.engine_name = engine_name
        self.detector_name = detector_name
        self.reads = 0
        self._lock = Lock()

    def read(self, data: bytes, limits: QualityLimits) -> Probe:  # noqa: ARG002 -- the colour says it all
        """What the colour says."""
        with self._lock:
            self.reads += 1
        photo = decode(data)
        person, blend, fault = (int(level) // STEP for level in photo.pixels.mean(axis=(0, 1)))
        face = _face_in(photo)
        if fault:
            return Probe(photo, (face,), face, (PROBLEMS[fault - 1],), 0.0, None)
        return Probe(photo, (face,), face, (), min(1.0, photo.width / 100), embedding_of(person, blend))


def _face_in(photo: Photo) -> Face:
    middle, reach = photo.width / 2, photo.width / 4
    box = np.array([middle - reach, middle - reach, middle + reach, middle + reach], np.float32)
    return Face(box, 1.0, np.full((5, 2), middle, np.float32))


def fake_policy(engine: str, detector: str) -> DecisionPolicy:
    """The real rule, with thresholds that don't depend on the number of people."""
    rates = (0.5, 1e-12)
    return DecisionPolicy(
        engine=engine,
        detector=detector,
        search=ThresholdCurve(rates, (PASSES, PASSES)),
        proven=ThresholdCurve(rates, (PROVEN, PROVEN)),
        margin=0.1,
        same_person_at=0.5,
        provenance=Provenance("made up", 16, 16, 120, "2026-11-21", "none", 0.0, 1.0),
    )
