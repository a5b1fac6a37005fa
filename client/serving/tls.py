"""HTTPS in the local network, with a given certificate or a self-signed one."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from attendance.files.private_folder import make_private
from attendance.files.whole_file import write_whole
from attendance.values.this_computer import NAMES
from client.errors import CertificateError

FILE_NAME = "self-signed.pem"  # key and certificate in one file, so that both are replaced atomically
LIFETIME = timedelta(days=397)  # some browsers reject more (CA/Browser Forum, since 2020)
RENEW_BEFORE = timedelta(days=30)
CLOCK_SLACK = timedelta(days=1)  # for phones whose clock is behind


def machine_names(addresses: Iterable[str]) -> frozenset[str]:
    """All names by which phones may reach this machine: its addresses, host name and local name."""
    name = socket.gethostname().rstrip(".").lower()
    names = {*NAMES, *addresses}
    if name and name.isascii():
        names |= {name, f"{name.split('.')[0]}.local"}
    return frozenset(names)


def load_certificate(certificate: Path, key: Path | None) -> ssl.SSLContext:
    """Load a certificate and its key, which may be in the certificate's file.

    Raises:
        CertificateError: a file is missing or unreadable, or they don't match.
    """
    for path in (certificate, key):
        if path is not None and not path.is_file():
            raise CertificateError(f"File not found: {path}. Give the certificate and its key as PEM files.")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        # An empty password instead of a prompt, which would block an unattended start.
        context.load_cert_chain(certificate, key, password=lambda: b"")
    except (ssl.SSLError, OSError) as error:
        raise CertificateError(
            f"{certificate} and its key can't be used ({error}). "
            "Both must be PEM files that match, and the key must have no password."
        ) from error
    return context


def own_certificate(path: Path) -> x509.Certificate:
    """The server's own certificate of a PEM file, which may have those of its issuers, too.

    Raises:
        CertificateError: it can't be read, as where it was just exchanged.
    """
    try:
        [own, *_chain] = x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise CertificateError(f"{path} isn't a PEM file that can be read ({error}).") from error
    return own


def is_self_signed(certificate: x509.Certificate) -> bool:
    """Whether nobody but its owner vouches for a certificate."""
    return certificate.issuer == certificate.subject


def self_signed_certificate(folder: Path, names: frozenset[str], *, now: datetime | None = None) -> Path:
    """The PEM file with a self-signed certificate for these names and its key, renewed when necessary.

    Raises:
        CertificateError: the folder isn't writable.
    """
    path = folder / FILE_NAME
    now = now or datetime.now(UTC)
    if not _is_usable(path, names, now):
        try:
            make_private(path.parent)
            write_whole(path, _create(names, now))
        except OSError as error:
            raise CertificateError(
                f"The certificate can't be saved in {folder} ({error.strerror}). Make this folder writable."
            ) from error
    return path


def _is_usable(path: Path, names: frozenset[str], now: datetime) -> bool:
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
        covered = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        load_certificate(path, None)
    except (OSError, ValueError, x509.ExtensionNotFound, CertificateError):
        return False
    valid = {
        *covered.get_values_for_type(x509.DNSName),
        *map(str, covered.get_values_for_type(x509.IPAddress)),
    }
    not_before, not_after = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    return names <= valid and not_before <= now < not_after - RENEW_BEFORE


def _create(names: frozenset[str], now: datetime) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Attendance on this computer")])
    public = key.public_key()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_SLACK)
        .not_valid_after(now - CLOCK_SLACK + LIFETIME)
        .add_extension(x509.SubjectAlternativeName(list(map(_general_name, sorted(names)))), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
