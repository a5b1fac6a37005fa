"""The server's command line: its options, and how it ends."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from attendance import __version__
from attendance.console.screen import Screen
from attendance.console.unblocked_output import unblocked_output
from attendance.missing_libraries import missing_library
from attendance.program import SERVER, server_command
from client.startup.damaged_package import blamed_package, repair_package
from client.startup.network import EVERYWHERE
from client.startup.options import Options

FILE = click.Path(path_type=Path, dir_okay=False)
PORT = click.IntRange(0, 65535)
FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command(name="run", context_settings={"help_option_names": ["--help", "-h"]})
@click.option("--public", is_flag=True, help="Open a public address with ngrok; needs NGROK_AUTHTOKEN.")
@click.option("--domain", help="A domain reserved in your ngrok account, for --public.")
@click.option(
    "--tls", is_flag=True, help="Serve HTTPS, so that phones on the local network open their camera."
)
@click.option(
    "--no-plain-http", is_flag=True, help="Refuse check-ins over plain http, which others could read."
)
@click.option("--cert", type=FILE, help="A certificate for HTTPS, instead of a self-signed one.")
@click.option("--key", type=FILE, help="The certificate's key, if it is in a separate file.")
@click.option(
    "--host", default=EVERYWHERE, show_default=True, help="The address to listen on; 0.0.0.0 means all."
)
@click.option(
    "--port", type=PORT, default=8080, show_default=True, help="The port to listen on; 0 picks a free one."
)
@click.option("--data", type=FOLDER, show_default="ATTENDANCE_DATA or Dataset", help="The register's folder.")
@click.option(
    "--trusted-proxies",
    metavar="ADDRESSES",
    show_default="ATTENDANCE_TRUSTED_PROXIES",
    help="The reverse proxies in front of the server, such as 127.0.0.1 or 10.0.0.0/24.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="How many processes serve together, each with its own networks.",
)
@click.option("--demo", is_flag=True, help="Try it with two public-domain portraits, in a temporary folder.")
@click.option("--debug", is_flag=True, help="Log everything. Not allowed with --public.")
@click.version_option(__version__, prog_name=SERVER)
def server(**options: object) -> None:
    """Start the attendance server: students scan a code, look at the camera, and are marked present."""
    with unblocked_output():
        status = _run(Options(**options))  # type: ignore[arg-type]
    sys.exit(status)


def _run(options: Options) -> int:
    """Serve until stopped, and return the exit status."""
    screen = Screen()
    try:
        status = _loaded()(options, screen)
    except KeyboardInterrupt:
        status = 0
    except ImportError as error:
        message, package = missing_library(error), blamed_package(error)
        if message is None and package is None:
            raise
        if message is None:
            repair_package(package or "", error, screen)
        else:
            screen.problem(message)
        status = 1
    return status


def _loaded() -> Callable[[Options, Screen], int]:
    """The function that starts the server.

    Raises:
        ImportError: a package can't be loaded, whatever its damaged files raise.
    """
    try:
        with _without_garbage_collection():
            from client.startup.launch import start  # noqa: PLC0415 - not needed for --help; import errors get a message
    except (AttributeError, NameError, SyntaxError, TypeError, ValueError) as error:
        package = blamed_package(error)
        if package is None:
            raise
        raise ImportError(f"{type(error).__name__}: {error}", name=package) from error
    return start


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Import modules without garbage collection, and exclude them from later collections.

    Modules stay until the end, and scanning them takes a tenth of the import time.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def main() -> None:
    """Run the command line as a program."""
    server(prog_name=server_command())
