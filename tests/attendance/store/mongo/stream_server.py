"""A small server with MongoDB's wire protocol: a primary that has nothing but a change stream.

The protocol: https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/. Commands and their answers
are those of MongoDB's manual: ``hello``, ``aggregate`` with ``$changeStream``, ``getMore``, ``killCursors``.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Condition, Thread
from typing import Any

import bson

Document = dict[str, Any]
OP_REPLY, OP_QUERY, OP_MSG = 1, 2004, 2013
HEADER = struct.Struct("<iiii")  # length, id, id of the request, kind
CURSOR = 7


class StreamServer:
    """What happens in the database, and what the server was asked.

    Attributes:
        commands: those about the stream, in their order.
        refusal: the code of the error that opening a stream is answered with; None opens it.
        end: the code of the error that the next question for news is answered with; None answers it.
        is_silent: whether it answers no question for news.
    """

    def __init__(self) -> None:
        self.commands: list[Document] = []
        self.refusal: int | None = None
        self.end: int | None = None
        self.is_silent = False
        self.port = 0
        self._events: list[Document] = []
        self._read = 0  # events before the cursor's place
        self._pipeline: list[Document] = []
        self._news = Condition()
        self._sockets: list[socket.socket] = []

    def change(self, collection: str, key: str) -> None:
        """Change a document."""
        self._happen("update", collection, {"documentKey": {"_id": key}})

    def drop(self, collection: str) -> None:
        """Drop a collection, as ``mongorestore --drop`` does."""
        self._happen("drop", collection, {})

    def _happen(self, kind: str, collection: str, about: Document) -> None:
        with self._news:
            token, place = _token(len(self._events) + 1), {"db": "school", "coll": collection}
            self._events.append({"_id": token, "operationType": kind, "ns": place, **about})
            self._news.notify_all()

    def opened(self) -> list[Document]:
        """The commands that asked for a stream."""
        return [command for command in self.commands if "aggregate" in command]

    def interrupt(self) -> None:
        """Close all connections, as a server that restarts."""
        sockets, self._sockets = self._sockets, []
        for each in sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def serve(self, connection: socket.socket) -> None:
        """Answer one connection until it is closed."""
        self._sockets.append(connection)
        while head := _exactly(connection, HEADER.size):
            length, number, _, kind = HEADER.unpack(head)
            body = _exactly(connection, length - HEADER.size)
            command = _command(kind, body)
            answer = bson.encode(self._answer(command))
            if kind == OP_QUERY:
                content, kind = struct.pack("<iqii", 0, 0, 0, 1) + answer, OP_REPLY
            else:
                content = struct.pack("<IB", 0, 0) + answer
            connection.sendall(HEADER.pack(HEADER.size + len(content), 0, number, kind) + content)

    def _answer(self, command: Document) -> Document:
        if "hello" in command or "ismaster" in command:
            return self._hello()
        if not command.keys() & {"aggregate", "getMore"}:
            return {"ok": 1.0}
        self.commands.append(command)
        if "aggregate" in command:
            return self._open(command)
        return self._more(command)

    def _hello(self) -> Document:
        me = f"127.0.0.1:{self.port}"
        about = {"setName": "rs0", "hosts": [me], "me": me, "primary": me, "isWritablePrimary": True}
        limits = {"maxBsonObjectSize": 2**24, "maxMessageSizeBytes": 48_000_000, "maxWriteBatchSize": 100_000}
        return (
            {"ok": 1.0, "helloOk": True, "ismaster": True, "maxWireVersion": 21, "minWireVersion": 0}
            | about
            | limits
        )

    def _open(self, command: Document) -> Document:
        if self.refusal is not None:
            return _error(self.refusal)
        self._pipeline = command["pipeline"]
        after = self._pipeline[0]["$changeStream"].get("resumeAfter")
        self._read = len(self._events) if after is None else int(after["_data"])
        return self._batch("firstBatch", [])

    def _more(self, command: Document) -> Document:
        with self._news:
            self._news.wait_for(lambda: len(self._events) > self._read, command["maxTimeMS"] / 1000)
            if self.is_silent:
                self._news.wait_for(lambda: not self.is_silent, 30)
            if self.end is not None:
                code, self.end = self.end, None
                return _error(code)
            found = [
                event for event in self._events[self._read :] if _meets(event, self._pipeline[1]["$match"])
            ]
            self._read = len(self._events)
            return self._batch("nextBatch", found)

    def _batch(self, name: str, events: list[Document]) -> Document:
        cursor = {"id": CURSOR, "ns": "school.$cmd.aggregate", name: events}
        return {"ok": 1.0, "cursor": cursor | {"postBatchResumeToken": _token(self._read)}}


@contextmanager
def stream_server() -> Iterator[StreamServer]:
    """A server on a free port of this machine."""
    state = StreamServer()

    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                state.serve(self.request)

    class Server(ThreadingTCPServer):
        daemon_threads, block_on_close = True, False

    server = Server(("127.0.0.1", 0), Handler)
    state.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield state
    finally:
        state.is_silent = False
        server.shutdown()
        state.interrupt()
        server.server_close()
        thread.join()


def _token(number: int) -> Document:
    return {"_data": f"{number:08d}"}


def _error(code: int) -> Document:
    return {"ok": 0.0, "code": code, "errmsg": f"error {code}", "codeName": f"Location{code}"}


def _meets(event: Document, wanted: Document) -> bool:
    """Whether an event meets a ``$match`` with ``$in`` and ``$ne``."""
    for path, condition in wanted.items():
        value: Any = event
        for name in path.split("."):
            value = None if value is None else value.get(name)
        if value not in condition.get("$in", [value]) or value == condition.get("$ne"):
            return False
    return True


def _command(kind: int, body: bytes) -> Document:
    if kind == OP_MSG:
        return bson.decode(body[5:])  # after the flags and the kind of the one section
    name_end = body.index(b"\0", 4) + 1
    return bson.decode(body[name_end + 8 :])


def _exactly(connection: socket.socket, count: int) -> bytes:
    found = b""
    while len(found) < count:
        some = connection.recv(count - len(found))
        if not some:
            return b""
        found += some
    return found
