"""What the home page says about recognition: which engine runs, and for admins why, and what it lacks."""

from __future__ import annotations

from flask_babel import gettext as _

from attendance.errors import AttendanceError, StoreUnavailableError
from attendance.program import admin_command
from attendance.values import EnginePin
from client.access.roles import Access, may
from client.access.visible_students import photos_of_students
from client.web.services import the_register
from face_detection.engines.engine_choice import AUTO, BEST
from face_detection.errors import FaceDetectionError
from face_detection.liveness import mesh_file
from face_detection.runtime.reinstall import install_command
from face_matching.thresholds import POLICIES


def engine_note() -> tuple[bool, str]:
    """Whether faces can be compared; for admins also with what and why."""
    try:
        pin = the_register().engine()
    except StoreUnavailableError:
        raise
    except (AttendanceError, FaceDetectionError) as error:
        if may(Access.ADMIN):
            return False, str(error)
        return False, _(
            "Faces can't be compared now. Students can check in with their roll number. Please tell an admin."
        )
    if not may(Access.ADMIN):
        return True, ""
    return True, _(
        "%(engine)s with %(detector)s.", engine=pin.engine, detector=pin.detector
    ) + f" {pin.reason}{_better_engine(pin.engine)}{_not_promised(pin)}{_without_mesh()}"


def _not_promised(pin: EnginePin) -> str:
    """What an engine does not promise in classes of people who resemble each other."""
    policy = POLICIES.get((pin.engine, pin.detector))
    if policy is not None and policy.relative is not None:
        return ""
    text = _(
        "With this engine, strangers who look like a few students of a class are marked more often than "
        "promised, and where all students look alike, about half of the check-ins go to review."
    )
    return f" {text}"


def _better_engine(engine: str) -> str:
    """How to change to the best engine, where the register has another one that nobody asked for."""
    if engine == BEST or the_register().settings.engine != AUTO:
        return ""
    if any(photos_of_students().values()):
        advice = _(
            "%(best)s makes fewer mistakes. To change to it without new photos, run: %(command)s",
            best=BEST,
            command=admin_command("re-embed", "--engine", "retail"),
        )
    else:
        advice = _(
            "%(best)s makes fewer mistakes. It is downloaded at the next start, if this computer can reach "
            "the internet. Without internet, copy its two files into a folder and name that in %(setting)s.",
            best=BEST,
            setting="ATTENDANCE_RETAIL_MODEL",
        )
    return f" {advice}"


def _without_mesh() -> str:
    """What checks of a movement lack without the face mesh."""
    if not (why := mesh_file.why_no_mesh()):
        return ""
    text = _(
        "Whether a head turns is judged by five points of the face alone, because %(why)s. Bent photos pass "
        "more often that way. To install the package, run: %(command)s",
        why=why,
        command=install_command(mesh_file.PACKAGE),
    )
    return f" {text}"
