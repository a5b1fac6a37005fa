"""A server of files as a good, a bad or a fragile one is, which is also a proxy for all others."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class FileServer(ThreadingHTTPServer):
    """Serves files by their names."""

    daemon_threads = True

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.files = dict(files)
        self.breaks_after: list[int] = []  # bytes after which each answer breaks off
        self.knows_ranges = True
        self.ranges: list[str | None] = []
        self.hosts: list[str | None] = []  # of requests to it as a proxy
        self.released = threading.Event()

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/{name}"


class _Answers(BaseHTTPRequestHandler):
    server: FileServer

    def do_GET(self) -> None:
        wanted = urlsplit(self.path)
        self.server.hosts.append(wanted.hostname)
        if wanted.path == "/hangs":
            self.server.released.wait()
            return
        if (file := self.server.files.get(wanted.path.lstrip("/"))) is None:
            self.send_error(404)
            return
        part = self.headers.get("Range")
        self.server.ranges.append(part)
        start = int(part[6:-1]) if part and self.server.knows_ranges else 0
        body = file[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: self.server.breaks_after.pop(0) if self.server.breaks_after else None])

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(files: Mapping[str, bytes]) -> Iterator[FileServer]:
    """The server, while it runs."""
    with FileServer(files) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.released.set()
            server.shutdown()
            thread.join()
