"""Where the networks of the engines come from and where they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from face_detection.dlib.engine import DLIB, prepare_dlib
from face_detection.engines.both_engine import BOTH
from face_detection.errors import EngineError
from face_detection.facenet.engine import FACENET, prepare_facenet
from face_detection.runtime.progress import Progress, silent

NETWORKS = {"facenet": FACENET, "dlib": DLIB}
"""What a person calls an engine of one network, and the versioned name that its embeddings carry."""

ENGINE_NAMES = {"both": BOTH, **NETWORKS}
"""The same of every engine, the most accurate one first."""


@dataclass(frozen=True)
class ModelFiles:
    """The networks of one machine.

    Attributes:
        folder: keeps the converted networks; made if it is missing.
        facenet_weights: a file with FaceNet's weights; None means that it is downloaded.
        progress: told how far a preparation is.
    """

    folder: Path
    facenet_weights: Path | None = None
    progress: Progress = silent

    def prepare(self, engine: str) -> None:
        """Make sure that an engine's networks are in the folder, which may take a minute at first.

        Args:
            engine: versioned name.

        Raises:
            EngineError: there is no such engine.
            ModelFileError: its weights can't be had, or are not what they should be.
        """
        if engine not in ENGINE_NAMES.values():
            raise EngineError(f"There is no engine {engine!r}; there are {', '.join(ENGINE_NAMES.values())}.")
        if engine in (FACENET, BOTH):
            prepare_facenet(self.folder, self.facenet_weights, self.progress)
        if engine in (DLIB, BOTH):
            prepare_dlib(self.folder, self.progress)
