"""The demonstration: two public-domain portraits are enrolled, and one of them checks in over real HTTP."""

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

from attendance.enrolment.enrolment_result import EnrolmentStatus
from attendance.people.new_student import NewStudent
from attendance.program import checkout
from attendance.register import Register
from attendance.values import Consent
from client.errors import DemoError

GRANT = re.compile(r'name="grant" value="([^"]+)"')
# What belongs to the real register, or would make the outcome depend on the time of day.
NOT_FOR_A_DEMO = ("MONGODB_URI", "ATTENDANCE_SECRET", "ATTENDANCE_LATE_AFTER")
PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class PublicPortrait:
    """A portrait that anybody may use, out of an installed package."""

    roll_number: str
    name: str
    jpeg: bytes


def portraits() -> tuple[PublicPortrait, PublicPortrait]:
    """Eileen Collins (scikit-image) and Grace Hopper (matplotlib); NASA and the US Navy made the pictures."""
    try:
        collins = import_module("skimage.data").astronaut()
        hopper = Path(str(resources.files("matplotlib"))) / "mpl-data" / "sample_data" / "grace_hopper.jpg"
        return (
            PublicPortrait("1", "Eileen Collins", _jpeg(Image.fromarray(collins), 92)),
            PublicPortrait("2", "Grace Hopper", hopper.read_bytes()),
        )
    except (ImportError, OSError) as error:
        raise DemoError(
            f"The demonstration's portraits are missing ({error}). Install their packages: {_install()}"
        ) from error


def _install() -> str:
    """The command that installs what the portraits come in."""
    if checkout() is None:
        return 'pip install "face-attendance[demo]"'
    return "python -m pip install -r requirements-demo.txt"


@contextmanager
def throwaway_environment(environ: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """The environment with a data and a configuration folder that are deleted at the end."""
    with tempfile.TemporaryDirectory(prefix="attendance-demo-", ignore_cleanup_errors=True) as folder:
        kept = {name: value for name, value in environ.items() if name not in NOT_FOR_A_DEMO}
        yield kept | {"ATTENDANCE_DATA": f"{folder}/data", "ATTENDANCE_CONFIG": f"{folder}/config"}


def enrol(register: Register) -> list[str]:
    """Enrol both, the way that an admin's photos are enrolled; their names.

    Raises:
        DemoError: one of them was refused.
    """
    consent = Consent(register.clock.now(), "the demonstration", "a portrait in the public domain")
    for portrait in portraits():
        person = NewStudent(portrait.roll_number, portrait.name)
        result = register.enrolment.enrol(person, {"portrait.jpg": portrait.jpeg}, consent)
        if result.status is not EnrolmentStatus.ENROLLED or result.anything_refused:
            reasons = [result.reason, *(photo.reason for photo in result.photos)]
            raise DemoError(f"{portrait.name} could not be enrolled. {' '.join(filter(None, reasons))}")
    return [portrait.name for portrait in portraits()]


def another_rendering(data: bytes) -> bytes:
    """The picture as another camera might have taken it: cut, turned, smaller, darker, encoded again."""
    image = Image.open(io.BytesIO(data)).convert("RGB")
    image = image.rotate(4, resample=Image.Resampling.BICUBIC, fillcolor=(90, 90, 90))
    dx, dy = image.width // 16, image.height // 16
    image = image.crop((dx, dy, image.width - dx, image.height - dy))
    image = image.resize((image.width * 9 // 10, image.height * 9 // 10), Image.Resampling.LANCZOS)
    return _jpeg(ImageEnhance.Brightness(image).enhance(0.85), 80)


def check_in(server: str, address: str, photo: bytes) -> dict[str, Any]:
    """Do what a phone does: open the page behind the code, send a photo, read the answer.

    Args:
        server: this machine's own address of the running server.
        address: what comes after ``/s/`` in the code.
        photo: an encoded picture.

    Raises:
        DemoError: the page or the answer is not what it should be.
    """
    page = _ask(urllib.request.Request(f"{server}/s/{address}")).decode()  # noqa: S310 - our own server
    grant = GRANT.search(page)
    if grant is None:
        raise DemoError("The phone page carries no grant, so nobody can check in with it.")
    boundary = secrets.token_hex(16)
    request = urllib.request.Request(  # noqa: S310 - the same
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
    """What happened, for the terminal.

    Raises:
        DemoError: the person was not marked present.
    """
    if answer.get("code") != "present" or (answer.get("student") or {}).get("name") != name:
        raise DemoError(
            f"The demonstration failed: another picture of {name} should be marked present. "
            f"The answer was: {answer.get('message', answer)}"
        )
    return f"A different picture of {name} was sent as a phone sends it. The answer: {answer['message']}"


def _form(boundary: str, grant: str, photo: bytes) -> bytes:
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="grant"\r\n\r\n{grant}\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="image"; filename="photo.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    return head.encode() + photo + f"\r\n--{boundary}--\r\n".encode()


def _ask(request: urllib.request.Request) -> bytes:
    """The answer's body, whatever its status. The server is this process: its certificate needs no proof."""
    trusting = ssl.create_default_context()
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE
    no_proxy = urllib.request.ProxyHandler({})
    opener = urllib.request.build_opener(no_proxy, urllib.request.HTTPSHandler(context=trusting))
    try:
        with opener.open(request, timeout=PATIENCE_SECONDS) as answer:
            body: bytes = answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.read()
    except OSError as error:
        raise DemoError(f"The server does not answer on {request.host}: {error}") from error
    return body


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()
