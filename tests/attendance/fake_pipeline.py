"""A small pipeline without networks: the colour of a picture is the identity of its face.

Red says the person, green how far the face resembles the next person, blue what is wrong with the photo.
All three survive JPEG, so that portraits can be read again. Everything but the networks is real: bytes are
decoded, and portraits are cut out.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Sequence
from threading import Lock

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from attendance.recognition.galleries import Galleries
from attendance.recognition.matcher import MatcherSource
from attendance.recognition.pipelines import Pipeline
from attendance.store.protocol import Store
from face_detection.classroom_photo import DECODING, EMBEDDING, FINDING, ClassroomProbe, SeenFace
from face_detection.face_crop import CutFace
from face_detection.liveness.values import Turn
from face_detection.photo import decode
from face_detection.problems import PhotoProblem
from face_detection.quality import QualityLimits
from face_detection.runtime.progress import Progress, silent
from face_detection.search.face_search import Look
from face_detection.values import Embedding, Face, Photo, Probe
from face_matching.decision import DecisionPolicy, Provenance
from face_matching.same_person import BURST_THRESHOLDS, BurstThreshold
from face_matching.threshold_curve import ThresholdCurve
from tests.attendance.fake_bursts import STEP, FakeBursts, SentBurst, sent_burst

PEOPLE = 16
WALL = (255, 255, 255)
"""The colour of a room between its faces: its blue is more than any problem's."""

GAP = 16
"""Pixels of wall around each face of a room."""

FULL_BLEND = 15  # at this the face resembles both people alike
PROBLEMS = tuple(PhotoProblem)
TURNS_AWAY = 1.6
"""Radians between the embeddings of a square and of one twice as wide."""

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


def burst_beside(photo: bytes, turns: Sequence[Turn]) -> SentBurst:
    """The frames of whoever a photo shows, moving so; none beside what is no photo."""
    try:
        pixels = np.asarray(Image.open(io.BytesIO(photo)).convert("RGB"))
    except (OSError, ValueError):  # Pillow's limits raise the latter
        return SentBurst()
    person, blend = (int(level) // STEP for level in pixels[:, :, :2].mean(axis=(0, 1)))
    return SentBurst() if blend else sent_burst(person, *turns)


def embedding_of(person: int, blend: int = 0, *, turned: float = 0.0) -> Embedding:
    """``(16,)`` float32 of length 1.

    Args:
        person: 0 to 15.
        blend: as in `photo_of`.
        turned: how far a face is from being a square; a head that turns looks less like its photo.
    """
    angle = blend / FULL_BLEND * math.pi / 4
    vector = np.zeros(PEOPLE, np.float32)
    vector[person] = math.cos(angle) * math.cos(TURNS_AWAY * turned)
    vector[(person + 1) % PEOPLE] = math.sin(angle) * math.cos(TURNS_AWAY * turned)
    vector[(person + 8) % PEOPLE] = math.sin(TURNS_AWAY * turned)
    return vector


def room_of(*faces: bytes, columns: int = 8) -> bytes:
    """A picture of a room, as PNG.

    Args:
        faces: as ``photo_of`` makes them, in rows from the top left.
        columns: how many stand in one row.
    """
    images = [Image.open(io.BytesIO(face)) for face in faces]
    step = max((image.width for image in images), default=64) + GAP
    rows = max(1, -(-len(images) // columns))
    room = Image.new("RGB", (step * min(columns, max(1, len(images))) + GAP, step * rows + GAP), WALL)
    for number, image in enumerate(images):
        room.paste(image, (number % columns * step + GAP, number // columns * step + GAP))
    out = io.BytesIO()
    room.save(out, "PNG")
    return out.getvalue()


for _name in ("fake-1", "fake-2"):
    BURST_THRESHOLDS[_name, "fake"] = BurstThreshold(_name, "fake", 0.9, 0.0, 0.0, 0.0, (0.0, 0.0))


class FakeRoom:
    """A ``ClassroomReading``: every patch of one colour on a white wall is a face."""

    def read(self, data: bytes, *, progress: Progress = silent) -> ClassroomProbe:
        """The faces by their colours."""
        progress(DECODING, 0, 1)
        photo = decode(data)
        progress(FINDING, 0, 1)
        return ClassroomProbe(photo, self.embed(photo, self.find(photo), progress=progress))

    def search(self, photo: Photo) -> Look:
        """The patches of the photo as it is."""
        return Look(photo, 0, self.find(photo))

    def find(self, photo: Photo, *, smallest_face: float | None = None) -> tuple[Face, ...]:
        """The patches, largest first, and from the left among equals."""
        coloured = (photo.pixels[:, :, 2] < 220).astype(np.uint8)
        _, _, stats, _ = cv2.connectedComponentsWithStats(coloured, connectivity=4)
        boxes = [row[:4] for row in stats[1:] if min(row[2:4]) >= (smallest_face or 8)]
        boxes.sort(key=lambda box: (-box[2] * box[3], box[1], box[0]))
        return tuple(_face_at(*(int(value) for value in box)) for box in boxes)

    def find_near(self, photo: Photo, boxes: NDArray[np.float32]) -> tuple[Face, ...]:
        """The patches whose middle is in one of the boxes."""
        found = []
        for face in self.find(photo):
            x, y = (face.box[:2] + face.box[2:]) / 2
            if any(x1 <= x <= x2 and y1 <= y <= y2 for x1, y1, x2, y2 in boxes):
                found.append(face)
        return tuple(found)

    def embed(
        self, photo: Photo, faces: Sequence[Face], *, progress: Progress = silent
    ) -> tuple[SeenFace, ...]:
        """Who each patch is, by the colour of its middle."""
        progress(EMBEDDING, 0, len(faces))
        seen = []
        for face in faces:
            x1, y1, x2, y2 = (int(value) for value in face.box)
            dx, dy = (x2 - x1) // 4, (y2 - y1) // 4
            middle = photo.pixels[y1 + dy : y2 - dy, x1 + dx : x2 - dx]
            person, blend, fault = (int(level) // STEP for level in middle.mean(axis=(0, 1)))
            if fault:
                seen.append(SeenFace(face, 0.0, (PROBLEMS[fault - 1],), None))
            else:
                quality = min(1.0, face.width / 100)
                turned = abs(face.width / face.height - 1)
                seen.append(SeenFace(face, quality, (), embedding_of(person, blend, turned=turned)))
        progress(EMBEDDING, len(faces), len(faces))
        return tuple(seen)


class FakePipeline:
    """See ``attendance.recognition.pipelines.Pipeline``."""

    def __init__(self, engine_name: str = "fake-1", detector_name: str = "fake") -> None:
        self.engine_name = engine_name
        self.detector_name = detector_name
        self.reads = 0
        self.room = FakeRoom()
        self.bursts = FakeBursts()
        self._lock = Lock()

    def read(self, data: bytes, limits: QualityLimits) -> Probe:  # noqa: ARG002 -- the colour says it all
        """The face by its colour."""
        with self._lock:
            self.reads += 1
        photo = decode(data)
        person, blend, fault = (int(level) // STEP for level in photo.pixels.mean(axis=(0, 1)))
        face = _face_in(photo)
        if fault:
            return Probe(photo, (face,), face, (PROBLEMS[fault - 1],), 0.0, None)
        return Probe(photo, (face,), face, (), min(1.0, photo.width / 100), embedding_of(person, blend))

    def embed(self, photo: Photo, faces: Sequence[Face]) -> NDArray[np.float32]:
        """The embeddings by the colours of the middles."""
        seen = self.room.embed(photo, faces)
        assert all(face.embedding is not None for face in seen), "a face with a problem has no embedding"
        return np.stack([face.embedding for face in seen if face.embedding is not None])

    def embed_cut(self, cut: CutFace) -> Embedding:
        """The embedding by the colour of the middle."""
        pixels = decode(cut.jpeg).pixels
        height, width = pixels.shape[:2]
        middle = pixels[height // 4 : -(height // 4), width // 4 : -(width // 4)]
        person, blend, _ = (int(level) // STEP for level in middle.mean(axis=(0, 1)))
        return embedding_of(person, blend)


def _face_at(left: int, top: int, width: int, height: int) -> Face:
    box = np.array([left, top, left + width, top + height], np.float32)
    middle = (left + width / 2, top + height / 2)
    return Face(box, 1.0, np.array([middle] * 5, np.float32))


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


def fake_matcher(store: Store, pipeline: Callable[[], Pipeline]) -> MatcherSource:
    """Compares what a pipeline reads with the students of a store."""
    return MatcherSource(pipeline, fake_policy, Galleries(store))
