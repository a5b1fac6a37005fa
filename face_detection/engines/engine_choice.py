"""Chooses the engine of a register, with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from face_detection.engines.model_files import ENGINE_NAMES
from face_detection.errors import EngineError, ModelFileError

AUTO = "auto"
SETTING = "ATTENDANCE_ENGINE"
KEPT = "The faces in the register were read with it."
"""Why a register keeps its engine: what was compared when it was chosen may be different now."""
BEST, SECOND, ALWAYS = ENGINE_NAMES["retail"], ENGINE_NAMES["both"], ENGINE_NAMES["dlib"]


@dataclass(frozen=True)
class EngineChoice:
    """The chosen engine, whose networks are ready.

    Attributes:
        name: the versioned name, such as ``facenet-1``.
        reason: a sentence for the console.
    """

    name: str
    reason: str


class Models(Protocol):
    """The part of :class:`face_detection.engines.model_files.ModelFiles` that the choice needs."""

    @property
    def retail_model(self) -> Path | None:
        """The folder with retail-0095 from the settings."""

    @property
    def facenet_weights(self) -> Path | None:
        """The file with FaceNet's weights from the settings."""

    def prepare(self, engine: str) -> None:
        """Prepare an engine's networks, or raise a ``ModelFileError``."""


def choose_engine(
    requested: str, *, pinned: str | None, models: Models, asked_with: str = SETTING
) -> EngineChoice:
    """Choose an engine and prepare its networks.

    Args:
        requested: ``auto``, ``retail``, ``both``, ``facenet`` or ``dlib``.
        pinned: versioned name of the engine that computed the register's templates; None for a new
            register.
        models: prepares networks.
        asked_with: the setting or the option that requests it, for messages.

    Returns:
        The engine to use.

    Raises:
        EngineError: there is no such engine, the register uses another one, or the networks of that
            one are not available.
        ModelFileError: the requested engine, or the file given for it, can't be used.
    """
    if requested != AUTO and requested not in ENGINE_NAMES:
        raise EngineError(
            f"There is no engine {requested!r}. Set ATTENDANCE_ENGINE to {', '.join((AUTO, *ENGINE_NAMES))}."
        )
    if pinned is not None:
        return _stay_with(pinned, requested, models, asked_with)
    if requested != AUTO:
        models.prepare(ENGINE_NAMES[requested])
        return EngineChoice(ENGINE_NAMES[requested], f"{asked_with} is {requested}.")
    return _best_available(models)


def _stay_with(pinned: str, requested: str, models: Models, asked_with: str) -> EngineChoice:
    if requested != AUTO and ENGINE_NAMES[requested] != pinned:
        equals = "=" if asked_with == SETTING else " "
        raise EngineError(
            f"{asked_with} is {requested}, but this register's templates were computed by {pinned}, and the "
            f"two can't be compared. To change the engine, re-embed with {asked_with}{equals}{requested}. To "
            f"keep it, omit {asked_with}."
        )
    if pinned not in ENGINE_NAMES.values():
        raise EngineError(
            f"This register's templates were computed by {pinned}, which this version of the program "
            f"does not have; it has {', '.join(ENGINE_NAMES.values())}. "
            "To go on, re-embed with one of these."
        )
    try:
        models.prepare(pinned)
    except ModelFileError as error:
        raise EngineError(
            f"This register's templates were computed by {pinned}, whose weights are not available here. "
            f"{error} To use another engine, re-embed with ATTENDANCE_ENGINE set to it."
        ) from error
    return EngineChoice(pinned, KEPT)


def _best_available(models: Models) -> EngineChoice:
    if models.retail_model is not None:
        models.prepare(BEST)  # a folder given explicitly must not be ignored silently
        return EngineChoice(
            BEST, f"It makes the fewest mistakes. Its network comes from {models.retail_model}."
        )
    try:
        models.prepare(BEST)
    except ModelFileError as error:
        return _without_the_best(models, f"{BEST} would make fewer mistakes, but {error.brief}.")
    unused = " FACENET_WEIGHTS is for both and facenet only." if models.facenet_weights is not None else ""
    return EngineChoice(BEST, f"It makes the fewest mistakes, and its network is available.{unused}")


def _without_the_best(models: Models, why: str) -> EngineChoice:
    if models.facenet_weights is not None:
        models.prepare(SECOND)  # like a folder: it was given explicitly
        return EngineChoice(SECOND, why)
    try:
        models.prepare(SECOND)
    except ModelFileError:
        models.prepare(ALWAYS)
        return EngineChoice(ALWAYS, f"It needs no download. {why}")
    return EngineChoice(SECOND, why)
