"""Where the workers of one server count together."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from pathlib import Path

from attendance.processes import is_running

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""The environment variable of ``prometheus_client`` for a folder that all workers count in; it reads the
variable when it is imported."""
FILE_BYTES = {"counter": 1 << 20, "histogram": 1 << 19}
"""Space of a worker's files, by their kind: for 7,000 and 3,500 combinations of labels with 150 bytes each;
the server has some hundred. ``prometheus_client`` would begin with less and double it."""


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


def reserve_files(environ: MutableMapping[str, str]) -> str | None:
    """Give this worker's counters their space on the disk; call it before ``prometheus_client`` is imported.

    The counters are in files that are mapped into memory. Where such a file has holes and the disk is full,
    the first count in a hole ends the process (SIGBUS), and then each that replaces it. So the files are
    written whole first, and those of a worker that has ended are continued, with what it has counted.

    Args:
        environ: this process's environment; without the folder afterwards, if there is no space in it.

    Returns:
        What is wrong, with the remedy; None if this worker counts with the others.
    """
    if SHARED not in environ:
        return None
    folder = Path(environ[SHARED])
    try:
        for kind, size in FILE_BYTES.items():
            _reserve(folder, kind, size)
    except OSError as error:
        del environ[SHARED]
        return (
            f"This process counts its metrics apart from the other workers, because {folder} can't be "
            f"written ({error.strerror}). Free some space there and restart."
        )
    return None


def _reserve(folder: Path, kind: str, size: int) -> None:
    """Make the file in which this process counts, of this size at least."""
    own = folder / f"{kind}_{os.getpid()}.db"
    for other in sorted(folder.glob(f"{kind}_*.db")):
        number = other.stem.rpartition("_")[2]
        if own.exists() or not number.isdigit() or is_running(int(number)):
            continue
        with contextlib.suppress(FileNotFoundError):  # another new worker was quicker
            other.rename(own)
    if own.exists() and own.stat().st_size >= size:
        return
    try:
        with own.open("ab") as file:
            file.write(bytes(size - file.tell()))
    except OSError:
        own.unlink(missing_ok=True)
        raise
