"""``python -m client`` and ``face-attendance``: starts the attendance server."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from attendance import __version__
from attendance.console.screen import Screen
from attendance.program import SERVER
from client.startup.missing_libraries import missing_library
from client.startup.network import EVERYWHERE
from client.startup.options import Options

FILE = click.Path(path_type=Path, dir_okay=False)
PORT = click.IntRange(0, 65535)
FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command(name="run", context_settings={"help_option_names": ["--help", "-h"]})
@click.option("--public", is_flag=True, help="Open a public address with ngrok (NGROK_AUTHTOKEN).")
@click.option("--domain", help="A domain that is reserved in your ngrok account, for --public.")
@click.option(
    "--tls", is_flag=True, help="Serve https, so that phones open their camera in the local network."
)
@click.option("--cert", type=FILE, help="A certificate to use for https, instead of a self-signed one.")
@click.option("--key", type=FILE, help="The certificate's key, where it is a file of its own.")
@click.option(
    "--host", default=EVERYWHERE, show_default=True, help="Listen on this address; 0.0.0.0 means all."
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0 means any free one."
)
@click.option("--data", type=FOLDER, help="The register's folder; Dataset where ATTENDANCE_DATA is not set.")
@click.option("--demo", is_flag=True, help="Try it with two public-domain portraits, in a throwaway folder.")
@click.option("--debug", is_flag=True, help="Log everything; never together with --public.")
@click.version_option(__version__, prog_name=SERVER)
def main(**given: object) -> None:
    """Start the attendance server: students scan a code, look at the camera, and are marked present."""
    screen = Screen()
    try:
        with _for_good():
            from client.startup.launch import start  # noqa: PLC0415 - --help needs none of it; its failure has a sentence

        status = start(Options(**given), screen)  # type: ignore[arg-type]
    except KeyboardInterrupt:
        status = 0
    except ImportError as error:
        sentence = missing_library(error)
        if sentence is None:
            raise
        screen.problem(sentence)
        status = 1
    sys.exit(status)


@contextmanager
def _for_good() -> Iterator[None]:
    """What is imported here stays until the end, so that the collector of garbage need never look through it.

    It would do so again and again while the modules come in, for a tenth of the time that they take.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


if __name__ == "__main__":
    main(prog_name="./run")
