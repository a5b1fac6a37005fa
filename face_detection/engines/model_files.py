"""Prepares and stores the networks of the engines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from face_detection.dlib.engine import DLIB, prepare_dlib
from face_detection.engines.both_engine import BOTH
from face_detection.errors import EngineError
from face_detection.facenet.engine import FACENET, prepare_facenet
from face_detection.retail.engine import RETAIL, prepare_retail
from face_detection.runtime.progress import Progress, silent

NETWORKS = {"retail": RETAIL, "facenet": FACENET, "dlib": DLIB}
"""Engines with a single network: short name to the versioned name of their embeddings."""

ENGINE_NAMES = {"retail": RETAIL, "both": BOTH, "facenet": FACENET, "dlib": DLIB}
"""All engines: short name to versioned name, the most accurate first."""


def networks_of(engine: str) -> tuple[str, ...]:
    """The versioned names of the networks that an engine runs; of one that isn't known, none.

    Args:
        engine: the versioned name.
    """
    if engine == BOTH:
        return (FACENET, DLIB)
    return (engine,) if engine in NETWORKS.values() else ()


@dataclass(frozen=True)
class ModelFiles:
    """The networks of one machine.

    Attributes:
        folder: the folder of converted networks; created if missing.
        facenet_weights: a file with FaceNet's weights; None means to download it.
        retail_model: a folder with the files of retail-0095; None means to download them.
        progress: receives the progress of preparations.
    """

    folder: Path
    facenet_weights: Path | None = None
    retail_model: Path | None = None
    progress: Progress = silent

    def prepare(self, engine: str) -> None:
        """Prepare an engine's networks, unless they exist; may take a minute.

        Args:
            engine: the versioned name.

        Raises:
            EngineError: there is no such engine.
            ModelFileError: its weights are not available, or not the expected ones.
        """
        if engine not in ENGINE_NAMES.values():
            raise EngineError(f"There is no engine {engine!r}. Engines: {', '.join(ENGINE_NAMES.values())}.")
        if engine == RETAIL:
            prepare_retail(self.folder, self.retail_model, self.progress)
        if engine in (FACENET, BOTH):
            prepare_facenet(self.folder, self.facenet_weights, self.progress)
        if engine in (DLIB, BOTH):
            prepare_dlib(self.folder, self.progress)
