"""The interface of engines: alignment and networks under one versioned name, from faces to embeddings."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from face_detection.batching.scheduler import InferenceScheduler
from face_detection.errors import ModelFileError
from face_detection.runtime.model_folder import find_network
from face_detection.runtime.openvino_runtime import Network, Runtime
from face_detection.runtime.small_network import SmallNetwork
from face_detection.values import Face, Photo, Pixels

# Batch size: a classroom has more faces, and memory grows with the batch.
BATCH = 16
# Calls that wait for the network; the server has 16 threads, so only background work comes on top.
_WAITING = 64
_HELD_OPEN_SECONDS = 0.002


class Engine(ABC):
    """Computes embeddings of faces, to be compared by cosine similarity; thread-safe.

    Args:
        runtime: runs the networks.
        models: the folder of converted networks.

    Attributes:
        name: versioned name; embeddings with different names are never compared.
        dimension: number of values in an embedding.
    """

    name: ClassVar[str]
    dimension: ClassVar[int]

    @abstractmethod
    def __init__(self, runtime: Runtime, models: Path) -> None: ...

    @abstractmethod
    def embed(self, photo: Photo, faces: Sequence[Face]) -> NDArray[np.float32]:
        """Compute embeddings of faces in one photo.

        Args:
            photo: the photo in which the faces were detected.
            faces: any number of faces.

        Returns:
            ``(N, dimension)`` float32, rows of unit length, in the order of ``faces``.

        Raises:
            ModelFileError: a network is missing.
        """

    @abstractmethod
    def load(self) -> None:
        """Load the networks now instead of at the first face. Idempotent.

        Raises:
            ModelFileError: a network is missing or damaged.
            EngineError: the device does not exist.
        """


class NetworkEngine(Engine):
    """An engine with a single network.

    Attributes:
        averages_mirror: whether an embedding is the mean of those of the chip and its mirror image.
        joins_runs: whether faces that are embedded at the same time share runs of the network; see
            docs/engines.md for which of them that is less work.
        has_own_for_one: whether the network is compiled for one chip at the start, and for any number only
            when several come. One chip takes an eighth less time (retail 13.8 instead of 15.7 ms of processor
            time, 2026-11-30, busy machine). Its weights are then in memory twice, so it must be small.
    """

    averages_mirror: ClassVar[bool]
    joins_runs: ClassVar[bool] = False
    has_own_for_one: ClassVar[bool] = False

    def __init__(self, runtime: Runtime, models: Path) -> None:
        self._runtime = runtime
        self._models = models
        self._network: Network | None = None
        self._for_one: SmallNetwork | None = None
        self._lock = Lock()
        joined = InferenceScheduler(self.embed_batch, BATCH, _HELD_OPEN_SECONDS, _WAITING)
        self._compute = joined if self.joins_runs else self.embed_batch

    def embed(self, photo: Photo, faces: Sequence[Face]) -> NDArray[np.float32]:
        """See the base class."""
        chips = [self.chip(photo.pixels, face) for face in faces]
        return self.embed_chips(np.stack(chips)) if chips else np.empty((0, self.dimension), np.float32)

    def embed_chips(self, chips: Pixels) -> NDArray[np.float32]:
        """Compute embeddings of chips.

        Args:
            chips: RGB uint8 ``(N, side, side, 3)``, as returned by `chip`.

        Returns:
            ``(N, dimension)`` float32, rows of unit length.

        Raises:
            BusyError: too many wait for the network.
        """
        self.load()
        batches = [chips[start : start + BATCH] for start in range(0, len(chips), BATCH)]
        return np.concatenate([self._compute(batch) for batch in batches])

    def load(self) -> None:
        """See the base class."""
        with self._lock:
            if self._for_one is None and self._network is None:
                if self.has_own_for_one:
                    self._for_one = self._runtime.compile_for_one(self._file())
                else:
                    self._network = self._runtime.compile(self._file())

    def _for_any_number(self) -> Network:
        """The network for any number of chips, compiled when it is needed first if one chip has its own."""
        with self._lock:
            if self._network is None:
                self._network = self._runtime.compile(self._file())
            return self._network

    def _file(self) -> Path:
        network = find_network(self._models, self.name)
        if network is None:
            raise ModelFileError(
                f"The network of {self.name} is not in {self._models}. Start the server once to prepare the "
                "networks."
            )
        return network

    @abstractmethod
    def chip(self, pixels: Pixels, face: Face) -> Pixels:
        """Crop or align one face as in the network's training.

        Args:
            pixels: RGB uint8 ``(H, W, 3)``.
            face: a face in coordinates of ``pixels``.

        Returns:
            RGB uint8 ``(side, side, 3)``.
        """

    def embed_batch(self, chips: Pixels) -> NDArray[np.float32]:
        """Compute embeddings of one batch at once, alone; see `embed_chips`."""
        chips = np.ascontiguousarray(chips)
        if not self.averages_mirror:
            one = self._for_one if len(chips) == 1 else None
            return unit_rows((one or self._for_any_number())(chips)[0])
        mirrored = chips[:, :, ::-1]
        raw = unit_rows(self._for_any_number()(np.concatenate([chips, mirrored]))[0])
        return unit_rows(raw[: len(chips)] + raw[len(chips) :])


def unit_rows(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Normalise rows to unit length; rows of zeros stay zero.

    Args:
        rows: ``(N, D)`` float32.

    Returns:
        ``(N, D)`` float32.
    """
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, np.finfo(np.float32).tiny), np.float32)
