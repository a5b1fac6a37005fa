"""Whether a photo is good enough for what it is wanted for, and what to do about it if not."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from face_detection.problems import PhotoProblem
from face_detection.quality_measures import FaceMeasures, measure
from face_detection.values import Face, Photo


@dataclass(frozen=True)
class QualityLimits:
    """What a face must reach; see `FaceMeasures` for the units.

    Attributes:
        confidence: the detector's, from which something is a face.
        second_face: side of another face, as a share of the first one's, from which they are several.
        side: least.
        visible: least.
        brightest: least. It is the brightest parts that are asked, not the mean: they tell the light on
            the face, whereas the mean also tells how dark the skin is, and a limit on it would refuse dark
            skin in good light.
        blown: most.
        sharpness: least.
        turn: most, to either side.
        nod: least and most.
    """

    confidence: float
    second_face: float
    side: float
    visible: float
    brightest: float
    blown: float
    sharpness: float
    turn: float
    nod: tuple[float, float]


CHECK_IN_LIMITS = QualityLimits(
    confidence=0.85,
    second_face=0.6,
    side=48.0,
    visible=0.75,
    brightest=45.0,
    blown=0.45,
    sharpness=1.5,
    turn=0.55,
    nod=(0.1, 0.95),
)
"""Lenient: an unsure embedding only sends the check-in to review, so what is refused is what would fail."""

ENROLMENT_LIMITS = QualityLimits(
    confidence=0.95,
    second_face=0.4,
    side=80.0,
    visible=0.9,
    brightest=80.0,
    blown=0.15,
    sharpness=3.0,
    turn=0.35,
    nod=(0.3, 0.8),
)
"""Stricter: every later check-in is compared with this photo."""


@dataclass(frozen=True, eq=False)
class Assessment:
    """What a photo is worth.

    Attributes:
        face: the face that counts, or None where there is none.
        problems: what stands against using it, the most helpful to fix first.
        quality: 0 to 1, whatever the limits; 0 where there is no face.
    """

    face: Face | None
    problems: tuple[PhotoProblem, ...]
    quality: float


def assess(photo: Photo, faces: tuple[Face, ...], limits: QualityLimits) -> Assessment:
    """Judge a photo by its faces.

    Args:
        photo: where the faces were found.
        faces: all of them.
        limits: what they must reach.

    Returns:
        The face that counts, the problems in the order in which a person can best mend them (who is on the
        photo, where, in what light, how they look and how still), and the quality.
    """
    certain = sorted((f for f in faces if f.confidence >= limits.confidence), key=_side, reverse=True)
    if not certain:
        return Assessment(None, (*_light_problems(photo, limits), PhotoProblem.NO_FACE), 0.0)
    face, others = certain[0], certain[1:]
    measures = measure(photo, face)
    problems = [problem for problem, found in _checks(measures, limits) if found]
    if others and _side(others[0]) >= limits.second_face * _side(face):
        problems.insert(0, PhotoProblem.SEVERAL_FACES)
    return Assessment(face, tuple(problems), quality_of(measures, face.confidence))


def quality_of(measures: FaceMeasures, confidence: float) -> float:
    """One number for how much a face lets an engine see, 0 to 1.

    The geometric mean of its parts, so that one bad part can't be made up for by the others.

    Args:
        measures: of the face.
        confidence: the detector's.
    """
    parts = (
        _ramp(measures.side, 30, 160),
        _ramp(measures.sharpness, 0, 8),
        _ramp(measures.brightest, 20, 140),
        _ramp(-measures.blown, -0.6, 0),
        _ramp(-abs(measures.turn), -0.8, 0),
        _ramp(-abs(measures.nod - 0.55), -0.6, 0),
        _ramp(measures.visible, 0.5, 1),
        _ramp(confidence, 0.5, 1),
    )
    return float(np.exp(np.mean(np.log(np.maximum(parts, 1e-6)))))


def _side(face: Face) -> float:
    return max(face.width, face.height)


def _ramp(value: float, worst: float, best: float) -> float:
    """0 at the worst value, 1 at the best one, straight between."""
    return float(np.clip((value - worst) / (best - worst), 0, 1)) if np.isfinite(value) else 0.0


def _checks(m: FaceMeasures, limits: QualityLimits) -> tuple[tuple[PhotoProblem, bool], ...]:
    """Each problem and whether the face has it, the most helpful to mend first."""
    least_nod, most_nod = limits.nod
    return (
        (PhotoProblem.OFF_CENTRE, m.visible < limits.visible or not m.landmarks_inside),
        (PhotoProblem.TOO_SMALL, m.side < limits.side),
        (PhotoProblem.TOO_DARK, m.brightest < limits.brightest),
        (PhotoProblem.TOO_BRIGHT, m.blown > limits.blown),
        (PhotoProblem.TURNED_AWAY, abs(m.turn) > limits.turn or not least_nod <= m.nod <= most_nod),
        (PhotoProblem.BLURRED, m.sharpness < limits.sharpness),
    )


def _light_problems(photo: Photo, limits: QualityLimits) -> tuple[PhotoProblem, ...]:
    """Why no face may have been found: hardly any light in the whole photo, or far too much."""
    luminance = cv2.cvtColor(photo.pixels, cv2.COLOR_RGB2GRAY)
    if float(np.percentile(luminance, 95)) < limits.brightest:
        return (PhotoProblem.TOO_DARK,)
    if float((luminance >= 250).mean()) > 2 * limits.blown:
        return (PhotoProblem.TOO_BRIGHT,)
    return ()
