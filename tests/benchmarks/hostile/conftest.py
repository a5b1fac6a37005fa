"""One throwaway site for all kinds of inputs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks.hostile.__main__ import open_site
from benchmarks.hostile.hostile_site import HostileSite
from benchmarks.hostile.watch import RegisterWatch

OpenSite = tuple[HostileSite, RegisterWatch]


@pytest.fixture(scope="module")
def site() -> Iterator[OpenSite]:
    """A site, and what sees whether it changes."""
    with open_site() as opened:
        yield opened
