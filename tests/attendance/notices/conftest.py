"""Fixtures of the notices' tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from attendance.settings.mail_settings import SmtpServer
from attendance.settings.settings import Settings
from tests.attendance.mail_server import Postbox, running
from tests.attendance.notices.school import School, settings_of
from tests.attendance.site import Site


@pytest.fixture
def postbox() -> Postbox:
    """What the mail server took, and how it behaves."""
    return Postbox()


@pytest.fixture
def server(postbox: Postbox) -> Iterator[SmtpServer]:
    """A mail server without encryption."""
    with running(postbox) as found:
        yield found


@pytest.fixture
def plain_settings(tmp_path: Path) -> Settings:
    """Settings of a site that writes nothing."""
    return Settings(config=tmp_path / "config", models=tmp_path / "models", data=tmp_path)


@pytest.fixture
def school(site: Site, plain_settings: Settings, server: SmtpServer) -> School:
    """A school that writes about absences and the limit."""
    return School(site, settings_of(plain_settings, server))
