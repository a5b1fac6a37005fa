"""Cameras that are programs, by the names that they give themselves."""

from __future__ import annotations

import re

from attendance.alarms.checked_photo import CheckedPhoto, Finding
from attendance.values import AlarmKind

# What these programs and drivers call their cameras, by their documentation and the devices they install: OBS
# Studio, ManyCam, XSplit VCam, SplitCam, Snap Camera, mmhmm, CamTwist, e2eSoft VCam, AlterCam, YouCam,
# WebcamMax, v4l2loopback, akvcam; Chromium's own, which a switch puts in place of the real one; and any that
# calls itself virtual. Programs that only carry a phone's real camera (DroidCam, Iriun) are not among them.
_PROGRAMS = re.compile(
    r"\bobs\b|obs[- ]?(?:virtual|cam)|manycam|xsplit|splitcam|snap camera|mmhmm|camtwist|\be2esoft\b|\bvcam\b"
    r"|altercam|youcam|webcammax|dummy video device|v4l2 ?loopback|\bakvcam\b|fake_device_\d|\bfake device\b"
    r"|virtual[ _-]?(?:web)?cam",
    re.IGNORECASE,
)
_MOST_SHOWN = 60  # characters of a name; it comes from the phone


def is_program(label: str) -> bool:
    """Whether a camera is called as a program's is.

    Args:
        label: what the browser calls it.
    """
    return _PROGRAMS.search(label) is not None


def virtual_camera(capture: CheckedPhoto) -> Finding | None:
    """A camera that is a program: it can show any picture as if it were seen now."""
    if capture.camera is None or not is_program(capture.camera):
        return None
    label = " ".join(capture.camera.split())[:_MOST_SHOWN]
    return Finding(AlarmKind.VIRTUAL_CAMERA, capture.student_id, (capture.student_id,), (label,))
