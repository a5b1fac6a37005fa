"""What can be wrong with a photo or a video: one set of codes for enrolment, check-in and the classroom."""

from __future__ import annotations

from enum import StrEnum


class PhotoProblem(StrEnum):
    """A reason why a photo can't be used."""

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


class VideoProblem(StrEnum):
    """A reason why a video can't be used."""

    NOT_FOUND = "not_found"  # no such file, device or scheme
    NOT_A_VIDEO = "not_a_video"  # the file is none of the formats that are read
    DAMAGED = "damaged"  # broken, cut short, or in a codec that can't be decoded here
    NO_FRAMES = "no_frames"
    TOO_LONG = "too_long"
    FRAMES_TOO_LARGE = "frames_too_large"
    UNREACHABLE = "unreachable"  # the camera or the stream does not answer
