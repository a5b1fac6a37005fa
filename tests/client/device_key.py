"""A stand-in for a browser's key: signs as ``client/templates/phone/device_key.js`` does."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from client.web.visitors.device_keys import signed_message


class DeviceKey:
    """A browser's key.

    Args:
        curve: another one than the right one makes keys that the server refuses.
    """

    def __init__(self, curve: ec.EllipticCurve | None = None) -> None:
        self._private = ec.generate_private_key(curve or ec.SECP256R1())

    @property
    def text(self) -> str:
        """The public key as it is sent."""
        return base64url(
            self._private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        )

    def sign(self, grant_id: str, image: bytes) -> str:
        """The signature of a photo under a grant, as it is sent."""
        der = self._private.sign(signed_message(grant_id, image), ec.ECDSA(SHA256()))
        r, s = decode_dss_signature(der)
        return base64url(r.to_bytes(32) + s.to_bytes(32))

    def parts(self, grant_id: str, image: bytes) -> list[tuple[str, object]]:
        """The parts of a signed form."""
        return [("key", self.text), ("signature", self.sign(grant_id, image))]


def base64url(data: bytes) -> str:
    """Without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
