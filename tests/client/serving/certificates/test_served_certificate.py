"""A certificate is exchanged while the server runs, and the next browser gets the new one."""

from __future__ import annotations

import logging
import ssl
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from client.serving.certificates import served_certificate
from client.serving.certificates.served_certificate import ServedCertificate
from client.serving.tls import LIFETIME, load_certificate, machine_names, self_signed_certificate
from tests.client.served_app import serving
from tests.client.serving.test_tls import app, ask

NAMES = machine_names([])
NOW = datetime.now(UTC)
DAY = timedelta(days=1)


def certificate(folder: Path, ends_in: timedelta) -> Path:
    """A certificate that ends then."""
    return self_signed_certificate(folder, NAMES, now=NOW + ends_in - LIFETIME + DAY)


@pytest.mark.server
def test_a_renewed_certificate_is_served_without_a_restart(tmp_path: Path) -> None:
    served = ServedCertificate(certificate(tmp_path / "old", 3 * DAY), None)
    new = certificate(tmp_path / "new", 90 * DAY)
    with serving(app, certificates=served.current) as port:
        assert ask(port, served.path) == b"https"
        before = served.ends_at
        new.replace(served.path)
        served.tick()
        assert served.ends_at > before
        assert ask(port, served.path) == b"https"


@pytest.mark.server
def test_an_expired_one_is_served_and_only_the_dates_are_wrong(tmp_path: Path) -> None:
    served = ServedCertificate(certificate(tmp_path, -3 * DAY), None)
    assert served.ends_at < NOW
    with serving(app, certificates=served.current) as port, pytest.raises(OSError, match="expired"):
        ask(port, served.path)


def test_a_file_that_can_not_be_used_is_reported_once_and_changes_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    served = ServedCertificate(certificate(tmp_path, 90 * DAY), None)
    context, ends_at = served.context, served.ends_at
    served.path.write_text("half of a certifi")
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            served.tick()
    assert caplog.text.count("the former one is still used") == 1
    assert (served.context, served.ends_at) == (context, ends_at)
    served.path.unlink()
    served.tick()
    certificate(tmp_path, 200 * DAY)
    served.tick()
    assert served.ends_at > ends_at


@pytest.mark.parametrize("left", [None, b""])
def test_one_that_is_exchanged_while_it_is_read_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left: bytes | None
) -> None:
    served = ServedCertificate(certificate(tmp_path, 90 * DAY), None)
    before = served.ends_at

    def loaded(path: Path, key: Path | None) -> ssl.SSLContext:
        context = load_certificate(path, key)
        path.unlink()
        if left is not None:
            path.write_bytes(left)
        return context

    new = certificate(tmp_path / "new", 200 * DAY).read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(served_certificate, "load_certificate", loaded)
        served.path.write_bytes(new)
        served.tick()
    assert served.ends_at == before
    served.path.write_bytes(new)
    served.tick()
    assert served.ends_at > before


def test_nothing_is_read_while_the_files_stay(tmp_path: Path) -> None:
    served = ServedCertificate(certificate(tmp_path, 90 * DAY), None)
    before = served.context
    served.tick()
    assert served.context is before


def test_the_servers_own_one_is_renewed_in_time(tmp_path: Path) -> None:
    certificate(tmp_path, 5 * DAY)
    served = ServedCertificate(
        tmp_path / "self-signed.pem", None, partial(self_signed_certificate, tmp_path, NAMES)
    )
    assert served.is_self_signed
    assert served.ends_at < NOW + 6 * DAY
    served.tick()
    assert served.ends_at > NOW + 300 * DAY
