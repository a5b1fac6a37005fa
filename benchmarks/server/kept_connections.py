"""How long responses take on a connection that is kept, with TCP's delay for small packets and without it.

    python -m benchmarks.server.kept_connections [--rounds 15] [--kept 5] [--json FILE]

The delay (RFC 896) waits with the second packet of a response until the client has acknowledged the first,
and clients wait 40 ms with that. The server is the real one with a class of 60 and dlib's network, in a
process of its own. It listens both ways at once, with http and https, and all are asked in turn, so that
other load on the machine affects all equally. Each round opens a connection, asks once (with the
handshakes), and then again.
"""

from __future__ import annotations

import http.client
import itertools
import json
import re
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from statistics import median
from urllib.parse import quote, urlencode

import click
from rich.console import Console
from rich.table import Table

from benchmarks.apparatus.face_folder import BenchmarkError
from benchmarks.apparatus.recognition import plain_errors
from benchmarks.apparatus.selfie import selfie_jpeg
from benchmarks.attacks.attacked_server import HOST
from benchmarks.attacks.honest_check_ins import filled_form
from benchmarks.server.kept_server import DOORS, PASSWORD, USERNAME, Door, KeptServer, KeptStart

WIDTH = 110
PATIENCE = 60.0  # seconds for a response
_CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')

Asked = tuple[str, str, bytes | None, dict[str, str]]
"""A request: method, address, body, headers."""


@dataclass
class Times:
    """Seconds from a request to the end of its response.

    Attributes:
        first: of the first one on each connection, with opening it.
        following: of all others.
    """

    first: list[float] = field(default_factory=list)
    following: list[float] = field(default_factory=list)


class DoorClient:
    """Asks through one door.

    Args:
        started: the server.
        door: where it is asked.
    """

    def __init__(self, started: KeptStart, door: Door) -> None:
        self._port = started.ports[door]
        self._context = ssl.create_default_context(cadata=started.certificate) if door.is_tls else None

    def connection(self) -> http.client.HTTPConnection:
        """A new connection, opened at its first request."""
        if self._context is None:
            return http.client.HTTPConnection(HOST, self._port, timeout=PATIENCE)
        return http.client.HTTPSConnection(HOST, self._port, timeout=PATIENCE, context=self._context)

    def cookie(self) -> str:
        """Log in, and return what the browser sends from then on."""
        kept = self.connection()
        page, held = ask(kept, ("GET", "/login", None, {}))
        token = _CSRF.search(page)
        if token is None:
            raise BenchmarkError("The server shows no form to log in.")
        form = {"csrf_token": token[1], "username": USERNAME, "password": PASSWORD}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": held}
        if kept.sock is not None and self._context is not None:
            headers["Referer"] = f"https://{HOST}:{self._port}/login"  # which a form over https has to name
        _, cookie = ask(kept, ("POST", "/login", urlencode(form).encode(), headers), expected=303)
        kept.close()
        return cookie


def ask(connection: http.client.HTTPConnection, asked: Asked, *, expected: int = 200) -> tuple[str, str]:
    """Send a request, and read the response to its end.

    Returns:
        Its text, and the cookies that it sets.

    Raises:
        BenchmarkError: the response is another one than is measured.
    """
    connection.request(*asked)
    response = connection.getresponse()
    text = response.read().decode("utf-8", "replace")
    if response.status != expected:
        raise BenchmarkError(f"{asked[0]} {asked[1]} was answered with {response.status}: {text[:200]}")
    cookies = response.headers.get_all("Set-Cookie") or []
    return text, "; ".join(cookie.partition(";")[0] for cookie in cookies)


Kind = Callable[[DoorClient], Iterator[Asked]]
"""Gives the requests that are measured at a client, one after another."""


def kinds(started: KeptStart) -> dict[str, Kind]:
    """What is measured, by its name."""
    tickets, selfie = iter(started.tickets), selfie_jpeg()

    def pages(_: DoorClient) -> Iterator[Asked]:
        return itertools.repeat(("GET", f"/s/{started.tickets[0]}", None, {}))

    def photos(client: DoorClient) -> Iterator[Asked]:
        while True:
            aside = client.connection()  # so that only the photo is on the measured one
            page, _ = ask(aside, ("GET", f"/s/{next(tickets)}", None, {}))
            aside.close()
            form = filled_form(page, selfie, token_hex(8))
            assert form is not None
            yield ("POST", *form)

    def marks(_: DoorClient) -> Iterator[Asked]:
        headers = {"Authorization": f"Bearer {started.token}"}
        return itertools.repeat(("GET", f"/api/v1/marks?session={quote(started.session)}", None, headers))

    def board(client: DoorClient) -> Iterator[Asked]:
        cookie = client.cookie()
        address = f"/teach/sessions/{quote(started.session)}/board"
        return itertools.repeat(("GET", address, None, {"Cookie": cookie, "Accept-Encoding": "gzip"}))

    return {"phone's page": pages, "photo": photos, "API, 60 marks": marks, "board of 60": board}


def measure(started: KeptStart, kind: Kind, rounds: int, kept: int) -> dict[Door, Times]:
    """Measure one kind at all doors, in turn; the first round warms up and is not counted.

    Args:
        started: the server.
        kind: what is asked.
        rounds: how many connections at each door.
        kept: how many requests follow the first one of each.
    """
    clients = {door: DoorClient(started, door) for door in DOORS}
    asked = {door: kind(client) for door, client in clients.items()}
    times = {door: Times() for door in DOORS}
    for number in range(rounds + 1):
        for door, client in clients.items():
            connection = client.connection()
            seconds = []
            for _ in range(1 + kept):
                request = next(asked[door])
                begin = time.perf_counter()
                ask(connection, request)
                seconds.append(time.perf_counter() - begin)
            connection.close()
            if number:
                times[door].first.append(seconds[0])
                times[door].following += seconds[1:]
    return times


@dataclass(frozen=True)
class Medians:
    """The medians of one kind and scheme, in milliseconds, with the delay and without it."""

    what: str
    scheme: str
    first_with: float
    first_without: float
    following_with: float
    following_without: float

    @property
    def ratio(self) -> float:
        """How many times as fast following responses are without the delay."""
        return self.following_with / self.following_without


def rows_of(what: str, times: dict[Door, Times]) -> list[Medians]:
    """The rows of what was measured, for http and https."""
    rows = []
    for is_tls in (False, True):
        slow, quick = times[Door(is_tls, delays=True)], times[Door(is_tls, delays=False)]
        lists = (slow.first, quick.first, slow.following, quick.following)
        rows.append(Medians(what, "https" if is_tls else "http", *(median(each) * 1000 for each in lists)))
    return rows


@click.command(help=__doc__)
@click.option("--rounds", default=15, show_default=True, type=click.IntRange(min=1), help="Connections each.")
@click.option(
    "--kept", default=5, show_default=True, type=click.IntRange(min=1), help="Requests that follow."
)
@click.option("--json", "file", type=click.Path(path_type=Path), help="Also write the figures to this file.")
def main(rounds: int, kept: int, file: Path | None) -> None:
    """Measure and print the table."""
    console = Console(width=WIDTH)
    with plain_errors(), KeptServer(len(DOORS) * (rounds + 1) * (1 + kept)) as server:
        rows = []
        for what, kind in kinds(server.started).items():
            rows += rows_of(what, measure(server.started, kind, rounds, kept))
    console.print(_table(rows, rounds, kept))
    if file is not None:
        figures = [vars(row) | {"ratio": row.ratio} for row in rows]
        file.write_text(
            json.dumps({"rounds": rounds, "kept": kept, "rows": figures}, indent=2) + "\n", "utf-8"
        )


def _table(rows: list[Medians], rounds: int, kept: int) -> Table:
    table = Table(title=f"Medians in ms: {rounds} connections each, {kept} more requests on each of them")
    for heading in ("response", ""):
        table.add_column(heading)
    for heading in ("first, delay", "first, none", "following, delay", "following, none", "times as fast"):
        table.add_column(heading, justify="right")
    for row in rows:
        figures = (row.first_with, row.first_without, row.following_with, row.following_without, row.ratio)
        table.add_row(row.what, row.scheme, *(f"{figure:.1f}" for figure in figures))
    return table


if __name__ == "__main__":
    main()
