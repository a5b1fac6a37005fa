"""Connections that are held with part of a request, and opened again as the server closes them."""

from __future__ import annotations

import contextlib
import html
import http.client
import itertools
import re
import selectors
import socket
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from rich.console import Console

from benchmarks.attacks.attacked_server import HOST, Attacked, AttackedServer
from benchmarks.attacks.honest_check_ins import HonestCheckIns

PHONES = 20
PAUSE_SECONDS = 5.5  # one device may send twelve photos a minute
TICK_SECONDS = 0.2
_ACTION = re.compile(r'<form[^>]*\bid="checkin"[^>]*\baction="([^"]*)"')


@dataclass(frozen=True)
class HeldAttack:
    """What is held.

    Attributes:
        name: for the report.
        count: connections at once.
        declared: the length that each body declares, in bytes.
        sent: the bytes of it that arrive.
        with_grants: whether each connection shows a grant of its own.
    """

    name: str
    count: int
    declared: int
    sent: int
    with_grants: bool = False

    def head(self, address: str) -> bytes:
        """The head of a request to an address."""
        lines = (f"POST {address} HTTP/1.1", f"Host: {HOST}", f"Content-Length: {self.declared}")
        return "\r\n".join((*lines, "Content-Type: multipart/form-data; boundary=x", "", "")).encode()


class HeldConnections:
    """Holds connections until the block ends.

    Args:
        port: the server's port on this computer.
        attack: what is held.
        addresses: where the requests go, in turn.

    Attributes:
        opened: connections opened until now, with those that took the place of closed ones.
    """

    def __init__(self, port: int, attack: HeldAttack, addresses: Iterable[str] = ("/capture",)) -> None:
        self.opened = 0
        self._port = port
        self._attack = attack
        self._addresses = itertools.cycle(addresses)
        self._body = memoryview(bytes(attack.sent))
        self._selector = selectors.DefaultSelector()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._hold, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _hold(self) -> None:
        with self._selector:
            while not self._stop.is_set():
                while len(self._selector.get_map()) < self._attack.count and self._open():
                    pass
                for key, events in self._selector.select(TICK_SECONDS):
                    self._serve(key, events)
            for key in list(self._selector.get_map().values()):
                self._close(key)

    def _open(self) -> bool:
        try:
            connection = socket.create_connection((HOST, self._port), timeout=TICK_SECONDS)
            connection.sendall(self._attack.head(next(self._addresses)))
        except OSError:  # the server is behind with accepting
            return False
        connection.setblocking(False)
        self._selector.register(connection, selectors.EVENT_READ | selectors.EVENT_WRITE, self._body)
        self.opened += 1
        return True

    def _serve(self, key: selectors.SelectorKey, events: int) -> None:
        connection, rest = key.fileobj, key.data
        assert isinstance(connection, socket.socket)
        try:
            if events & selectors.EVENT_READ:  # an answer, or the end: this one holds nothing any more
                self._close(key)
            elif rest:
                rest = rest[connection.send(rest[:65536]) :]
                self._selector.modify(connection, selectors.EVENT_READ | selectors.EVENT_WRITE, rest)
            else:
                self._selector.modify(connection, selectors.EVENT_READ, rest)
        except BlockingIOError:
            pass
        except OSError:
            self._close(key)

    def _close(self, key: selectors.SelectorKey) -> None:
        assert isinstance(key.fileobj, socket.socket)
        self._selector.unregister(key.fileobj)
        key.fileobj.close()


def grants(attacked: Attacked, count: int) -> list[str]:
    """The addresses with that many fresh grants, as the check-in page has them."""
    addresses = []
    connection = http.client.HTTPConnection(HOST, attacked.port, timeout=60)
    with contextlib.closing(connection):
        for _ in range(count):
            connection.request("GET", f"/s/{attacked.tickets[-1]}")
            found = _ACTION.search(connection.getresponse().read().decode())
            addresses.append(html.unescape(found[1]) if found else "/capture")
    return addresses


def report(attacks: Iterable[HeldAttack], seconds: float, phones: int = PHONES) -> None:
    """Run attacks one after another, each against a server of its own, and print what became of check-ins.

    Args:
        attacks: what to run.
        seconds: how long each lasts.
        phones: how many check in meanwhile.
    """
    console = Console(soft_wrap=True)
    for attack in attacks:
        with AttackedServer() as server:
            port = server.attacked.port
            addresses = grants(server.attacked, attack.count) if attack.with_grants else ["/capture"]
            with (
                HeldConnections(port, attack, addresses) as held,
                HonestCheckIns(server.attacked, phones=phones, pause=PAUSE_SECONDS) as honest,
            ):
                time.sleep(seconds)
        console.print(f"{attack.name} ({held.opened} opened): {honest.done.sentence()}")
