"""Where the workers of one server count together."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""The environment variable of ``prometheus_client`` for a folder that all workers count in; it reads the
variable when it is imported."""


@contextmanager
def counting_together(environ: Mapping[str, str], *, is_wanted: bool) -> Iterator[Mapping[str, str]]:
    """The environment of workers that count together, in a new folder that is deleted at the end.

    Args:
        environ: theirs without that.
        is_wanted: whether anybody may read the metrics.
    """
    if not is_wanted:
        yield environ
        return
    with tempfile.TemporaryDirectory(prefix="attendance-metrics-") as folder:
        yield {**environ, SHARED: folder}
