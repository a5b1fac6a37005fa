"""The way from photo to embedding, as the register sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from face_detection.quality import QualityLimits
from face_detection.values import Probe
from face_matching.decision import DecisionPolicy


class Pipeline(Protocol):
    """Reads photos with one engine and one detector."""

    @property
    def engine_name(self) -> str:
        """Versioned, such as ``facenet-1``."""
        ...

    @property
    def detector_name(self) -> str:
        """Such as ``mtcnn``."""
        ...

    def read(self, data: bytes, limits: QualityLimits) -> Probe:
        """All that one photo says.

        Raises:
            PhotoError: the bytes are no photo that can be read.
        """
        ...


PipelineSource = Callable[[], Pipeline]
"""Gives the pipeline, loading it on the first call; may be called from any thread."""

PolicySource = Callable[[str, str], DecisionPolicy]
"""Gives the rule of decision for the names of an engine and a detector."""
