"""How long pages and calls take while hundreds of photos are sent at once.

    python -m benchmarks.server.pages_beside_photos [--photos 300] [--addresses 300] [--json FILE]

The server is the real one with a class of 60. It, the phones that send photos and what measures the pages
are three processes. Each photo is under a grant of its own. The phones have one address, as at a school, or
many (on Linux).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus
from ipaddress import IPv4Address
from multiprocessing.connection import Connection
from pathlib import Path
from secrets import token_hex

import click
from rich.console import Console
from rich.table import Table

from benchmarks.apparatus.face_folder import BenchmarkError
from benchmarks.apparatus.processes.child_process import ChildProcess
from benchmarks.apparatus.recognition import plain_errors
from benchmarks.apparatus.selfie import selfie_jpeg
from benchmarks.attacks.attacked_server import HOST, Attacked, AttackedServer, Target
from benchmarks.attacks.honest_check_ins import filled_form

WIDTH = 110
PATIENCE = 120.0  # seconds for a response
QUIET_REQUESTS = 40  # of each kind, in the row without photos
PAUSE = 0.02  # seconds between two requests of a kind
_FORMS_AT_ONCE = 8


@dataclass
class Measured:
    """What was measured.

    Attributes:
        seconds: of each request, by its kind.
        statuses: of the photos.
        photos_took: seconds from the first photo sent to the last verdict, of each round.
    """

    seconds: dict[str, list[float]] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    photos_took: list[float] = field(default_factory=list)


async def ask(port: int, request: bytes, origin: str = HOST) -> tuple[int, bytes]:
    """Send one request on a connection of its own; the status, and the body."""
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection(HOST, port, local_addr=(origin, 0))
        try:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            body = await reader.read()
        finally:
            writer.close()
    return int(head.split(b" ", 2)[1]), body


def request_of(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """A request as it goes over the wire; the connection ends with the response."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def kinds(attacked: Attacked) -> dict[str, bytes]:
    """What is asked beside the photos, by its name."""
    token = {"Authorization": f"Bearer {attacked.token}"}
    return {
        "phone's page": request_of("GET", f"/s/{attacked.tickets[0]}", {}),
        "login page": request_of("GET", "/login", {}),
        "API, students": request_of("GET", "/api/v1/students?limit=10", token),
    }


@dataclass(frozen=True)
class Phones:
    """What sends photos.

    Attributes:
        attacked: the server.
        photos: how many are sent at once.
        addresses: from how many addresses of this computer.
    """

    attacked: Attacked
    photos: int
    addresses: int


async def photos_of(phones: Phones) -> list[tuple[bytes, str]]:
    """The check-ins of all phones, each under the grant of its own page, and their addresses."""
    selfie, turns, attacked = selfie_jpeg(), asyncio.Semaphore(_FORMS_AT_ONCE), phones.attacked

    async def one(number: int) -> tuple[bytes, str]:
        ticket = attacked.tickets[number % len(attacked.tickets)]
        origin = str(IPv4Address(HOST) + number % phones.addresses)
        async with turns:
            status, page = await ask(attacked.port, request_of("GET", f"/s/{ticket}", {}), origin)
        form = filled_form(page.decode(), selfie, token_hex(8))
        if status != HTTPStatus.OK or form is None:
            raise BenchmarkError(f"The check-in's page was answered with {status}.")
        path, body, headers = form
        return request_of("POST", path, headers, body), origin

    return list(await asyncio.gather(*(one(number) for number in range(phones.photos))))


def _send_photos(phones: Phones, connection: Connection) -> None:
    """Send all photos at once each time that the parent says so, in the child process."""

    async def send(photos: list[tuple[bytes, str]]) -> tuple[float, Counter[int]]:
        begin = time.perf_counter()
        answers = await asyncio.gather(*(ask(phones.attacked.port, *photo) for photo in photos))
        return time.perf_counter() - begin, Counter(status for status, _ in answers)

    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            photos = asyncio.run(photos_of(phones))
            connection.send(None)  # ready
            connection.recv()
            connection.send(asyncio.run(send(photos)))


async def ask_again(port: int, request: bytes, seconds: list[float], times: int | None = None) -> None:
    """Ask the same again and again, until cancelled or so many times."""
    while times is None or len(seconds) < times:
        begin = time.perf_counter()
        status, body = await ask(port, request)
        seconds.append(time.perf_counter() - begin)
        if status != HTTPStatus.OK:
            raise BenchmarkError(f"Beside the photos a request was answered with {status}: {body[:200]!r}")
        await asyncio.sleep(PAUSE)


async def beside_photos(phones: Phones, rounds: int) -> Measured:
    """Ask each kind again and again while so many photos are sent at once."""
    attacked, measured = phones.attacked, Measured({kind: [] for kind in kinds(phones.attacked)})
    sender = ChildProcess(_send_photos, phones, name="the phones", stop_seconds=PATIENCE)
    with sender:
        for _ in range(rounds):
            await asyncio.to_thread(sender.receive, PATIENCE)
            beside = [
                asyncio.create_task(ask_again(attacked.port, request, measured.seconds[kind]))
                for kind, request in kinds(attacked).items()
            ]
            answer = await asyncio.to_thread(sender.ask, "now", PATIENCE)
            assert isinstance(answer, tuple)
            measured.photos_took.append(answer[0])
            measured.statuses += answer[1]
            for task in beside:
                task.cancel()
            ended = await asyncio.gather(*beside, return_exceptions=True)
            if (failed := next((each for each in ended if isinstance(each, Exception)), None)) is not None:
                raise failed
    return measured


async def without_photos(attacked: Attacked) -> Measured:
    """Ask each kind with nothing beside it."""
    measured = Measured({kind: [] for kind in kinds(attacked)})
    for kind, request in kinds(attacked).items():
        await ask(attacked.port, request)  # which sets up what is set up late
        await ask_again(attacked.port, request, measured.seconds[kind], QUIET_REQUESTS)
    return measured


def percentile(seconds: list[float], part: float) -> float:
    """A percentile in milliseconds."""
    return sorted(seconds)[min(len(seconds) - 1, int(part * len(seconds)))] * 1000


@click.command(help=__doc__)
@click.option("--photos", default=300, show_default=True, type=click.IntRange(min=1), help="Sent at once.")
@click.option(
    "--addresses", default=1, show_default=True, type=click.IntRange(1, 65_000), help="Where they come from."
)
@click.option("--engine", default="dlib", show_default=True, help="The engine that judges them.")
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(min=1), help="How often.")
@click.option("--json", "file", type=click.Path(path_type=Path), help="Also write the figures to this file.")
def main(photos: int, addresses: int, engine: str, rounds: int, file: Path | None) -> None:
    """Measure and print the table."""
    with plain_errors(), AttackedServer(Target(engine)) as server:
        quiet = asyncio.run(without_photos(server.attacked))
        busy = asyncio.run(beside_photos(Phones(server.attacked, photos, addresses), rounds))
    table = Table(title=f"Milliseconds of a request, alone and beside {photos} photos at once")
    for heading in ("request", "alone, median", "beside, median", "p95", "slowest", "requests"):
        table.add_column(heading, justify="left" if heading == "request" else "right")
    rows = []
    for kind, seconds in busy.seconds.items():
        figures = [
            percentile(quiet.seconds[kind], 0.5),
            *(percentile(seconds, part) for part in (0.5, 0.95, 1)),
        ]
        table.add_row(kind, *(f"{figure:.0f}" for figure in figures), str(len(seconds)))
        rows.append({"what": kind, "ms": figures, "requests": len(seconds)})
    console = Console(width=WIDTH)
    console.print(table)
    took = ", ".join(f"{seconds:.1f}" for seconds in busy.photos_took)
    console.print(f"Photos by status: {dict(busy.statuses)}; seconds until the last verdict: {took}")
    if file is not None:
        document = {"photos": photos, "rounds": rounds, "rows": rows, "took": busy.photos_took}
        file.write_text(json.dumps(document, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
