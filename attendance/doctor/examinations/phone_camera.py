"""The address that phones open: whether their camera works there, and its certificate."""

from __future__ import annotations

from collections.abc import Iterator

from cryptography import x509

from attendance.doctor.examined_site import ExaminedSite
from attendance.doctor.findings import Grade, SiteFinding, note, ok, problem, reason
from attendance.doctor.served_address import ServedAddress, ask_address, parts_of
from attendance.sentences import sentence as _l
from attendance.values.certificate_dates import ends_soon
from attendance.values.this_computer import is_this_computer


def examine(site: ExaminedSite) -> Iterator[SiteFinding]:
    """Whether phones reach the server and can use their camera there, also in the coming weeks."""
    address = site.address
    if address is None:
        yield note(
            _l("The address under which phones reach the server isn't known."),
            _l(
                "Give it with %(option)s, such as https://192.0.2.7:8080, or open Doctor on the running "
                "server's start page.",
                option="--address",
            ),
        )
        return
    try:
        parts = parts_of(address)
    except ValueError as error:
        yield problem(
            _l("No phone reaches the server there: %(error)s.", error=error),
            _l("Write the address as the start prints it, or omit %(option)s.", option="--address"),
        )
        return
    if is_this_computer(parts.hostname):
        yield note(
            _l("%(address)s leads to this computer only, so no phone reaches the server.", address=address),
            _l(
                "Connect the computer to a network, or start the server with %(public)s; omit %(host)s.",
                public="--public",
                host="--host",
            ),
        )
    elif parts.scheme == "http":
        yield note(
            _l(
                "%(address)s is plain http: the page can't open the phone's camera, so students take a photo "
                "instead, and nobody can be asked to turn the head. Others in the network can read what is "
                "sent.",
                address=address,
            ),
            _l(
                "Start the server with %(tls)s or %(public)s, or put a trusted proxy in front.",
                tls="--tls",
                public="--public",
            ),
        )
    if site.asks_address:
        yield from _asked(site, address)
    elif parts.scheme == "https":
        yield ok(_l("%(address)s is https, so the page can open the phone's camera.", address=address))


def _asked(site: ExaminedSite, address: str) -> Iterator[SiteFinding]:
    try:
        served = ask_address(address)
    except OSError as error:
        yield problem(
            _l("Nothing answers at %(address)s: %(error)s.", address=address, error=reason(error)),
            _l(
                "Start the server, compare the address with the one that it prints, and check whether a "
                "firewall blocks the port."
            ),
        )
        return
    if served.version is None:
        yield problem(
            _l("Something other than this program answers at %(address)s.", address=address),
            _l("Compare the address with the one that the server prints when it starts."),
        )
    if served.certificate is not None:
        yield from certificate_findings(site, served, served.certificate)
    elif served.version is not None:
        yield ok(_l("The server answers at %(address)s.", address=address))


def certificate_findings(
    site: ExaminedSite, served: ServedAddress, certificate: x509.Certificate
) -> Iterator[SiteFinding]:
    """What a certificate means for phones.

    Args:
        site: what is examined.
        served: what the address answered.
        certificate: the one that it showed.
    """
    times = list(_times(site, certificate))
    yield from times
    if not times and not served.distrust:
        yield ok(
            _l(
                "The server answers at %(address)s, and the page can open the phone's camera. Its "
                "certificate expires on %(day)s.",
                address=site.address,
                day=f"{certificate.not_valid_after_utc:%Y-%m-%d}",
            )
        )
    elif served.distrust and all(each.grade is not Grade.PROBLEM for each in times):
        yield note(
            _l(
                "Phones warn once before they open %(address)s, because of its certificate (%(why)s). After "
                "that the page can open the camera.",
                address=site.address,
                why=served.distrust,
            ),
            _l(
                "Students choose to continue. To avoid the warning, start the server with %(cert)s and a "
                "certificate for a domain name, or with %(public)s.",
                cert="--cert",
                public="--public",
            ),
        )


def _times(site: ExaminedSite, certificate: x509.Certificate) -> Iterator[SiteFinding]:
    """What is wrong with the dates of a certificate."""
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    shown = {"address": site.address, "begin": f"{begins:%Y-%m-%d}", "end": f"{ends:%Y-%m-%d}"}
    renew = _l(
        "Renew the certificate. This server uses new files without a restart, and with %(tls)s alone it "
        "renews them itself.",
        tls="--tls",
    )
    if ends <= site.now:
        yield problem(
            _l("The certificate of %(address)s expired on %(end)s: phones refuse the page.", **shown), renew
        )
    elif begins > site.now:
        yield problem(
            _l(
                "The certificate of %(address)s isn't valid before %(begin)s: phones refuse the page.",
                **shown,
            ),
            _l("Set the computer's clock, or use a certificate that is valid now."),
        )
    elif ends_soon(ends, site.now):
        yield note(_l("The certificate of %(address)s expires on %(end)s.", **shown), renew)
