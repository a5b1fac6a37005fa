"""Chooses who is in a scene, who is enrolled with which photos, and who is a stranger."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.apparatus.face_folder import BenchmarkError, LabelledPhoto, central_face
from benchmarks.scenes.scene import HEIGHT, SIDES, WIDTH, Scene, Sitter, compose
from face_detection.errors import PhotoError
from face_detection.face_detect import Detector
from face_detection.image_embedding import Engine
from face_detection.photo import decode
from face_detection.pipeline import QUICK_SIDE
from face_detection.values import Embedding, Photo
from face_matching.gallery import Gallery


@dataclass(frozen=True)
class Numbers:
    """The numbers of people in a scene.

    Attributes:
        present: enrolled, and in the picture.
        absent: enrolled, but not in the picture.
        strangers: in the picture, but not enrolled.
        photos: maximum number of photos to enrol per person; one is always kept for the picture.
    """

    present: int = 30
    absent: int = 30
    strangers: int = 10
    photos: int = 2


@dataclass(frozen=True, eq=False)
class Cast:
    """The people of one scene.

    Attributes:
        scene: the picture and its ground truth.
        enrolled: the person and the index of the photo for each template.
    """

    scene: Scene
    enrolled: tuple[tuple[str, int], ...]

    @property
    def roster(self) -> frozenset[str]:
        """The enrolled people."""
        return frozenset(identity for identity, _ in self.enrolled)


class People:
    """Labelled photos in which a face was detected, by person.

    Args:
        photos: any number of photos per person.
        detector: detects the faces to use in scenes.
        done: called with the number of processed photos after each photo.

    Raises:
        BenchmarkError: nobody is left.
    """

    def __init__(
        self, photos: Sequence[LabelledPhoto], detector: Detector, done: Callable[[int], None]
    ) -> None:
        self._photos: dict[str, list[Sitter]] = {}
        for count, labelled in enumerate(photos, start=1):
            try:
                photo = decode(labelled.path.read_bytes(), longest_side=QUICK_SIDE)
            except PhotoError:
                continue
            face = central_face(photo, detector.detect(photo))
            if face is not None:
                sitter = Sitter(labelled.identity, photo.pixels, face)
                self._photos.setdefault(labelled.identity, []).append(sitter)
            done(count)
        self._photos = {name: own for name, own in self._photos.items() if len(own) > 1}

    def cast(
        self,
        numbers: Numbers,
        seed: Sequence[int],
        *,
        size: tuple[int, int] = (WIDTH, HEIGHT),
        sides: tuple[float, float] = SIDES,
    ) -> Cast:
        """Draw the people of a scene and compose it; like ``casts`` with one picture."""
        return self.casts(numbers, seed, size=size, sides=sides)[0]

    def casts(
        self,
        numbers: Numbers,
        seed: Sequence[int],
        *,
        pictures: int = 1,
        size: tuple[int, int] = (WIDTH, HEIGHT),
        sides: tuple[float, float] = SIDES,
    ) -> tuple[Cast, ...]:
        """Draw the people of a room and compose pictures of it.

        Args:
            numbers: the numbers of people.
            seed: the random seed; the same seed gives the same pictures.
            pictures: how many. Everybody has the same face in all of them, at another place, size and tilt.
            size: width and height of the pictures in pixels.
            sides: sides of the smallest and the largest face in pixels.

        Raises:
            BenchmarkError: there are too few people with at least two photos.
        """
        rng = np.random.default_rng(seed)
        needed = numbers.present + numbers.absent + numbers.strangers
        if len(self._photos) < needed:
            raise BenchmarkError(
                f"{len(self._photos)} people have at least two photos; a scene needs {needed}: "
                "take more folders, both halves, or fewer people (--present, --absent, --strangers)"
            )
        names = [str(name) for name in rng.permutation(sorted(self._photos))[:needed]]
        order = {name: rng.permutation(len(self._photos[name])).tolist() for name in names}
        seated = names[: numbers.present] + names[numbers.present + numbers.absent :]
        sitters = [self._photos[name][order[name][0]] for name in seated]
        enrolled = tuple(
            (name, number)
            for name in names[: numbers.present + numbers.absent]
            for number in order[name][1 : 1 + numbers.photos]
        )
        return tuple(Cast(compose(sitters, rng, size=size, sides=sides), enrolled) for _ in range(pictures))

    def templates(self, detector: Detector, engine: Engine) -> dict[tuple[str, int], Embedding]:
        """The embeddings of all photos in which this detector finds a face."""
        found = {}
        for name, sitters in self._photos.items():
            for number, sitter in enumerate(sitters):
                photo = Photo(sitter.pixels, sitter.pixels.shape[:2])
                face = central_face(photo, detector.detect(photo))
                if face is not None:
                    found[name, number] = engine.embed(photo, [face])[0]
        return found


def gallery_of(cast: Cast, engine: str, templates: dict[tuple[str, int], Embedding]) -> Gallery:
    """The gallery of a scene's class."""
    usable = [key for key in cast.enrolled if key in templates]
    return Gallery.build(engine, [name for name, _ in usable], np.stack([templates[key] for key in usable]))
