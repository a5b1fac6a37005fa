"""The form of a phone's page, filled in and signed as the page's script does."""

from __future__ import annotations

import hashlib
import html
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from functools import cached_property
from secrets import token_hex

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

FRAME_MS = 200
_ACTION = re.compile(r'<form[^>]*\bid="checkin"[^>]*\baction="([^"]*)"')
_GRANT_ID = re.compile(r'\bdata-grant-id="([^"]*)"')
_NUMBER_BYTES = 32  # of P-256


@dataclass(frozen=True)
class PhonePicture:
    """What a phone sends.

    Attributes:
        photo: a JPEG.
        frames: JPEGs of a movement; empty without one.
    """

    photo: bytes
    frames: tuple[bytes, ...] = ()

    def again(self, take: int) -> PhonePicture:
        """The same picture in another file, as if it were taken once more.

        Args:
            take: which file; in a comment of it.
        """
        comment = b"\xff\xfe\x00\x0a" + take.to_bytes(8)
        return PhonePicture(self.photo[:2] + comment + self.photo[2:], self.frames)

    @cached_property
    def digest(self) -> str:
        """Hex SHA-256 of the photo."""
        return hashlib.sha256(self.photo).hexdigest()

    @cached_property
    def parts(self) -> tuple[bytes, ...]:
        """The files of the form, and the moments of the frames."""
        files = [_file("image", self.photo), *(_file("frames", frame) for frame in self.frames)]
        if self.frames:
            moments = ",".join(str(FRAME_MS * number) for number in range(len(self.frames)))
            files += [_field("taken", moments), _field("camera", "Front Camera")]
        return tuple(files)


@dataclass(frozen=True)
class FilledForm:
    """What is sent.

    Attributes:
        headers: lines that each end with CRLF.
        body: of the request.
    """

    headers: str
    body: bytes


@dataclass(frozen=True)
class ShownForm:
    """What a phone needs of the page that it opened.

    Attributes:
        action: where the form goes.
        grant_id: what is signed with the photo.
    """

    action: str
    grant_id: str


def shown_form(page: str) -> ShownForm | None:
    """The form on a page; None without one."""
    action, grant_id = _ACTION.search(page), _GRANT_ID.search(page)
    if action is None or grant_id is None:
        return None
    return ShownForm(html.unescape(action[1]), html.unescape(grant_id[1]))


class PhoneKey:
    """What a browser is known by: a random name, and a key that signs its check-ins."""

    def __init__(self) -> None:
        self.device = token_hex(16)
        self._key = ec.generate_private_key(ec.SECP256R1())
        public = self._key.public_key()
        self._spki = _base64url(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))

    def filled(self, form: ShownForm, picture: PhonePicture) -> FilledForm:
        """The filled-in form with its signature, and a boundary of its own, as browsers make one."""
        message = f"attendance check-in\n{form.grant_id}\n{picture.digest}".encode()
        r, s = decode_dss_signature(self._key.sign(message, ec.ECDSA(hashes.SHA256())))
        signature = _base64url(r.to_bytes(_NUMBER_BYTES) + s.to_bytes(_NUMBER_BYTES))
        proof = (_field("key", self._spki), _field("signature", signature))
        boundary = f"----WebKitFormBoundary{token_hex(8)}"
        limit = f"--{boundary}".encode()
        parts = (_field("device", self.device), *picture.parts, *proof)
        body = b"".join(limit + b"\r\n" + part for part in parts) + limit + b"--\r\n"
        kind = f"Content-Type: multipart/form-data; boundary={boundary}\r\n"
        return FilledForm(f"{kind}Accept: application/json\r\n", body)


def _field(name: str, text: str) -> bytes:
    return f'Content-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()


def _file(name: str, data: bytes) -> bytes:
    head = (
        f'Content-Disposition: form-data; name="{name}"; filename="photo"\r\nContent-Type: image/jpeg\r\n\r\n'
    )
    return head.encode() + data + b"\r\n"


def _base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
