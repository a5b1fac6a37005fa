"""The parameters of the MTCNN detector."""

from __future__ import annotations

from dataclasses import dataclass, replace

from face_detection.mtcnn.candidates import (
    CLASSROOM_CANDIDATES,
    CLASSROOM_FACES,
    MOST_CANDIDATES,
    MOST_FACES,
    SECOND_LOOK_CANDIDATES,
    SECOND_LOOK_FACES,
)

SMALLEST_FACE = 0.1265
"""About an eighth of the shorter side: a head 1.7 m away from a phone. Slightly less than 0.709**6, so that
the last level of the pyramid is exactly P-Net's window and a face may fill the photo: of 125 portraits
of LFW cropped to the face's own width, 0.1265 found 99 %, 0.1 82 %; 2026-11-21."""

SECOND_PASS = 0.0634
"""Slightly less than 0.709**8, for the same reason: a head 3.5 m away. It makes photos without a face take
about four times as long."""

LEAST_FACE = 20.0
"""Lower limit of the smallest face in pixels: the ``mtcnn`` package's default."""

EXPECTED_FACE = 0.45
"""Least expected side of a subject's face relative to the shorter side of the photo; at arm's length it has
more. The coarse levels of the pyramid begin with the one whose window is no larger than a second face that
counts beside it: a quarter of all pixels with the limits of a check-in, half with those of enrolment."""

SECOND_LOOK_ABOVE = 0.5
"""Score threshold of R-Net and O-Net for a second look; then the mean over placements of the box decides."""


@dataclass(frozen=True)
class MtcnnSettings:
    """The parameters of MTCNN. The thresholds are the ``mtcnn`` package's.

    Attributes:
        longest_side: longer side in pixels to which photos are downscaled first; None keeps their size.
        smallest_face: side of the smallest face relative to the shorter side of the photo.
        second_pass: the same for a second pass if the first finds nothing, which tells a distant face from
            none; None skips it.
        smallest_face_pixels: the same in pixels of the downscaled photo; overrides the relative values.
        thorough: resample the pyramid exactly as the ``mtcnn`` package does; slower, and differs only for
            scores near a threshold.
        propose_above: P-Net's score threshold.
        refine_above: R-Net's score threshold.
        settle_above: O-Net's score threshold.
        most_candidates: most candidates of one pyramid level, and of all levels together.
        most_faces: most boxes that O-Net processes.
    """

    longest_side: int | None = 640
    smallest_face: float = SMALLEST_FACE
    second_pass: float | None = SECOND_PASS
    smallest_face_pixels: float | None = None
    thorough: bool = False
    propose_above: float = 0.6
    refine_above: float = 0.7
    settle_above: float = 0.8
    most_candidates: int = MOST_CANDIDATES
    most_faces: int = MOST_FACES

    def for_classrooms(self) -> MtcnnSettings:
        """The same parameters for photos of many people."""
        return replace(self, most_candidates=CLASSROOM_CANDIDATES, most_faces=CLASSROOM_FACES)

    def for_second_look(self) -> MtcnnSettings:
        """The same parameters for a photo in which nothing was found, in one of its four positions."""
        return replace(
            self,
            second_pass=None,
            refine_above=SECOND_LOOK_ABOVE,
            settle_above=SECOND_LOOK_ABOVE,
            most_candidates=SECOND_LOOK_CANDIDATES,
            most_faces=SECOND_LOOK_FACES,
        )
