"""Files go over the wire whole, in ranges, or not at all where the client has them."""

from __future__ import annotations

import contextlib
import http.client
from pathlib import Path

import pytest
from flask import Flask, Response, send_file

from client.serving.threads.wsgi_response import PART_BYTES
from tests.client.served_app import WAIT_SECONDS, serving

pytestmark = pytest.mark.server

CONTENT = bytes(range(256)) * (3 * PART_BYTES // 256 + 1)


@pytest.fixture
def files(tmp_path: Path) -> Flask:
    """An app with one file, larger than a part of a response."""
    path = tmp_path / "file.bin"
    path.write_bytes(CONTENT)
    app = Flask("files")

    @app.get("/file")
    def file() -> Response:
        return send_file(path, conditional=True)

    return app


def test_a_file_comes_whole_in_ranges_or_not_at_all(files: Flask) -> None:
    with serving(files) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_SECONDS)

        def ask(method: str, **headers: str) -> tuple[int, bytes, http.client.HTTPMessage]:
            connection.request(method, "/file", headers=headers)
            response = connection.getresponse()
            return response.status, response.read(), response.headers

        with contextlib.closing(connection):  # one connection, which every kind of response leaves in order
            status, body, headers = ask("GET")
            assert (status, body == CONTENT, headers["Content-Length"]) == (200, True, str(len(CONTENT)))
            assert ask("GET", Range="bytes=10-19")[:2] == (206, CONTENT[10:20])
            assert ask("GET", **{"If-None-Match": headers["ETag"]})[:2] == (304, b"")
            status, body, head = ask("HEAD")
            assert (status, body, head["Content-Length"]) == (200, b"", str(len(CONTENT)))
            assert ask("GET")[1] == CONTENT
