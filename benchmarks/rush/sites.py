"""Where a rush takes place: servers of its own on a throwaway register, or servers that run elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_urlsafe
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import click

from attendance.settings.settings import Settings
from benchmarks.rush.class_register import ClassRegister
from benchmarks.rush.faces import people_of
from benchmarks.rush.programs import ServerProcesses
from benchmarks.rush.rush import Rush
from benchmarks.rush.wire import ServerDoor

MOST_FACES = 600  # more take longer to enrol, and none of them would check in
LEFT_OUT = ("MONGODB_URI", "ATTENDANCE_LATE_AFTER")


@dataclass(frozen=True)
class RushSite:
    """What checks in where.

    Attributes:
        folders: photos of people; empty means two public-domain portraits.
        students: in the class.
        engine: its short name.
        processes: servers of its own.
        workers: processes of each server, which share its port and its register.
        options: more words for their command line.
        mongodb: the address of an empty database; empty means SQLite.
        urls: servers that run elsewhere, with the settings of this environment.
        kill_every: seconds from one server that is killed to the next; None means that none is.
    """

    folders: tuple[Path, ...] = ()
    students: int = 500
    engine: str = "retail"
    processes: int = 1
    workers: int = 1
    options: tuple[str, ...] = ()
    mongodb: str = ""
    urls: tuple[str, ...] = ()
    kill_every: float | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """What follows on the servers' command line."""
        return (*self.options, "--workers", str(self.workers)) if self.workers > 1 else self.options

    def check(self) -> None:
        """Check that these go together.

        Raises:
            UsageError: they don't.
        """
        if self.processes > 1 and not self.mongodb:
            raise click.UsageError("Several servers share a register only with --mongodb.")
        if self.urls and (self.kill_every or self.mongodb or self.processes > 1 or self.workers > 1):
            raise click.UsageError("Servers of --url have their own database, and are not killed.")


@dataclass(frozen=True)
class OpenSite:
    """A site with an enrolled class.

    Attributes:
        rush: sends the class.
        register: the class.
        servers: its processes; None where they run elsewhere.
    """

    rush: Rush
    register: ClassRegister
    servers: ServerProcesses | None


@contextmanager
def opened(site: RushSite, environ: Mapping[str, str]) -> Iterator[OpenSite]:
    """Enrol the class and start the servers; all is gone after the block.

    Args:
        site: what checks in where.
        environ: this process's environment.
    """
    site.check()
    with TemporaryDirectory(prefix="rush-") as name:
        folder = Path(name)
        own = dict(environ) if site.urls else own_environment(site, environ, folder)
        with ClassRegister(Settings.from_env(own)) as register:
            register.enrol(people_of(site.folders, min(site.students, MOST_FACES)), site.students)
            if site.urls:
                yield OpenSite(Rush(register, [door_of(url) for url in site.urls]), register, None)
                return
            with ServerProcesses(own, folder, count=site.processes, options=site.words) as servers:
                rush = Rush(register, servers.doors, servers, site.kill_every)
                yield OpenSite(rush, register, servers)


def own_environment(site: RushSite, environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The settings of a site that lasts as long as the run.

    Args:
        site: its engine and database.
        environ: this process's environment.
        folder: an empty folder.
    """
    own = {
        "ATTENDANCE_ENGINE": site.engine,
        "ATTENDANCE_DATA": str(folder / "data"),
        "ATTENDANCE_CONFIG": str(folder / "config"),
        "ATTENDANCE_SECRET": token_urlsafe(48),
        "ATTENDANCE_ROOM_PHOTOS": "on",  # teachers send some between the phones
    }
    if site.mongodb:
        own["MONGODB_URI"] = site.mongodb
    return {name: value for name, value in environ.items() if name not in LEFT_OUT} | own


def door_of(url: str) -> ServerDoor:
    """Where a server listens.

    Raises:
        UsageError: it is not an address of http.
    """
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname:
        raise click.UsageError(f"{url} is not an address such as http://127.0.0.1:8080.")
    return ServerDoor(parts.hostname, parts.port or 80)
