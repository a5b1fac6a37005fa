"""The certificate that the command line asks for, and what a person has to know about it at the start."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from attendance.values.certificate_dates import ends_soon
from client.startup.addresses import Addresses
from client.startup.options import Options

if TYPE_CHECKING:
    from client.serving.certificates.served_certificate import ServedCertificate


def certificate_for(options: Options, config: Path, addresses: Addresses) -> ServedCertificate | None:
    """The certificate for ``--tls`` or ``--cert``; None without them.

    One that browsers refuse because of its dates is served all the same: phones may open the page after a
    warning, and the files may be renewed while the server runs.

    Args:
        options: the command line's options.
        config: the configuration folder, for a self-signed one.
        addresses: what a self-signed one is for.

    Raises:
        CertificateError: it can't be read or made.
    """
    if not options.wants_tls:
        return None
    from client.serving import tls  # noqa: PLC0415 - as below
    from client.serving.certificates import served_certificate  # noqa: PLC0415 - importing them takes a tenth of a second

    if options.cert is not None:
        return served_certificate.ServedCertificate(options.cert, options.key)
    renew = partial(tls.self_signed_certificate, config, tls.machine_names(addresses.machine))
    return served_certificate.ServedCertificate(renew(), None, renew)


def sentence_about(served: ServedCertificate, now: datetime) -> str | None:
    """What a person has to know about the dates of a certificate; None: they are fine.

    Args:
        served: the certificate.
        now: aware UTC.
    """
    renewal = "The server uses a new file within half a minute, without a restart."
    if now >= served.ends_at:
        return (
            f"The certificate in {served.path} expired on {_day(served.ends_at)}: phones warn about the page "
            f"or refuse it. Renew it. {renewal}"
        )
    if now < served.begins_at:
        return (
            f"The certificate in {served.path} is not valid before {_day(served.begins_at)}: phones warn of "
            "the page or refuse it. Check this computer's clock, or use another certificate."
        )
    if ends_soon(served.ends_at, now):
        return f"The certificate in {served.path} expires on {_day(served.ends_at)}. Renew it. {renewal}"
    return None


def _day(moment: datetime) -> str:
    return f"{moment:%d %B %Y}".removeprefix("0")
