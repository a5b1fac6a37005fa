"""Which engine a register uses, and the sentence that says why."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from face_detection.engines.model_files import ENGINE_NAMES
from face_detection.errors import EngineError, ModelFileError

AUTO = "auto"
PREFERRED, FALLBACK = ENGINE_NAMES["both"], ENGINE_NAMES["dlib"]


@dataclass(frozen=True)
class EngineChoice:
    """An engine whose networks are ready.

    Attributes:
        name: versioned, such as ``facenet-1``.
        reason: a sentence for the console.
    """

    name: str
    reason: str


class Models(Protocol):
    """What the choice needs of :class:`face_detection.engines.model_files.ModelFiles`."""

    @property
    def facenet_weights(self) -> Path | None:
        """A file with FaceNet's weights that the user named."""

    def prepare(self, engine: str) -> None:
        """Make an engine's networks ready, or raise a ``ModelFileError``."""


def choose_engine(requested: str, *, pinned: str | None, models: Models) -> EngineChoice:
    """Choose an engine and make its networks ready.

    Args:
        requested: ``auto``, ``both``, ``facenet`` or ``dlib``.
        pinned: versioned name of the engine that the register's embeddings were made with; None for a
            register without any.
        models: prepares networks.

    Returns:
        The engine to use.

    Raises:
        EngineError: there is no such engine, or the register is kept with another one, or that one's
            networks can't be had here.
        ModelFileError: the engine that was asked for, or the file that was named for it, can't be used.
    """
    if requested != AUTO and requested not in ENGINE_NAMES:
        raise EngineError(
            f"There is no engine {requested!r}. Set ATTENDANCE_ENGINE to {', '.join((AUTO, *ENGINE_NAMES))}."
        )
    if pinned is not None:
        return _stay_with(pinned, requested, models)
    if requested != AUTO:
        models.prepare(ENGINE_NAMES[requested])
        return EngineChoice(ENGINE_NAMES[requested], f"ATTENDANCE_ENGINE asks for {requested}.")
    return _prefer_both(models)


def _stay_with(pinned: str, requested: str, models: Models) -> EngineChoice:
    if requested != AUTO and ENGINE_NAMES[requested] != pinned:
        raise EngineError(
            f"ATTENDANCE_ENGINE asks for {requested}, but the enrolled faces of this register were read with "
            f"{pinned}, and the two can't be compared. To change the engine, "
            f"re-embed with ATTENDANCE_ENGINE={requested}. To stay, leave ATTENDANCE_ENGINE out."
        )
    if pinned not in ENGINE_NAMES.values():
        raise EngineError(
            f"The enrolled faces of this register were read with {pinned}, which this version of the "
            f"program does not have; it has {', '.join(ENGINE_NAMES.values())}. "
            "To go on, re-embed with one of these."
        )
    try:
        models.prepare(pinned)
    except ModelFileError as error:
        raise EngineError(
            f"The enrolled faces of this register were read with {pinned}, whose weights can't be had here. "
            f"{error} To go on with another engine, re-embed with ATTENDANCE_ENGINE set to it."
        ) from error
    return EngineChoice(pinned, f"The enrolled faces of this register were read with {pinned}.")


def _prefer_both(models: Models) -> EngineChoice:
    if models.facenet_weights is not None:
        models.prepare(PREFERRED)  # a file that was named on purpose is not passed over in silence
        return EngineChoice(
            PREFERRED,
            "It makes the fewest mistakes. FACENET_WEIGHTS names the weights of FaceNet, "
            f"{models.facenet_weights}.",
        )
    try:
        models.prepare(PREFERRED)
    except ModelFileError as error:
        models.prepare(FALLBACK)
        return EngineChoice(
            FALLBACK,
            f"It needs no download. FaceNet beside it would make fewer mistakes, but can't be had: {error}",
        )
    return EngineChoice(PREFERRED, "It makes the fewest mistakes, and its networks are ready.")
