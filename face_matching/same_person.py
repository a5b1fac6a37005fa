"""Whether the faces of one burst are one person, who turns the head in front of one camera for seconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from face_matching.errors import UnknownPolicyError
from face_matching.similarity import cosine_similarity

DATE = "2026-11-29"
COMMAND = "python -m benchmarks.burst.same_person ../shared/faces ../shared/attacks"


@dataclass(frozen=True)
class BurstThreshold:
    """From which cosine similarity every two faces of a burst are one person.

    Photos of one sitting are far more alike than those of different days, so the threshold is much higher
    than that of enrolment, which a friend's photo together with another head would pass. It is the policy's
    for an FMR of 1e-5, unless stills of turned heads (ORL, people 1 to 10) allow a higher one, or more than
    5 % of these need a lower one.

    Attributes:
        engine: versioned name of the engine.
        detector: name of the detector.
        at: the threshold.
        two_people: how often photos of two people reach it, by the policy's table (LFW).
        alike: the same, counted, of 79 people of one group, with East Asian surnames (LFW).
        swapped: how often somebody's photo passes with the turned head of somebody else before the same
            webcam (NUAA, six men who resemble each other).
        refused: share of bursts that are refused: of stills of turned heads (ORL, people 11 to 20), which are
            of several moments, and of pictures of one sitting (NUAA).
        date: of the measurement, ``YYYY-MM-DD``.
        command: the command that chooses and measures it.
    """

    engine: str
    detector: str
    at: float
    two_people: float
    alike: float
    swapped: float
    refused: tuple[float, float]
    date: str = DATE
    command: str = COMMAND


BURST_THRESHOLDS = {
    (threshold.engine, threshold.detector): threshold
    for threshold in (
        BurstThreshold("retail-1", "mtcnn", 0.567, 9e-7, 5e-4, 0.0, (0.0, 0.0)),
        BurstThreshold("both-1", "mtcnn", 0.921, 1e-5, 5e-3, 0.08, (0.17, 0.0)),
        BurstThreshold("facenet-1", "mtcnn", 0.667, 6e-5, 0.017, 0.09, (0.14, 0.0)),
        BurstThreshold("dlib-1", "mtcnn", 0.943, 1.2e-4, 0.015, 0.26, (0.13, 0.0)),
        BurstThreshold("retail-1", "haar", 0.58, 4e-7, 3e-4, 0.0, (0.0, 0.0)),
        BurstThreshold("both-1", "haar", 0.92, 1.2e-5, 6e-3, 0.18, (0.13, 0.0)),
        BurstThreshold("facenet-1", "haar", 0.692, 3e-5, 0.01, 0.1, (0.15, 0.0)),
        BurstThreshold("dlib-1", "haar", 0.94, 2.1e-4, 0.02, 0.32, (0.07, 0.0)),
    )
}


def burst_threshold(engine: str, detector: str) -> BurstThreshold:
    """The threshold of an engine and a detector.

    Args:
        engine: versioned name of the engine, such as ``retail-1``.
        detector: name of the detector, such as ``mtcnn``.

    Raises:
        UnknownPolicyError: it was not measured for this pair.
    """
    try:
        return BURST_THRESHOLDS[engine, detector]
    except KeyError:
        raise UnknownPolicyError(
            f"there is no threshold for the bursts of {engine} with {detector}: measure it with {COMMAND}"
        ) from None


def one_person_throughout(engine: str, detector: str, embeddings: NDArray[Any]) -> bool:
    """Whether each face of a burst is the person of the face before, from the photo to the last frame.

    A head that turns looks less and less like the photo, and always like a moment ago: where another person
    takes over, two neighbours are two people.

    Args:
        engine: versioned name of the engine.
        detector: name of the detector.
        embeddings: ``(K, D)`` float32, rows of unit length, at least one: of the photo, then of the frames.

    Raises:
        UnknownPolicyError: the pair of engine and detector was not measured.
        EmbeddingError: the shape is wrong, or a row is not finite or not of unit length.
    """
    least = burst_threshold(engine, detector).at
    similar = cosine_similarity(embeddings, embeddings)
    return bool((similar.diagonal(1) >= least).all())


def one_person(engine: str, detector: str, embeddings: NDArray[Any]) -> bool:
    """Whether all faces of a burst are one person, whatever their order, such as straight ones.

    Args:
        engine: versioned name of the engine.
        detector: name of the detector.
        embeddings: ``(K, D)`` float32, rows of unit length, at least one.

    Raises:
        UnknownPolicyError: the pair of engine and detector was not measured.
        EmbeddingError: the shape is wrong, or a row is not finite or not of unit length.
    """
    least = burst_threshold(engine, detector).at
    return bool(cosine_similarity(embeddings, embeddings).min() >= least)
