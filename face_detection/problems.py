"""What can be wrong with a photo: one set of codes for enrolment and check-in."""

from __future__ import annotations

from enum import StrEnum


class PhotoProblem(StrEnum):
    """A reason why a photo can't be used; each has one sentence for the phone."""

    NOT_AN_IMAGE = "not_an_image"
    TOO_MANY_BYTES = "too_many_bytes"
    TOO_MANY_PIXELS = "too_many_pixels"
    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    TOO_SMALL = "too_small"
    OFF_CENTRE = "off_centre"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    BLURRED = "blurred"
    TURNED_AWAY = "turned_away"
