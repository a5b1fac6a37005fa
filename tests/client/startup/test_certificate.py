"""What the start says of a certificate's dates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from client.serving.certificates.served_certificate import ServedCertificate
from client.serving.tls import LIFETIME, machine_names, self_signed_certificate
from client.startup.certificate import sentence_about

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def served(tmp_path: Path) -> ServedCertificate:
    """One that is valid until noon of 30 November."""
    return ServedCertificate(
        self_signed_certificate(tmp_path, machine_names([]), now=NOON - LIFETIME + DAY), None
    )


def test_one_that_is_fine_is_not_mentioned(served: ServedCertificate) -> None:
    assert sentence_about(served, NOON - 20 * DAY) is None


def test_one_that_ends_soon_ended_or_begins_later_is_named_with_the_remedy(
    served: ServedCertificate,
) -> None:
    soon = sentence_about(served, NOON - 3 * DAY)
    assert soon is not None
    assert "expires on 30 November 2026. Renew it." in soon
    over = sentence_about(served, NOON)
    assert over is not None
    assert f"The certificate in {served.path} expired on 30 November 2026" in over
    assert "without a restart" in over
    early = sentence_about(served, NOON - 500 * DAY)
    assert early is not None
    assert "Check this computer's clock" in early
