"""Checks ECDSA signatures of P-256 keys with SHA-256, as browsers make them."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

_HALF = 32  # bytes of r, and of s, as WebCrypto gives the signature (Web Cryptography API, 23.7)


def key_that_signed(key: bytes, signature: bytes, message: bytes) -> bytes | None:
    """The key, as SubjectPublicKeyInfo in its usual form.

    Args:
        key: the public key as SubjectPublicKeyInfo.
        signature: r and s.
        message: what was signed.

    Returns:
        None: the signature is not of this key and this message.

    Raises:
        ValueError: the key is no P-256 key, or the signature has another length.
    """
    public = _public_key(key)
    if len(signature) != 2 * _HALF:
        raise ValueError(f"a signature of {len(signature)} bytes")
    r, s = int.from_bytes(signature[:_HALF]), int.from_bytes(signature[_HALF:])
    try:
        public.verify(encode_dss_signature(r, s), message, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return None
    return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _public_key(key: bytes) -> ec.EllipticCurvePublicKey:
    try:
        public = load_der_public_key(key)
    except UnsupportedAlgorithm as error:
        raise ValueError("a key of a kind that is not known") from error
    if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(public.curve, ec.SECP256R1):
        raise ValueError("a key of another kind than P-256")  # noqa: TRY004 - not a mistake of the caller's
    return public
