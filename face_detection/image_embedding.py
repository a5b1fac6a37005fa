"""What an engine is: alignment and networks under one versioned name, from faces to embeddings."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from face_detection.errors import ModelFileError
from face_detection.runtime.model_folder import find_network
from face_detection.runtime.openvino_runtime import Network, Runtime
from face_detection.values import Face, Photo, Pixels

# Chips that go through the network in one call; a classroom has more, and memory grows with each.
BATCH = 16


class Engine(ABC):
    """Turns faces into embeddings that are compared by cosine; safe to share between threads.

    Args:
        runtime: where networks compute.
        models: the folder of converted networks.

    Attributes:
        name: versioned; embeddings of different names are never compared.
        dimension: length of an embedding.
    """

    name: ClassVar[str]
    dimension: ClassVar[int]

    @abstractmethod
    def __init__(self, runtime: Runtime, models: Path) -> None: ...

    @abstractmethod
    def embed(self, photo: Photo, faces: Sequence[Face]) -> NDArray[np.float32]:
        """Embed faces of one photo.

        Args:
            photo: the photo that the faces were found in.
            faces: any number of them.

        Returns:
            ``(N, dimension)`` float32, rows of length 1, in the order of ``faces``.

        Raises:
            ModelFileError: a network was not prepared.
        """

    @abstractmethod
    def load(self) -> None:
        """Load the networks now rather than at the first face; does nothing the second time.

        Raises:
            ModelFileError: a network was not prepared, or its file is damaged.
            EngineError: the device does not exist.
        """


class NetworkEngine(Engine):
    """An engine of one network.

    Attributes:
        averages_mirror: whether an embedding is the mean over the chip and its mirror image.
    """

    averages_mirror: ClassVar[bool]

    def __init__(self, runtime: Runtime, models: Path) -> None:
        self._runtime = runtime
        self._models = models
        self._network: Network | None = None
        self._lock = Lock()

    def embed(self, photo: Photo, faces: Sequence[Face]) -> NDArray[np.float32]:
        """See the base class."""
        chips = [self.chip(photo.pixels, face) for face in faces]
        return self.embed_chips(np.stack(chips)) if chips else np.empty((0, self.dimension), np.float32)

    def embed_chips(self, chips: Pixels) -> NDArray[np.float32]:
        """Embed faces that are already cut out as the engine wants them.

        Args:
            chips: RGB uint8 ``(N, side, side, 3)``.

        Returns:
            ``(N, dimension)`` float32, rows of length 1.
        """
        self.load()
        batches = [chips[start : start + BATCH] for start in range(0, len(chips), BATCH)]
        return np.concatenate([self._embed_batch(batch) for batch in batches])

    def load(self) -> None:
        """See the base class."""
        with self._lock:
            if self._network is None:
                network = find_network(self._models, self.name)
                if network is None:
                    raise ModelFileError(
                        f"The network of {self.name} is not in {self._models}. Start the server "
                        "once: it prepares the networks."
                    )
                self._network = self._runtime.compile(network)

    @abstractmethod
    def chip(self, pixels: Pixels, face: Face) -> Pixels:
        """Cut one face out as the network was trained to see it.

        Args:
            pixels: RGB uint8 ``(H, W, 3)``.
            face: with coordinates in ``pixels``.

        Returns:
            RGB uint8 ``(side, side, 3)``.
        """

    def _embed_batch(self, chips: Pixels) -> NDArray[np.float32]:
        assert self._network is not None
        if not self.averages_mirror:
            return unit_rows(self._network(np.ascontiguousarray(chips))[0])
        mirrored = chips[:, :, ::-1]
        raw = unit_rows(self._network(np.concatenate([chips, mirrored]))[0])
        return unit_rows(raw[: len(chips)] + raw[len(chips) :])


def unit_rows(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """The rows at length 1; a row of zeros stays one.

    Args:
        rows: ``(N, D)`` float32.
    """
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, np.finfo(np.float32).tiny), np.float32)
