"""Try one of the parsers with a fuzzer that is guided by coverage.

    python -m benchmarks.hostile.guided PARSER [--runs 100000] [--failures FOLDER]

atheris (the extra `fuzz`) watches which lines of the parser an input reaches, and goes on from those that
reach new ones. It begins with valid inputs. An input that raises anything but a refusal is written into the
folder, and ends the run with a status that isn't 0.
"""

from __future__ import annotations

import importlib
import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import click

MODULE = "benchmarks.hostile.parsers"
# What is imported while atheris instruments it; everything else is as it is.
PACKAGES = ["attendance", "client", "face_detection"]
MOST_BYTES = 4096  # of an input
MOST_SECONDS = 5  # for one


@click.command(help=__doc__)
@click.argument("parser")
@click.option("--runs", default=100_000, show_default=True, type=click.IntRange(min=1))
@click.option(
    "--failures",
    default=Path("hostile-inputs"),
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
)
@click.option("--corpus", hidden=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
def main(parser: str, runs: int, failures: Path, corpus: Path | None) -> None:
    """Try a parser in a process of its own, because atheris ends its process without any cleaning up."""
    if importlib.util.find_spec("atheris") is None:
        raise click.ClickException("atheris is not installed: pip install 'face-attendance[fuzz]'.")
    if corpus is not None:
        _fuzz(parser, runs, failures, corpus)
        return
    failures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="hostile-corpus-") as folder:
        options = ("--runs", str(runs), "--failures", str(failures), "--corpus", folder)
        command = (sys.executable, "-m", "benchmarks.hostile.guided", parser, *options)
        status = subprocess.run(command, check=False).returncode  # noqa: S603 - on our own arguments
    sys.exit(status)


def _fuzz(parser: str, runs: int, failures: Path, corpus: Path) -> None:
    """Try a parser; never returns."""
    atheris: Any = importlib.import_module("atheris")
    with atheris.instrument_imports(include=PACKAGES):
        parsers = importlib.import_module(MODULE).PARSERS
    if parser not in parsers:
        raise click.BadParameter(f"{parser} is none of {', '.join(parsers)}.")
    for number, seed in enumerate(parsers[parser].seeds()):
        (corpus / str(number)).write_bytes(seed)
    options = (f"-runs={runs}", f"-max_len={MOST_BYTES}", f"-timeout={MOST_SECONDS}", "-rss_limit_mb=2000")
    atheris.Setup([sys.argv[0], *options, f"-artifact_prefix={failures}/", str(corpus)], parsers[parser].read)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
