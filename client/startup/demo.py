"""The demo: enrols two public-domain portraits, and checks one in over real HTTP."""

from __future__ import annotations

import io
import json
import re
import secrets
import ssl
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module, resources
from pathlib import Path
from typing import Any

from PIL import Image, ImageEnhance

from attendance.classes.general_course import GENERAL_COURSE
from attendance.enrolment.enrolment_result import EnrolmentStatus
from attendance.people.new_student import NewStudent
from attendance.program import checkout, doubt_packages, has_own_environment, pip_command, repair, typed
from attendance.register import Register
from attendance.values import Consent, LivenessMode
from client.errors import DemoError

GRANT = re.compile(r'name="grant" value="([^"]+)"')
# They belong to the real register, or make the result depend on the time of day.
REMOVED_SETTINGS = ("MONGODB_URI", "ATTENDANCE_SECRET", "ATTENDANCE_LATE_AFTER")
# The demo shows everything, unless its environment says otherwise.
SHOWN = {"ATTENDANCE_ROOM_PHOTOS": "on", "ATTENDANCE_LIVE_CAMERA": "on"}
TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True)
class PublicPortrait:
    """A public-domain portrait from an installed package."""

    roll_number: str
    name: str
    jpeg: bytes


def portraits() -> tuple[PublicPortrait, PublicPortrait]:
    """Eileen Collins (NASA, from scikit-image) and Grace Hopper (US Navy, from matplotlib)."""
    try:
        collins = import_module("skimage.data").astronaut()
        hopper = Path(str(resources.files("matplotlib"))) / "mpl-data" / "sample_data" / "grace_hopper.jpg"
        return (
            PublicPortrait("1", "Eileen Collins", _jpeg(Image.fromarray(collins), 92)),
            PublicPortrait("2", "Grace Hopper", hopper.read_bytes()),
        )
    except (ImportError, OSError) as error:
        doubt_packages()
        raise DemoError(f"The portraits for the demo are missing ({error}). {_install()}") from error


def _install() -> str:
    """How to install what the portraits come in."""
    root = checkout()
    if has_own_environment():
        return repair()
    words = ('"face-attendance[demo]"',) if root is None else ("-r", typed(root / "requirements-demo.txt"))
    return f"Install their packages: {pip_command('install', *words)}"


@contextmanager
def temporary_environment(environ: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """The environment with temporary data and configuration folders."""
    with tempfile.TemporaryDirectory(prefix="attendance-demo-", ignore_cleanup_errors=True) as folder:
        kept = {name: value for name, value in environ.items() if name not in REMOVED_SETTINGS}
        yield SHOWN | kept | {"ATTENDANCE_DATA": f"{folder}/data", "ATTENDANCE_CONFIG": f"{folder}/config"}


def enrol(register: Register) -> list[str]:
    """Enrol both portraits like an admin's photos, and return their names.

    Raises:
        DemoError: a portrait was refused.
    """
    consent = Consent(register.clock.now(), "the demo", "a portrait in the public domain")
    for portrait in portraits():
        person = NewStudent(portrait.roll_number, portrait.name)
        result = register.enrolment.enrol(person, {"portrait.jpg": portrait.jpeg}, consent)
        if result.status is not EnrolmentStatus.ENROLLED or result.anything_refused:
            reasons = [result.reason, *(photo.reason for photo in result.photos)]
            raise DemoError(f"{portrait.name} could not be enrolled. {' '.join(filter(None, reasons))}")
    return [portrait.name for portrait in portraits()]


def loosen_general(register: Register) -> None:
    """Let General's code stay the same, so that the terminal can show it, and ask for no turn of the head.

    Only the demo does this: its check-in comes from a still portrait.
    """
    register.sessions.today()  # stores General
    register.courses.change(GENERAL_COURSE.id, static_code=True, liveness=LivenessMode.OFF)


def another_rendering(data: bytes) -> bytes:
    """A variant of a picture: cropped, rotated, smaller, darker and encoded again."""
    image = Image.open(io.BytesIO(data)).convert("RGB")
    image = image.rotate(4, resample=Image.Resampling.BICUBIC, fillcolor=(90, 90, 90))
    dx, dy = image.width // 16, image.height // 16
    image = image.crop((dx, dy, image.width - dx, image.height - dy))
    image = image.resize((image.width * 9 // 10, image.height * 9 // 10), Image.Resampling.LANCZOS)
    return _jpeg(ImageEnhance.Brightness(image).enhance(0.85), 80)


def check_in(server: str, address: str, photo: bytes) -> dict[str, Any]:
    """Check in like a phone: open the QR code's page, send a photo, return the response.

    Args:
        server: the server's address for this machine.
        address: the part of the QR code's address after ``/s/``.
        photo: an encoded picture.

    Raises:
        DemoError: the page has no grant, or the server does not answer.
    """
    page = _ask(urllib.request.Request(f"{server}/s/{address}")).decode()  # noqa: S310 - this program's server
    grant = GRANT.search(page)
    if grant is None:
        raise DemoError("The check-in page has no grant, so nobody can check in.")
    boundary = secrets.token_hex(16)
    request = urllib.request.Request(  # noqa: S310 - likewise
        f"{server}/capture",
        data=_form(boundary, grant[1], photo),
        headers={
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Accept": "application/json",
        },
    )
    answer: dict[str, Any] = json.loads(_ask(request))
    return answer


def verdict_sentence(name: str, answer: Mapping[str, Any]) -> str:
    """The result of the check-in, for the terminal.

    Raises:
        DemoError: the person was not marked present.
    """
    if answer.get("code") != "present" or (answer.get("student") or {}).get("name") != name:
        raise DemoError(
            f"The demo failed: {name} should be marked present with a different picture. "
            f"The response was: {answer.get('message', answer)}"
        )
    return f"Sent a different picture of {name}, like a phone. The response: {answer['message']}"


NO_LIVING_PERSON = (
    "The demo doesn't check that it is a living person, so this still picture is enough. Courses of your own "
    "ask for a small turn of the head."
)


def _form(boundary: str, grant: str, photo: bytes) -> bytes:
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="grant"\r\n\r\n{grant}\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="image"; filename="photo.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    return head.encode() + photo + f"\r\n--{boundary}--\r\n".encode()


def _ask(request: urllib.request.Request) -> bytes:
    """The response's body, whatever its status. The server is this process, so TLS isn't verified."""
    unverified = ssl.create_default_context()
    unverified.check_hostname = False
    unverified.verify_mode = ssl.CERT_NONE
    no_proxy = urllib.request.ProxyHandler({})
    opener = urllib.request.build_opener(no_proxy, urllib.request.HTTPSHandler(context=unverified))
    try:
        with opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
            body: bytes = answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.read()
    except OSError as error:
        raise DemoError(f"The server does not answer at {request.host}: {error}") from error
    return body


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()
