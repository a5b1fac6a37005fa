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


# Where the numbers come from, measured on 2026-11-21 with MTCNN. "LFW": the 697 photos of lfw10 and
# lfw150gray. "Spoilt": every second photo of lfw10, spoilt step by step and matched with all unspoilt ones at
# the threshold of a false match rate of 1e-3; the two rates are dlib's and FaceNet's share of true matches
# (0.98 and 0.99 before). What is not measured on real phones is the grain of real darkness.

CHECK_IN_LIMITS = QualityLimits(
    confidence=0.85,  # LFW: 0.86 and more; the cat and the coffee cup have no face at all
    second_face=0.6,  # at arm's length, 0.6 m, who stands beside has 0.8 and more, a metre behind 0.4
    side=48.0,  # spoilt to the detail of 31 px: 0.95 and 0.99; of 25 px: 0.84 and 0.95; LFW: 94 and more
    visible=0.75,  # LFW: one photo below 0.9, at 0.77; the landmarks must lie inside as well
    brightest=45.0,  # spoilt to 46: 0.96 and 0.99; to 22: 0.91 and 0.49, 28 % not found; LFW: 119 and more
    blown=0.45,  # spoilt to 0.30: 0.91 and 0.98; to 0.54: 0.80 and 0.93; LFW: at most 0.07
    sharpness=2.0,  # LFW: the 3 photos below 2.5 match at 0.27 and 0.47; from 3 on there is no trend
    turn=0.6,  # LFW: at most 0.54, and from 0.35 on as good as from the front: 0.93 and more
    nod=(0.1, 0.95),  # LFW: 0.18 to 0.86, without a trend
)
"""Lenient: an unsure embedding only sends the check-in to review, so what is refused is what would fail.
Of LFW one photo (blurred) is refused for other reasons than a second face of like size, which 3 % have. Haar
finds no face in 2 %."""

ENROLMENT_LIMITS = QualityLimits(
    confidence=0.9,  # LFW: 1 photo below
    second_face=0.4,  # nobody may be in doubt about who is meant
    side=80.0,  # half as much again as at check-in, as later check-ins lose some of their own
    visible=0.9,  # LFW: one photo below; a half face in ../shared/faces/official has 0.86
    brightest=80.0,  # spoilt to 93: 0.98 and 0.99; below, cameras add grain
    blown=0.15,  # spoilt to 0.13: 0.97 and 0.99
    sharpness=3.0,  # see above; LFW: 6 photos below
    turn=0.45,  # LFW: no loss up to there; 4 photos beyond
    nod=(0.25, 0.85),  # LFW: 0.29 to 0.81 in 99 of 100
)
"""Stricter: every later check-in is compared with this photo. Of LFW 2 % are refused for other reasons than
a second face, which 4 % have."""


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
    problems, quality = judge(photo, face, limits)
    if others and _side(others[0]) >= limits.second_face * _side(face):
        problems = (PhotoProblem.SEVERAL_FACES, *problems)
    return Assessment(face, problems, quality)


def judge(photo: Photo, face: Face, limits: QualityLimits) -> tuple[tuple[PhotoProblem, ...], float]:
    """Judge one face by itself, whoever else is on the photo.

    Args:
        photo: where it was found.
        face: with its landmarks.
        limits: what it must reach; its confidence and second faces are not asked here.

    Returns:
        The problems, the most helpful to mend first, and the quality.
    """
    measures = measure(photo, face)
    problems = tuple(problem for problem, found in _checks(measures, limits) if found)
    return problems, quality_of(measures, face.confidence)


def quality_of(measures: FaceMeasures, confidence: float) -> float:
    """One number for how much a face lets an engine see, 0 to 1.

    The product of its parts, so that one bad part can't be made up for by the others; its cube root, as
    a photo seldom falls short in more than three of them.

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
    return float(np.prod(parts) ** (1 / 3))


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
