"""Whether phones get a camera under an address, today and tomorrow."""

from __future__ import annotations

import socket
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from attendance.doctor.examinations.phone_camera import certificate_findings, examine
from attendance.doctor.findings import SiteFinding
from attendance.doctor.served_address import ServedAddress
from attendance.settings.settings import Settings
from client.serving.tls import LIFETIME, self_signed_certificate
from tests.attendance.doctor.examined import NOTE, OK, PROBLEM, grades, site_of, words
from tests.attendance.doctor.test_served_address import HEALTH, answering
from tests.attendance.frozen_clock import MORNING

SECURE = "https://school.example"


def test_https_has_a_camera_and_plain_http_has_none(settings: Settings) -> None:
    def found(address: str | None) -> list[SiteFinding]:
        return list(examine(site_of(settings, address=address, asks_address=False)))

    assert grades(found(SECURE)) == [OK]
    assert grades(found("http://192.0.2.7:8080")) == [NOTE]
    assert "page can't open the phone's camera" in words(found("http://192.0.2.7:8080"))
    assert "no phone reaches the server" in words(found("http://localhost:8080"))
    assert "--address" in words(found(None))


@pytest.mark.server
def test_the_server_is_asked_whether_it_is_there(settings: Settings) -> None:
    with answering(HEALTH) as port:
        found = list(examine(site_of(settings, address=f"http://127.0.0.1:{port}")))
    assert grades(found) == [NOTE, OK]
    with answering(b"a router") as port:
        found = list(examine(site_of(settings, address=f"http://127.0.0.1:{port}")))
    assert grades(found) == [NOTE, PROBLEM]
    assert "Something other than this program" in words(found)


@pytest.mark.server
def test_an_address_at_which_nothing_answers_is_a_problem(settings: Settings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and doesn't listen
        found = list(examine(site_of(settings, address=f"http://127.0.0.1:{taken.getsockname()[1]}")))
    assert grades(found) == [NOTE, PROBLEM]
    assert "Nothing answers" in words(found)
    assert grades(examine(site_of(settings, address="school"))) == [PROBLEM]


@pytest.mark.parametrize(
    ("age", "expected", "said"),
    [
        (timedelta(0), OK, "page can open the phone's camera"),
        (LIFETIME - timedelta(days=16), OK, "expires on"),
        (LIFETIME - timedelta(days=13), NOTE, "expires on"),
        (LIFETIME, PROBLEM, "phones refuse the page"),
        (timedelta(days=-30), PROBLEM, "isn't valid before"),
    ],
    ids=["new", "ends later", "ends soon", "ended", "of tomorrow"],
)
def test_a_certificate_is_compared_with_the_clock(
    age: timedelta, expected: str, said: str, settings: Settings, tmp_path: Path
) -> None:
    path = self_signed_certificate(tmp_path, frozenset({"school.example"}), now=MORNING - age)
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    site = site_of(settings, address=SECURE)
    distrust = "certificate has expired" if expected is PROBLEM else ""
    found = list(certificate_findings(site, ServedAddress("1", certificate, distrust), certificate))
    assert grades(found) == [expected]
    assert said in words(found)


def test_of_a_certificate_that_nobody_trusts_phones_warn(settings: Settings, tmp_path: Path) -> None:
    path = self_signed_certificate(tmp_path, frozenset({"school.example"}), now=MORNING)
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    served = ServedAddress("1", certificate, "self-signed certificate")
    found = list(certificate_findings(site_of(settings, address=SECURE), served, certificate))
    assert grades(found) == [NOTE]
    assert "(self-signed certificate)" in words(found)


@pytest.mark.parametrize("address", ["school", "https://[::1", "https://school.example:99999"])
def test_what_is_no_address_is_named_and_nobody_is_asked(settings: Settings, address: str) -> None:
    found = list(examine(site_of(settings, address=address)))
    assert grades(found) == [PROBLEM]
    assert f"{address!r} isn't an address such as" in words(found)
    assert "--address" in words(found)
