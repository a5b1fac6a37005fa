"""Decides whether a photo is good enough for its purpose, and if not, why."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from face_detection.problems import PhotoProblem
from face_detection.quality_measures import FaceMeasures, measure
from face_detection.values import Face, Photo


@dataclass(frozen=True)
class QualityLimits:
    """Limits for the quality of a face; see `FaceMeasures` for the units.

    Attributes:
        confidence: minimum confidence of the detector.
        second_face: side of another face, relative to the largest, from which there are several faces.
        side: minimum.
        visible: minimum.
        brightest: minimum. It limits the brightest parts instead of the mean, because they depend on the
            light, whereas the mean also depends on the skin; a limit on the mean would reject dark skin in
            good light.
        blown: maximum.
        sharpness: minimum.
        turn: maximum, to either side.
        nod: minimum and maximum.
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


# Sources of the limits, measured on 2026-11-21 with MTCNN. "LFW": the 697 photos of lfw10 and lfw150gray.
# "Degraded": every second photo of lfw10, degraded step by step and matched with all original ones at the
# threshold of a false match rate of 1e-3; the two rates are the true match rates of dlib and FaceNet (0.98
# and 0.99 for the originals). The noise of phones in real darkness was not measured.

CHECK_IN_LIMITS = QualityLimits(
    confidence=0.85,  # LFW: 0.86 and more; the cat and the coffee cup have no face at all
    second_face=0.6,  # with the phone at 0.6 m: a neighbour has 0.8 or more, a person 1 m behind has 0.4
    side=48.0,  # degraded to the detail of 31 px: 0.95 and 0.99; of 25 px: 0.84 and 0.95; LFW: 94 and more
    visible=0.75,  # LFW: one photo below 0.9, at 0.77; the landmarks must be inside as well
    brightest=45.0,  # degraded to 46: 0.96 and 0.99; to 22: 0.91 and 0.49, 28 % not found; LFW: 119 and more
    blown=0.45,  # degraded to 0.30: 0.91 and 0.98; to 0.54: 0.80 and 0.93; LFW: at most 0.07
    sharpness=2.0,  # LFW: the 3 photos below 2.5 match at 0.27 and 0.47; from 3 on there is no trend
    turn=0.6,  # LFW: at most 0.54; above 0.35 as good as frontal: 0.93 and more
    nod=(0.1, 0.95),  # LFW: 0.18 to 0.86, without a trend
)
"""Lenient: an uncertain match only sends the check-in to review, so only photos that would fail are rejected.
In LFW, 3 % of photos have a second face of similar size; only one photo (blurred) is rejected for another
reason. Haar finds no face in 2 %."""

ENROLMENT_LIMITS = QualityLimits(
    confidence=0.9,  # LFW: 1 photo below
    second_face=0.4,  # it must be clear who is enrolled
    side=80.0,  # 1.7 times that of a check-in, because check-ins lose detail themselves
    visible=0.9,  # LFW: one photo below; half a face in ../shared/faces/official has 0.86
    brightest=80.0,  # degraded to 93: 0.98 and 0.99; below, cameras add noise
    blown=0.15,  # degraded to 0.13: 0.97 and 0.99
    sharpness=3.0,  # see above; LFW: 6 photos below
    turn=0.45,  # LFW: no loss up to this; 4 photos above
    nod=(0.25, 0.85),  # LFW: 0.29 to 0.81 in 99 of 100
)
"""Stricter: every later check-in is compared with this photo. In LFW, 4 % of photos have a second face, and
2 % are rejected for other reasons."""


@dataclass(frozen=True, eq=False)
class Assessment:
    """The quality of a photo.

    Attributes:
        face: the face to use, or None if there is none.
        problems: why the photo can't be used, the most helpful to fix first.
        quality: 0 to 1, independent of the limits; 0 if there is no face.
    """

    face: Face | None
    problems: tuple[PhotoProblem, ...]
    quality: float


def assess(photo: Photo, faces: tuple[Face, ...], limits: QualityLimits) -> Assessment:
    """Assess a photo with its faces.

    Args:
        photo: the photo.
        faces: all faces detected in it.
        limits: the limits to apply.

    Returns:
        The face to use, the problems in the order in which a person can best fix them (number of people,
        position, light, pose, motion), and the quality.
    """
    certain = sorted((f for f in faces if f.confidence >= limits.confidence), key=_side, reverse=True)
    if not certain:
        return Assessment(None, (*_light_problems(photo, limits), PhotoProblem.NO_FACE), 0.0)
    face, others = certain[0], certain[1:]
    problems, quality = judge(photo, face, limits)
    if others and _side(others[0]) >= limits.second_face * _side(face):
        problems = (PhotoProblem.SEVERAL_FACES, *problems)
    return Assessment(face, problems, quality)


def judge(photo: Photo, face: Face, limits: QualityLimits) -> tuple[tuple[PhotoProblem, ...], float]:
    """Assess one face, regardless of other faces.

    Args:
        photo: the photo in which it was detected.
        face: the face.
        limits: the limits to apply, except those for confidence and second faces.

    Returns:
        The problems, the most helpful to fix first, and the quality.
    """
    measures = measure(photo, face)
    problems = tuple(problem for problem, found in _checks(measures, limits) if found)
    return problems, quality_of(measures, face.confidence)


def quality_of(measures: FaceMeasures, confidence: float) -> float:
    """The overall quality of a face, 0 to 1.

    The product of its parts, so that good parts can't compensate for a bad one; its cube root, because photos
    rarely fall short in more than three parts.

    Args:
        measures: the measures of the face.
        confidence: the detector's confidence, 0 to 1.
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
    return math.prod(parts) ** (1 / 3)


def _side(face: Face) -> float:
    return max(face.width, face.height)


def _ramp(value: float, worst: float, best: float) -> float:
    """0 at the worst value, 1 at the best, linear in between."""
    return min(1.0, max(0.0, (value - worst) / (best - worst))) if math.isfinite(value) else 0.0


def _checks(m: FaceMeasures, limits: QualityLimits) -> tuple[tuple[PhotoProblem, bool], ...]:
    """Each problem and whether the face has it, the most helpful to fix first."""
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
    """Possible reasons why no face was found: hardly any light in the whole photo, or far too much."""
    luminance = cv2.cvtColor(photo.pixels, cv2.COLOR_RGB2GRAY)
    if float(np.percentile(luminance, 95)) < limits.brightest:
        return (PhotoProblem.TOO_DARK,)
    if float((luminance >= 250).mean()) > 2 * limits.blown:
        return (PhotoProblem.TOO_BRIGHT,)
    return ()
